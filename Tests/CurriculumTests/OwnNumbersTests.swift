import Curriculum
import Testing

/// Attention over numbers that somebody typed.
@Suite struct OwnNumbersTests {
  private func text(
    _ embeddings: String, query: String? = nil, key: String? = nil, value: String? = nil
  ) throws -> String {
    var sheet = LessonSheet()
    try OwnNumbers(embeddings: embeddings, query: query, key: key, value: value).write(on: &sheet)
    return sheet.text
  }

  /// [1, 2, 3] times [[1, 0], [0, 1], [1/2, −1]] is [2.5, −1].
  @Test func projectsRows() throws {
    let text = try text("1 2 3", query: "1 0; 0 1; 1/2 -1", value: "0.5; 0; 0")
    #expect(text.contains("E [1, 3]") && text.contains("Q = E W_Q [1, 2]"))
    #expect(text.contains(/word 1 +2\.5000 +-1\.0000/))
    #expect(text.contains("V = E W_V [1, 1]") && text.contains(/word 1 +0\.5000/))
    #expect(!text.contains("softmax"))
  }

  /// Scores [[0, ln 3 ], [0, 0]] · √1 make the weights [1/4, 3/4] and [1/2, 1/2].
  @Test func weighsAndMixes() throws {
    let text = try text(
      "1 0; 0 1", query: "1; 0", key: "0; 1.0986122886681098", value: "4 0; 0 8")
    #expect(text.contains("Q Kᵀ / √1 [2, 2]"))
    #expect(text.contains(/word 1 +0\.25 +0\.75/) && text.contains(/word 2 +0\.50 +0\.50/))
    #expect(text.contains(/word 1 +1\.0000 +6\.0000/) && text.contains(/word 2 +2\.0000 +4\.0000/))
  }

  @Test(arguments: [
    ("1 2 3", "1 0; 0 1", "E is [1, 3] and W_Q [2, 2]"), ("1 2; 3", "1; 1", "row 2 has 1 numbers"),
    ("1 two", "1; 1", "“1 two” is no row of numbers"), ("", "1", "E has no numbers"),
    ("1", " ; ", "“ ” is no row"),
  ])
  func saysWhatDoesNotFit(embeddings: String, query: String, message: String) {
    let problem = #expect(throws: OwnNumbers.Problem.self) {
      try text(embeddings, query: query)
    }
    #expect(problem?.message.contains(message) == true, "\(problem?.message ?? "")")
  }

  @Test func scoresNeedEqualWidths() {
    let problem = #expect(throws: OwnNumbers.Problem.self) {
      try text("1 2", query: "1; 1", key: "1 0; 0 1")
    }
    #expect(problem?.message.contains("W_Q is [2, 1] and W_K [2, 2]") == true)
  }
}
