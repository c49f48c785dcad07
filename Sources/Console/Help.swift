/// The help of a command, made from the declarations of its options.
struct Help: Sendable {
  /// One line of the help: `--steps N` and what it means.
  struct Entry: Sendable {
    let form: String
    let meaning: String
  }

  let command: Command
  private(set) var operands: [Entry] = []
  private var subcommands: [Entry] = []
  private var groups: [(title: String, entries: [Entry])] = [("Options", [])]

  init(_ command: Command) {
    self.command = command
  }

  mutating func addGroup(_ title: String) {
    groups.append((title, []))
  }

  mutating func addOperand(_ placeholder: String, _ meaning: String) {
    operands.append(Entry(form: placeholder, meaning: meaning))
  }

  mutating func addSubcommand(_ name: String, _ summary: String) {
    subcommands.append(Entry(form: name, meaning: summary))
  }

  /// Adds an option; `value` stands for its value, `standing` for what holds without it.
  mutating func addOption(
    _ name: String, value: String? = nil, standing: String? = nil, _ meaning: String
  ) {
    groups[groups.count - 1].entries.append(
      Entry(
        form: "--" + name + (value.map { " " + $0 } ?? ""),
        meaning: meaning + (standing.map { " [\($0.replacing(" ", with: noBreakSpace))]" } ?? "")))
  }

  /// The whole help, no line longer than `width` columns where words allow.
  func text(width: Int = 80) -> String {
    let general = [
      Entry(form: "-h, --help", meaning: "show this help"),
      Entry(form: "--version", meaning: "show the version"),
    ]
    let choice = subcommands.isEmpty ? [] : ["SUBCOMMAND"]
    let usage =
      ([command.invocation] + choice + ["[OPTIONS]"] + operands.map { "[\($0.form)]" })
      .joined(separator: " ")
    var sections = [
      lines(of: command.summary, width: width).joined(separator: "\n"), "Usage: " + usage,
    ]
    let choices = [("Subcommands, each with its own --help", subcommands)]
    for (title, entries) in choices + [("Arguments", operands)] + groups + [("General", general)]
    where !entries.isEmpty {
      sections.append(
        ([title] + entries.flatMap { layout($0, width: width) }).joined(separator: "\n"))
    }
    if !command.examples.isEmpty {
      sections.append((["Examples"] + command.examples.map { "  " + $0 }).joined(separator: "\n"))
    }
    return sections.joined(separator: "\n\n")
  }

  /// Puts the meaning beside the form, or below a form that is too long for its column.
  private func layout(_ entry: Entry, width: Int) -> [String] {
    let indent = 28
    let margin = String(repeating: " ", count: indent)
    let form = "  " + entry.form
    var result = lines(of: entry.meaning, width: width - indent).map { margin + $0 }
    if form.count + 2 <= indent, let first = result.first {
      result[0] = form + first.dropFirst(form.count)
    } else {
      result.insert(form, at: 0)
    }
    return result
  }

  /// Breaks a text between words into lines of at most `width` columns.
  private func lines(of text: String, width: Int) -> [String] {
    Format.lines(of: text, width: width).map { $0.replacing(noBreakSpace, with: " ") }
  }
}

/// Stands for a space at which no line is broken, until the lines are made.
private let noBreakSpace = "\u{A0}"
