import Testing

@testable import Tokenization

@Suite struct WordTokenizerTests {
  /// What Hugging Face's tokenizers 0.23.3 gives with the pattern of the saved `tokenizer.json`.
  @Test(arguments: [
    ("Every effort moves you.", ["Every", "effort", "moves", "you", "."]),
    ("don't o’clock well-known re‐do", ["don't", "o’clock", "well-known", "re‐do"]),
    (
      "'quoted' -x- rock'n'roll a--b a-'b",
      ["'", "quoted", "'", "-", "x", "-", "rock'n'roll", "a", "-", "-", "b", "a", "-", "'", "b"]
    ),
    ("snake_case x2 3.14 ½", ["snake_case", "x2", "3", ".", "14", "½"]),
    ("a\nb\r\nc\rd\n\n", ["a", "\n", "b", "\n", "c", "\n", "d", "\n", "\n"]),
    ("a\tb\u{A0}c\u{3000}d\u{2028}e\u{B}f", ["a", "b", "c", "d", "e", "f"]),
    ("नमस्ते दुनिया।", ["नमस्ते", "दुनिया", "।"]),
    ("你好，世界", ["你好", "，", "世界"]),
    ("می\u{200C}خواهم", ["می\u{200C}خواهم"]),
    ("re\u{2011}do a\u{200D}b a\u{200B}b", ["re\u{2011}do", "a\u{200D}b", "a", "\u{200B}", "b"]),
    ("I ❤️ you 👍🏽", ["I", "❤️", "you", "👍", "🏽"]),
    ("cafe\u{301} caf\u{E9}", ["cafe\u{301}", "caf\u{E9}"]),
    (" \t ", []), ("", []), ("\u{301}a", ["\u{301}a"]), ("«Ça?»", ["«", "Ça", "?", "»"]),
  ])
  func pieces(text: String, expected: [String]) {
    // Compared as bytes: Swift's == would not tell "é" from "é".
    var pieces: [[UInt8]] = []
    WordTokenizer.forEachPiece(of: Array(text.utf8)[...]) { pieces.append(Array($0)) }
    #expect(pieces == expected.map { Array($0.utf8) })
  }

  @Test func idsFollowTheBytesOfTheWords() throws {
    let tokenizer = try WordTokenizer(vocabularyOf: "b a B\nécole zoo a .")
    let tokens = (0..<Int32(tokenizer.vocabularySize)).map(tokenizer.token)
    #expect(tokens == ["\n", ".", "B", "a", "b", "zoo", "école"])
    #expect(try tokenizer.encode("zoo a\r\nB.") == [5, 3, 0, 2, 1])
  }

  @Test func canonicallyEqualWordsAreTwoTokens() throws {
    let tokenizer = try WordTokenizer(vocabularyOf: "\u{C5} \u{212B} A\u{30A}")
    #expect(tokenizer.vocabularySize == 3)
    #expect(try tokenizer.encode("A\u{30A} \u{C5} \u{212B}") == [0, 1, 2])
  }

  @Test(arguments: [
    ("Every effort moves you .", "Every effort moves you."),
    ("Yes , ( really ! ) he said : \" no \"", "Yes, (really!) he said: \" no \""),
    ("« Ça » [ x ] “ y ” 50 %", "«Ça» [x] “y” 50%"),
    ("a \n b \r\n\n ( c", "a\nb\n\n(c"),
    ("one - two", "one - two"), ("你好 ， 世界 。", "你好， 世界。"),
  ])
  func decodingIsReadable(text: String, expected: String) throws {
    let tokenizer = try WordTokenizer(vocabularyOf: text)
    let ids = try tokenizer.encode(text)
    #expect(tokenizer.decode(ids) == expected)
    // Decoded text encodes to the same ids, and can be printed token by token.
    #expect(try tokenizer.encode(expected) == ids)
    var previous: Int32?
    var printed = ""
    for id in ids {
      printed += tokenizer.text(of: id, after: previous)
      previous = id
    }
    #expect(printed == expected)
    #expect(
      tokenizer.decode(ids.dropFirst(2), after: ids[1]) + ""
        == String(expected.dropFirst(tokenizer.decode(ids.prefix(2)).count)))
  }

  @Test func unknownWordsAreNamedOnceWithTheClosest() throws {
    let tokenizer = try WordTokenizer(vocabularyOf: "Every effort moves you")
    let error = try #require(throws: TokenizationError.self) {
      try tokenizer.encode("every zebra moevs you zebra")
    }
    #expect(
      error
        == .unknown(
          [
            .init(token: "every", closest: ["Every"]), .init(token: "zebra", closest: []),
            .init(token: "moevs", closest: ["moves"]),
          ], of: .words))
    #expect(error.cause == .badData)
    #expect(
      error.description == """
        the vocabulary does not have the words "every" (closest: "Every"), "zebra", "moevs" \
        (closest: "moves"); use words of the corpus it was made from, or train on a corpus that \
        has these
        """)
  }

  @Test func messagesStayShortAndTellLookAlikesApart() throws {
    let tokenizer = try WordTokenizer(vocabularyOf: "caf\u{E9}")
    let lookAlike = try #require(throws: TokenizationError.self) {
      try tokenizer.encode("cafe\u{301}")
    }
    #expect(lookAlike.description.contains("in another Unicode form"))
    let many = try #require(throws: TokenizationError.self) {
      try tokenizer.encode("a b c d e f g")
    }
    #expect(many.description.contains("\"e\" and 2 more;"))
  }

  @Test func badVocabulariesAreRefused() {
    #expect(throws: TokenizationError.noTokens) { try WordTokenizer(vocabularyOf: " \t") }
    #expect(throws: TokenizationError.badVocabulary("it is empty")) {
      try WordTokenizer(tokens: [])
    }
    #expect(throws: TokenizationError.badVocabulary("it has \"a\" twice")) {
      try WordTokenizer(tokens: ["a", "b", "a"])
    }
  }
}
