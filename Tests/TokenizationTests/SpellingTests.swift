import Testing
import Tokenization

@Suite struct SpellingTests {
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("ca", "ac", 1),
    // Optimal string alignment gives 3 here, the unrestricted distance 2.
    ("ca", "abc", 3), ("effort", "effrot", 1), ("you", "yuo", 1), ("saturday", "sunday", 3),
    ("e\u{301}", "\u{E9}", 2),
  ])
  func distance(first: String, second: String, expected: Int) {
    #expect(Spelling.distance(first, second) == expected)
    #expect(Spelling.distance(second, first) == expected)
  }

  @Test func caseCostsLittle() {
    #expect(
      Spelling.closest(to: "every", among: ["ever", "Every", "very"]) == ["Every", "ever", "very"])
    #expect(
      Spelling.closest(to: "EVERY", among: ["very", "every", "Every"]).prefix(2) == [
        "Every", "every",
      ])
  }

  @Test func normalFormCostsLittle() throws {
    let found = Spelling.closest(to: "cafe\u{301}", among: ["caf\u{E9}", "cafes"])
    #expect(Array(try #require(found.first).utf8) == Array("caf\u{E9}".utf8))
  }

  @Test func farWordsAreNotOffered() {
    #expect(Spelling.closest(to: "learning-rate", among: ["steps", "seed", "warmup"]) == [])
    #expect(Spelling.closest(to: "zebra", among: ["moves", "effort"]) == [])
    #expect(Spelling.closest(to: "a", among: ["b", "I", "you"]) == [])
  }

  @Test func optionsAreFound() {
    let options = ["steps", "stop-after", "seed", "samples", "temperature", "top-k", "top-p"]
    #expect(Spelling.closest(to: "step", among: options) == ["steps"])
    #expect(Spelling.closest(to: "temprature", among: options) == ["temperature"])
    #expect(Spelling.closest(to: "topk", among: options).first == "top-k")
  }

  @Test func tiesFollowTheBytesWhateverTheOrder() {
    let words = ["bat", "cat", "hat", "rat"]
    #expect(Spelling.closest(to: "mat", among: words) == ["bat", "cat", "hat"])
    #expect(Spelling.closest(to: "mat", among: words.reversed(), limit: 2) == ["bat", "cat"])
  }
}
