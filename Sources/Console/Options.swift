import Tokenization

/// The arguments of a command, each taken by the one line that declares it.
///
/// A declaration gives an option's name, default, range and meaning, and returns its value; the
/// help is made from the declarations, in their order. Operands are declared after all options, and
/// `finish()` comes last:
///
///     let steps = try options.value("steps", default: 2_500, in: 1..., "optimizer updates")
///     let quiet = try options.flag("quiet", "show no progress")
///     let prompt = options.operand("PROMPT", "the text to continue")
///     try options.finish()
///
/// `--name value` and `--name=value` mean the same; a value that begins with `--` needs the second
/// form. `--` ends the options.
public struct Options: Sendable {
  /// The arguments before `--`; one that has been taken is `nil`, so that no value moves beside
  /// another option.
  private var words: [String?]
  /// The arguments after `--`, which are never options.
  private var literals: ArraySlice<String>
  private var names: [String] = []
  private var help: Help
  /// Asks for a text in place of work; then no argument is judged.
  private let request: Request?

  private enum Request { case help, version }

  /// Takes the arguments of a command, without its name.
  init(_ arguments: [String], of command: Command) {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    words = Array(arguments[..<end])
    literals = arguments[end...].dropFirst()
    help = Help(command)
    request =
      words.contains("--help") || words.contains("-h")
      ? .help : words.contains("--version") ? .version : nil
  }

  /// Begins a group of options, with a title in the help.
  public mutating func group(_ title: String) {
    help.addGroup(title)
  }

  /// Lists a subcommand in the help.
  mutating func subcommand(_ name: String, _ summary: String) {
    help.addSubcommand(name, summary)
  }

  /// Declares a number with a default.
  ///
  /// - Throws: a `UsageError` that names the option, what was found and what is allowed.
  public mutating func value<Value: OptionValue>(
    _ name: String, default standard: Value, in range: some ValueRange<Value>, _ meaning: String
  ) throws(UsageError) -> Value {
    try value(name, otherwise: standard.argument, in: range, meaning) ?? standard
  }

  /// Declares a number that may be missing.
  ///
  /// - Parameter otherwise: what holds without it, for the help: `by preset`.
  /// - Throws: a `UsageError` that names the option, what was found and what is allowed.
  public mutating func value<Value: OptionValue>(
    _ name: String, otherwise: String? = nil, in range: some ValueRange<Value>, _ meaning: String
  ) throws(UsageError) -> Value? {
    help.addOption(name, value: Value.placeholder, standing: otherwise, meaning)
    guard let text = try takeOne(name) else { return nil }
    guard let value = Value(argument: text) else {
      let isTooLarge = Double(argument: text).map { $0.rounded() == $0 } ?? false
      throw UsageError(
        "--\(name) must be \(Value.kind)\(isTooLarge ? " of fewer digits" : ""); found \(text.quoted())"
      )
    }
    guard range.contains(value) else {
      throw UsageError("--\(name) must be \(range.requirement); found \(text)")
    }
    return value
  }

  /// Declares a text with a default, such as a folder.
  ///
  /// - Parameter placeholder: what stands for the text in the help: `DIR`.
  /// - Throws: a `UsageError` if the value is missing, empty or given twice.
  public mutating func text(
    _ name: String, default standard: String, as placeholder: String, _ meaning: String
  ) throws(UsageError) -> String {
    try text(name, otherwise: standard, as: placeholder, meaning) ?? standard
  }

  /// Declares a text that may be missing.
  ///
  /// - Parameters:
  ///   - otherwise: what holds without it, for the help.
  ///   - placeholder: what stands for the text in the help.
  /// - Throws: a `UsageError` if the value is missing, empty or given twice.
  public mutating func text(
    _ name: String, otherwise: String? = nil, as placeholder: String, _ meaning: String
  ) throws(UsageError) -> String? {
    help.addOption(name, value: placeholder, standing: otherwise, meaning)
    return try takeOne(name)
  }

