import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Curriculum

/// Every worked number of the documents is computed and printed by one lesson, and is right to the
/// digits printed; the right values were computed with NumPy and PyTorch.
@Suite struct WorkedNumbersTests {
  static let checkpoint = Fixtures.repository + "/checkpoints/every-effort"

  /// The pages of all lessons, made once.
  static let sheets: [(name: String, sheet: LessonSheet)] = Lesson.all.map { lesson in
    var sheet = LessonSheet(checkpoint: checkpoint, isBrief: true)
    do { try lesson.write(on: &sheet) } catch { Issue.record("\(lesson.name): \(error)") }
    return (lesson.name, sheet)
  }

  private func entries() throws -> [JSONField] {
    try JSONField(readingFile: Fixtures.directory + "/worked-numbers.json").elements()
  }

  @Test func everyNumberHasOneLesson() throws {
    let found = Self.sheets.flatMap { $0.sheet.findings.map(\.id) }
    let wanted = try entries().map { try $0.member("id").string() }
    #expect(wanted.count == 87)
    #expect(Set(wanted).subtracting(found).sorted() == [], "no lesson has these")
    #expect(Set(found).subtracting(wanted).sorted() == [], "no document has these")
    #expect(found.count == Set(found).count, "two lessons have one of these")
  }

  @Test func everyNumberIsRightAsPrinted() throws {
    let findings = Dictionary(
      uniqueKeysWithValues: Self.sheets.flatMap { sheet in
        sheet.sheet.findings.map { ($0.id, (finding: $0, text: sheet.sheet.text)) }
      })
    for entry in try entries() {
      let id = try entry.member("id").string()
      let (finding, text) = try #require(findings[id])
      #expect(try finding.verdict.rawValue == entry.member("verdict").string(), "\(id)")
      var leaves: [String: [String]] = [:]
      try flatten(entry.member("correct").value, "", into: &leaves)
      #expect(finding.figures.map(\.key).sorted() == leaves.keys.sorted(), "\(id)")
      for figure in finding.figures {
        let words = figure.lines.flatMap(pieces)
        let expected = leaves[figure.key] ?? []
        #expect(
          words.count == expected.count && zip(words, expected).allSatisfy(agree),
          "\(id) \(figure.key): printed \(words), expected \(expected)")
        // A line may have been broken; its words stand on the page all the same, in order.
        for word in figure.lines.flatMap({ $0.split(separator: " ") }) {
          #expect(text.contains(word), "\(id) \(figure.key): \(word) is not printed")
        }
      }
    }
  }

  /// A wrong digit is noticed.
  @Test func comparesDigits() {
    #expect(agree("0.254082", "0.254082") && agree("8", "8.0") && agree("−∞", "-inf"))
    #expect(!agree("0.254083", "0.254082") && !agree("8.0", "7.985") && !agree("591", "592"))
    #expect(!agree("1.2e-13", "3.72008e-14") && !agree("NaN", "0") && !agree("0", "nan"))
    #expect(agree("83.6%", "83.6%") && !agree("83.7%", "83.6%"))
  }

  // MARK: Comparing

  /// The values of `correct` by their path: objects are entered, lists are strung together.
  private func flatten(
    _ value: JSON, _ path: String, into leaves: inout [String: [String]]
  ) throws {
    if case .object(let members) = value {
      for member in members {
        try flatten(
          member.value, path.isEmpty ? member.key : "\(path)/\(member.key)", into: &leaves)
      }
    } else {
      leaves[path] = words(of: value)
    }
  }

  private func words(of value: JSON) -> [String] {
    switch value {
    case .array(let elements): elements.flatMap(words)
    case .string(let text): pieces(text)
    case .integer(let number): [String(number)]
    case .double(let number): ["\(number)"]
    default: ["?"]
    }
  }

  private func pieces(_ line: String) -> [String] {
    line.split { " []→".contains($0) }.map { word in
      let bare = word.hasSuffix(",") ? word.dropLast() : word
      return bare.filter { $0 != "," }
    }
  }

  /// Whether a printed word is the expected one: the same number in the six places, or six digits, that
  /// both are rounded to.
  private func agree(_ printed: String, _ expected: String) -> Bool {
    func number(_ text: String) -> Double? { Double(text.replacing("−∞", with: "-inf")) }
    guard let a = number(printed), let b = number(expected) else { return printed == expected }
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
    return a == b || abs(a - b) <= 1e-9 * abs(b)
  }
}
