import Checkpoints
import TestSupport
import Testing

@testable import Tokenization

@Suite struct BPETokenizerTests {
  /// Ids and texts that the `tokenizers` library gives.
  @Test func encodesAndDecodesAsTheLibrary() throws {
    let tokenizer = try Golden.tokenizer()
    for line in try Golden.lines(Golden.folder + "/encodings.jsonl") {
      let text = try line.member("text").string()
      let ids = try tokenizer.encode(text)
      #expect(try ids == line.ids("ids"), "\(text.quoted())")
      #expect(tokenizer.decode(ids).utf8.elementsEqual(text.utf8))
    }
    for line in try Golden.lines(Golden.folder + "/decodings.jsonl") {
      let text = tokenizer.decode(try line.ids("ids"))
      #expect(try text.utf8.elementsEqual(line.member("text").string().utf8))
    }
  }

  @Test func addedTokensAreFoundOrTakenLiterally() throws {
    var tokenizer = try Golden.tokenizer()
    let mark = Int32(tokenizer.vocabularySize - 1)
    #expect(tokenizer.endOfText == mark)
    #expect(try tokenizer.encode("<|endoftext|>") == [mark])
    tokenizer.recognizesAddedTokens = false
    let literal = try tokenizer.encode("<|endoftext|>")
    #expect(literal.count > 1 && tokenizer.decode(literal) == "<|endoftext|>")
  }

  /// The longest added token wins, from left to right.
  @Test func addedTokensOfOneBeginning() throws {
    let texts = ["a", "b", "<x", "<x>", "<"]
    let tokenizer = try BPETokenizer(
      tokens: texts.map { Array($0.utf8) }, merges: [],
      addedTokens: [.init(id: 2, isSpecial: true), .init(id: 3, isSpecial: false)])
    #expect(try tokenizer.encode("a<x>b<<xa") == [0, 3, 1, 4, 2, 0])
    #expect(tokenizer.endOfText == nil)
  }

  @Test func unknownBytesAreNamedOrSkipped() throws {
    let tokenizer = try BPETokenizer(
      tokens: [[0x61], [0x62], [0x61, 0x62]], merges: [.init(left: 0, right: 1, result: 2)],
      addedTokens: [])
    let error = try #require(throws: TokenizationError.self) { try tokenizer.encode("aéb") }
    #expect(error.description.contains(#"the tokens "\xC3", "\xA9""#))
    #expect(try tokenizer.encode("xabé", unknown: .skip) == [2])
  }

  /// A piece of a million bytes, for which a quadratic way would take hours.
  @Test func longPiecesAreNoProblem() throws {
    let tokenizer = try Golden.tokenizer()
    let text = String(repeating: "ha", count: 100_000)
    #expect(tokenizer.decode(try tokenizer.encode(text)) == text)
  }

  @Test func badVocabulariesAreRefused() {
    func make(
      _ tokens: [String], _ merges: [BPETokenizer.Merge] = [], added: [Int32] = []
    ) throws -> BPETokenizer {
      try BPETokenizer(
        tokens: tokens.map { Array($0.utf8) }, merges: merges,
        addedTokens: added.map { AddedToken(id: $0, isSpecial: true) })
    }
    let merge = BPETokenizer.Merge(left: 0, right: 1, result: 2)
    for (tokens, merges, added) in [
      ([], [], []), (["a", "a"], [], []), (["a", ""], [], []), (["a", "b"], [merge], []),
      (["a", "b", "ba"], [merge], []), (["a", "b", "ab"], [merge, merge], []), (["a"], [], [1]),
    ] as [([String], [BPETokenizer.Merge], [Int32])] {
      #expect(throws: TokenizationError.self) { try make(tokens, merges, added: added) }
    }
    #expect(throws: Never.self) { try make(["a", "b", "ab"], [merge], added: [1]) }
  }
}
