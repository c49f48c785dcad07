import Testing
import Tokenization

@Suite struct CharacterTokenizerTests {
  @Test func idsFollowTheScalarValues() throws {
    let tokenizer = try CharacterTokenizer(vocabularyOf: "b😀a\nｚa")
    #expect((0..<5).map(tokenizer.token) == ["\n", "a", "b", "ｚ", "😀"])
    #expect(try tokenizer.encode("😀ba") == [4, 2, 1])
  }

  @Test(arguments: [
    "cafe\u{301} caf\u{E9} \u{C5}\u{212B}", "a\r\nb\rc\n", "नमस्ते", "👨‍👩‍👧❤️", "\u{0}\u{FEFF}\t ",
  ])
  func isLossless(text: String) throws {
    let tokenizer = try CharacterTokenizer(vocabularyOf: text)
    let ids = try tokenizer.encode(text)
    #expect(ids.count == text.unicodeScalars.count)
    #expect(Array(tokenizer.decode(ids).utf8) == Array(text.utf8))
  }

  @Test func unknownCharactersAreNamed() throws {
    let tokenizer = try CharacterTokenizer(vocabularyOf: "Ab")
    #expect(
      throws: TokenizationError.unknown(
        [
          .init(token: "a", closest: ["A"]), .init(token: "\n", closest: []),
        ], of: .characters)
    ) { try tokenizer.encode("a\nba") }
  }

  @Test func badVocabulariesAreRefused() {
    #expect(throws: TokenizationError.noTokens) { try CharacterTokenizer(vocabularyOf: "") }
    #expect(throws: TokenizationError.badVocabulary("\"ab\" is not exactly one Unicode scalar")) {
      try CharacterTokenizer(tokens: ["a", "ab"])
    }
    #expect(throws: TokenizationError.badVocabulary("it has \"a\" twice")) {
      try CharacterTokenizer(tokens: ["a", "a"])
    }
  }
}