  /// Declares one of several named choices, with a default.
  ///
  /// - Throws: a `UsageError` that lists the choices and suggests the nearest.
  public mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ name: String, default standard: Choice, _ meaning: String
  ) throws(UsageError) -> Choice {
    try choice(name, of: Choice.self, otherwise: standard.rawValue, meaning) ?? standard
  }

  /// Declares one of several named choices, which may be missing.
  ///
  /// - Parameter otherwise: what holds without it, for the help.
  /// - Throws: a `UsageError` that lists the choices and suggests the nearest.
  public mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ name: String, of type: Choice.Type, otherwise: String? = nil, _ meaning: String
  ) throws(UsageError) -> Choice? {
    let choices = Choice.allCases.map(\.rawValue)
    help.addOption(
      name, value: choices.joined(separator: "|"), standing: otherwise, meaning)
    guard let text = try takeOne(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let list = choices.dropLast().joined(separator: ", ") + " or " + (choices.last ?? "")
      throw UsageError(
        "--\(name) must be \(list); found \(text.quoted())" + suggestion(for: text, among: choices))
    }
    return choice
  }

  /// Declares a list of texts, which takes every argument up to the next option; given again, it
  /// goes on.
  ///
  /// - Parameter placeholder: what stands for the list in the help: `FILE…`.
  /// - Throws: a `UsageError` if no value follows.
  public mutating func list(
    _ name: String, default standard: [String] = [], as placeholder: String, _ meaning: String
  ) throws(UsageError) -> [String] {
    help.addOption(
      name, value: placeholder, standing: standard.isEmpty ? nil : standard.joined(separator: " "),
      meaning)
    let values = try take(name, atMost: .max)
    return values.isEmpty ? standard : values.flatMap(\.self)
  }

  /// Declares a switch, an option without a value.
  ///
  /// - Throws: a `UsageError` if a value or the switch is given twice.
  public mutating func flag(_ name: String, _ meaning: String) throws(UsageError) -> Bool {
    help.addOption(name, meaning)
    return try !takeOnce(name, atMost: 0).isEmpty
  }

  /// Declares an argument without a name, `nil` if it is missing; all options come before it.
  ///
  /// - Parameter placeholder: what stands for it in the help: `PROMPT`.
  public mutating func operand(_ placeholder: String, _ meaning: String) -> String? {
    help.addOperand(placeholder, meaning)
    guard request == nil else { return nil }
    if let index = words.firstIndex(where: { $0.map { !Self.isOption($0) } ?? false }) {
      defer { words[index] = nil }
      return words[index]
    }
    return literals.popFirst()
  }

  /// Ends the declarations.
  ///
  /// - Throws: a `UsageError` for an argument that nothing has declared, or a `Printout` where help
  ///   or the version was asked for.
  public func finish() throws {
    switch request {
    case .help: throw Printout(text: help.text())
    case .version: throw Printout(text: help.command.versionLine)
    case nil: break
    }
    let strangers = words.compactMap(\.self)
    if let option = strangers.first(where: Self.isOption) {
      let name = option.drop { $0 == "-" }.prefix { $0 != "=" }
      let advice = suggestion(for: String(name), among: names, prefix: "--")
      let isText = advice.isEmpty && !option.hasPrefix("--") && !help.operands.isEmpty
      throw UsageError(
        "unknown option \(option.prefix { $0 != "=" })"
          + (isText ? "; put '--' before a text that begins with '-'" : advice))
    }
    if let argument = strangers.first ?? literals.first {
      throw UsageError(
        "unexpected argument \(argument.quoted())"
          + (help.operands.isEmpty ? "" : "; put quotes around a text of several words"))
    }
  }

  // MARK: Taking arguments

  private static func isOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-"
  }

  /// Takes the value of an option that has exactly one.
  private mutating func takeOne(_ name: String) throws(UsageError) -> String? {
    try takeOnce(name, atMost: 1).first?.first
  }

  private mutating func takeOnce(
    _ name: String, atMost limit: Int
  ) throws(UsageError) -> [[String]] {
    let values = try take(name, atMost: limit)
    guard values.count <= 1 else { throw UsageError("--\(name) is given twice; give it once") }
    return values
  }

  /// Takes every occurrence of an option, each with the values that follow it.
  private mutating func take(
    _ name: String, atMost limit: Int
  ) throws(UsageError) -> [[String]] {
    names.append(name)
    guard request == nil else { return [] }
    let option = "--" + name
    var occurrences: [[String]] = []
    for index in words.indices {
      guard let word = words[index], word == option || word.hasPrefix(option + "=") else {
        continue
      }
      words[index] = nil
      var values: [String] = []
      if word != option {
        values = [String(word.dropFirst(option.count + 1))]
        guard limit > 0 else {
          throw UsageError("\(option) takes no value; found \(values[0].quoted())")
        }
      } else {
        var next = index + 1
        while values.count < limit, next < words.count, let value = words[next],
          !value.hasPrefix("--")
        {
          values.append(value)
          words[next] = nil
          next += 1
        }
      }
      guard limit == 0 || !values.isEmpty && !values.contains("") else {
        let next = word == option && index + 1 < words.count ? words[index + 1] : nil
        throw UsageError(
          "\(option) needs a value"
            + (next.map { ", but \($0) follows; write \(option)=\($0) if that is it" } ?? ""))
      }
      occurrences.append(values)
    }
    return occurrences
  }

  /// Ends a message with the nearest of several words, if one is near.
  private func suggestion(
    for word: String, among words: [String], prefix: String = ""
  ) -> String {
    Spelling.closest(to: word, among: words, limit: 1).first.map {
      "; did you mean \(prefix)\($0)?"
    } ?? ""
  }
}

/// Arguments that a command cannot work with.
public struct UsageError: ExplainedError {
  /// One line that says what was found and what is allowed.
  public let description: String

  /// The command was used in a wrong way.
  public var cause: FailureCause { .wrongUse }

  /// Makes an error from one line that says what was found and what is allowed.
  public init(_ description: String) {
    self.description = description
  }
}

/// A text that the arguments asked for in place of the work: the help or the version.
public struct Printout: Error {
  let text: String
}
