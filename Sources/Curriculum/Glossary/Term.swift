/// A word of the field as this package uses it.
public struct Term: Sendable {
  /// The word.
  public let name: String
  /// Other words for it.
  public let aliases: [String]
  /// What it means, in a sentence or two.
  public let meaning: String
  /// How it is computed, if it is.
  public let formula: String?
  /// Its shape, if it has one.
  public let shape: String?
  /// The lesson that shows it.
  public let lesson: String
  /// The file in which the library has it, and the symbol there.
  public let source: (file: String, symbol: String)

  init(
    _ name: String, _ aliases: [String] = [], _ meaning: String, formula: String? = nil,
    shape: String? = nil, lesson: String, _ file: String, _ symbol: String
  ) {
    (self.name, self.aliases, self.meaning) = (name, aliases, meaning)
    (self.formula, self.shape, self.lesson) = (formula, shape, lesson)
    source = (file, symbol)
  }

  /// All terms, in the order of the alphabet.
  public static let all: [Term] = (attentionTerms + modelTerms + trainingTerms).sorted {
    $0.name.lowercased() < $1.name.lowercased()
  }

  /// The term that a person asks for, by its name or another one; case makes no difference.
  public static func find(_ request: String) -> Term? {
    let wanted = key(request)
    return all.first { ([$0.name] + $0.aliases).contains { key($0) == wanted } }
  }

  private static func key(_ text: String) -> String {
    text.lowercased().filter { $0.isLetter || $0.isNumber }
  }

  /// What the glossary says of it, in lines of at most `width` columns.
  public func page(width: Int = 80) -> String {
    let number = Lesson.find(lesson)?.number ?? 0
    let facts: [(String, String?)] = [
      ("formula", formula), ("shape", shape), ("lesson", "\(number), \(lesson)"),
      ("source", "\(source.file): \(source.symbol)"),
    ]
    let others = aliases.isEmpty ? "" : " (\(aliases.joined(separator: ", ")))"
    let lines = wrapped("\(name)\(others): \(meaning)", width: width)
    return
      (lines + facts.compactMap { label, fact in fact.map { "  \(label.padded(to: 9))\($0)" } })
      .joined(separator: "\n")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
