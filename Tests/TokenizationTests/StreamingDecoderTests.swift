import Checkpoints
import TestSupport
import Testing

@testable import Tokenization

@Suite struct StreamingDecoderTests {
  @Test func waitsForWholeCharacters() {
    var decoder = StreamingDecoder(ByteTokenizer())
    let pieces = Array("aé🎉".utf8).map { decoder.decode(Int32($0)) }
    #expect(pieces == ["a", "", "é", "", "", "", "🎉"])
    #expect(decoder.finish() == "")
  }

  @Test func whatStaysIncompleteIsReplaced() {
    var decoder = StreamingDecoder(ByteTokenizer())
    #expect([0xE2, 0x82].map { decoder.decode($0) } == ["", ""])
    #expect(decoder.decode(0x61) == "\u{FFFD}a")
    #expect(decoder.decode(0xF0) == "")
    #expect(decoder.finish() == "\u{FFFD}")
    #expect(decoder.finish() == "")
  }

  /// All pieces together are the text of all tokens, for random bytes as well.
  @Test func agreesWithDecodingAtOnce() throws {
    var random = TestRandom(seed: 4)
    let tokenizers: [any Tokenizer] = [ByteTokenizer(), try Golden.tokenizer()]
    for _ in 0..<200 {
      for tokenizer in tokenizers {
        let ids = (0..<30).map { _ in Int32(random.below(tokenizer.vocabularySize)) }
        var decoder = StreamingDecoder(tokenizer)
        let pieces = ids.map { decoder.decode($0) } + [decoder.finish()]
        #expect(pieces.joined().utf8.elementsEqual(tokenizer.decode(ids).utf8))
      }
    }
  }

  @Test func spacesBetweenWordsAreKept() throws {
    let tokenizer = try WordTokenizer(vocabularyOf: "one two , three")
    let ids = try tokenizer.encode("one, two three")
    var decoder = StreamingDecoder(tokenizer)
    #expect(ids.map { decoder.decode($0) } == ["one", ",", " two", " three"])
    var behind = StreamingDecoder(tokenizer, after: ids[2])
    #expect(behind.decode(ids[3]) == " three")
  }
}
