import Console
import Curriculum
import Foundation
import MiniTransformer
import Visualization

/// What the command prints, in one style.
struct Page {
  let style: PictureStyle
  let output = StandardStream.output

  /// Prints the names of all lessons.
  func printList() throws {
    let rows = Lesson.all.map { [String($0.number), $0.name, $0.title] }
    try output.print(
      table([("", .right), ("lesson", .left), ("about", .left)], rows: rows, style: style))
    try output.print("")
    for line in [
      "lessons 1, lessons softmax or lessons all shows them;",
      "lessons exercises asks \(Exercise.all.count) questions; lessons explain TERM explains "
        + "\(Term.all.count) terms;",
      "lessons attend ROWS computes with numbers of your own.",
    ] { try output.print(line) }
    try suggest("1")
  }

  /// Prints one lesson or all.
  ///
  /// - Parameter sheet: an empty sheet.
  func printLessons(_ request: String, _ sheet: LessonSheet, picture: String?) throws {
    let lessons = try request == "all" ? Lesson.all : [lesson(request)]
    var sheet = sheet, printed = 0
    for lesson in lessons {
      try lesson.write(on: &sheet)
      try output.write(String(sheet.text.dropFirst(printed)))
      printed = sheet.text.count
    }
    try write(sheet.pictures, of: "lesson \(request.quoted())", to: picture)
    if let last = lessons.last, last.number < Lesson.all.count {
      try suggest(Lesson.all[last.number].name)
    } else {
      try suggest("exercises")
    }
  }

  /// Prints what follows from a person's own numbers.
  ///
  /// - Parameter sheet: an empty sheet.
  func print(_ numbers: OwnNumbers, _ sheet: LessonSheet, picture: String?) throws {
    var sheet = sheet
    numbers.write(on: &sheet)
    try output.write(String(sheet.text.drop { $0 == "\n" }))
    try write(sheet.pictures, of: "attend without --query and --key", to: picture)
  }

  /// Writes pictures into a file, if one is named.
  private func write(_ pictures: [String], of what: String, to path: String?) throws {
    guard let path else { return }
    guard !pictures.isEmpty else {
      throw UsageError("\(what) draws no heat map; leave out --svg")
    }
    try AtomicFile.write(Array(stackedSVG(pictures).utf8), to: path)
    try StandardStream.error.print("pictures: \(path)")
  }

  func lesson(_ request: String) throws -> Lesson {
    if let lesson = Lesson.find(request) { return lesson }
    if Int(request) != nil {
      throw UsageError("there is no lesson \(request); they are numbered 1 to \(Lesson.all.count)")
    }
    let names = Lesson.all.map(\.name) + ["all", "exercises", "explain", "attend"]
    throw UsageError(
      "there is no lesson \(request.quoted())" + Self.hint(request, names, "lessons"))
  }

  /// Explains a term, or lists all.
  func explain(_ request: String?) throws {
    guard let request else {
      let names = plain(Term.all.map(\.name).joined(separator: ", "))
      try output.print(Format.lines(of: names, width: style.width).joined(separator: "\n"))
      return
    }
    guard let term = Term.find(request) else {
      let names = Term.all.flatMap { [$0.name] + $0.aliases }
      throw UsageError(
        "the glossary has no term \(request.quoted())"
          + Self.hint(request, names, "lessons explain"))
    }
    try output.print(plain(term.page(width: style.width)))
  }

  /// The end of a message: the nearest names, or where to find them.
  static func hint(_ request: String, _ names: [String], _ list: String) -> String {
    let nearest = Spelling.closest(to: request, among: names, limit: 2)
    return nearest.isEmpty
      ? "; '\(list)' lists them" : "; did you mean \(nearest.joined(separator: " or "))?"
  }

  /// The text as the style allows it.
  func plain(_ text: String) -> String {
    style.isASCII ? asciiText(text) : text
  }

  func suggest(_ rest: String) throws {
    if output.isTerminal { try output.print("\nnext: swift run -c release lessons \(rest)") }
  }
}
