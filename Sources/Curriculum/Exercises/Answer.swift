import Foundation

/// What answers an exercise: numbers in an order, or words.
enum Answer: Sendable {
  /// These numbers; each may be off by half a hundredth, a large one by as much of its size.
  case numbers([Double])
  /// These words and perhaps some of the others, in any order, but no further ones.
  case words(all: Set<String>, others: Set<String> = [])

  init(_ numbers: Double...) { self = .numbers(numbers) }

  init(_ numbers: [Double]) { self = .numbers(numbers) }

  /// Whether what a person wrote is this answer.
  func agrees(with text: String) -> Bool {
    switch self {
    case .numbers(let expected):
      guard let found = Self.numbers(in: text, count: expected.count) else { return false }
      return found.count == expected.count
        && zip(found, expected).allSatisfy { abs($0 - $1) <= 0.005 * max(1, abs($1)) + 1e-9 }
    case .words(let all, let others):
      let found = Self.words(in: text)
      return found.isSuperset(of: all) && found.isSubset(of: all.union(others))
    }
  }

  /// What is wrong with the form of a text that should be such an answer, or nil.
  func complaint(about text: String) -> String? {
    guard case .numbers(let expected) = self else { return nil }
    guard let found = Self.numbers(in: text, count: expected.count) else {
      return "a number is expected, such as 0.5, 1/2 or 50%, or several, such as 1, 2 or (1 2)"
    }
    guard found.count != expected.count else { return nil }
    return
      "\(expected.count) number\(expected.count == 1 ? " is" : "s are") expected, found \(found.count)"
  }

  /// The answer as one would write it.
  var text: String {
    switch self {
    case .numbers(let numbers): numbers.map { digits($0) }.joined(separator: ", ")
    case .words(let all, _): all.sorted().joined(separator: ", ")
    }
  }

  // MARK: Reading

  static func words(in text: String) -> Set<String> {
    Set(text.lowercased().split { !$0.isLetter }.map(String.init).filter { $0 != "and" })
  }

  /// The numbers of a text, or nil if there is something else in it.
  ///
  /// Decimals, fractions, percentages, powers such as 2e-5, roots such as √2, vectors and shapes in any
  /// brackets, with spaces, commas, semicolons or × between; a name before an equals sign is passed
  /// over. A comma inside what should be one number is a decimal comma, and so it is in each of several.
  static func numbers(in text: String, count: Int) -> [Double]? {
    var text = text.split(separator: "=").last.map(String.init) ?? ""
    let spellings = [
      ("−", "-"), ("–", "-"), ("½", "1/2"), ("⅓", "1/3"), ("¼", "1/4"), ("¾", "3/4"), (" by ", " "),
      ("×", " "), ("x", " "), (" and ", " "), ("sqrt", "√"), (" %", "%"), (" /", "/"), ("/ ", "/"),
    ]
    for (from, to) in spellings { text = text.replacing(from, with: to) }
    // Where one number is expected, 98,304 is one, and so is 0,5.
    if count == 1 {
      let isGrouped = text.contains(/^[ -]*[1-9]\d{0,2}(,\d{3})+ *$/)
      text = text.replacing(/(\d),/) { isGrouped ? "\($0.1)" : "\($0.1)." }
    }
    // Of several numbers, 0,5 0,5 are two if each has a comma and as many are expected.
    let commas = text.split { " ;|[](){}\t".contains($0) }
    if count > 1, commas.count == count, commas.allSatisfy({ $0.contains(/^-?\d+,\d+$/) }) {
      text = text.replacing(",", with: ".")
    }
    let parts = text.split { " ,;|[](){}\t".contains($0) }
    let numbers = parts.compactMap(number)
    return numbers.count == parts.count && !numbers.isEmpty ? numbers : nil
  }

  private static func number(_ part: Substring) -> Double? {
    if part.hasSuffix("%") { return number(part.dropLast()).map { $0 / 100 } }
    if let slash = part.firstIndex(of: "/") {
      guard let above = number(part[..<slash]),
        let below = number(part[part.index(after: slash)...])
      else { return nil }
      return below == 0 ? nil : above / below
    }
    if part.hasPrefix("-") { return number(part.dropFirst()).map { -$0 } }
    if part.hasPrefix("√") { return number(part.dropFirst()).map { $0.squareRoot() } }
    guard part.first.map({ $0.isNumber || $0 == "." }) ?? false else { return nil }
    return Double(part).flatMap { $0.isFinite ? $0 : nil }
  }
}
