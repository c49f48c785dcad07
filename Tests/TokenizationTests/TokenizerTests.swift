import Checkpoints
import TestSupport
import Testing

@testable import Tokenization

/// What holds for every tokenizer.
@Suite struct TokenizerTests {
  @Test func decodingIsTheInverseOfEncoding() throws {
    var random = TestRandom(seed: 1)
    let pair = try Golden.tokenizer()
    for _ in 0..<200 {
      let text = random.text(length: random.below(60))
      let lossless: [any Tokenizer] = [
        ByteTokenizer(), pair, text.isEmpty ? pair : try CharacterTokenizer(vocabularyOf: text),
      ]
      for tokenizer in lossless {
        let decoded = tokenizer.decode(try tokenizer.encode(text))
        #expect(decoded.utf8.elementsEqual(text.utf8), "\(tokenizer.unit) \(text.quoted())")
      }
    }
  }

  @Test func anyBytesComeBack() throws {
    var random = TestRandom(seed: 2)
    let tokenizers: [any Tokenizer] = [ByteTokenizer(), try Golden.tokenizer()]
    for _ in 0..<200 {
      let bytes = (0..<random.below(50)).map { _ in UInt8(random.below(256)) }
      for tokenizer in tokenizers {
        var ids: [Int32] = []
        var unknown = UnknownTokens()
        tokenizer.encode(utf8: bytes[...], into: &ids, unknown: &unknown)
        #expect(ids.flatMap { tokenizer.bytes(of: $0, after: nil) } == bytes)
        #expect(unknown.isEmpty)
      }
    }
  }

  @Test func skippingLeavesOutWhatIsUnknown() throws {
    let words = try WordTokenizer(vocabularyOf: "one two")
    #expect(try words.encode("one three two, one", unknown: .skip) == words.encode("one two one"))
    let characters = try CharacterTokenizer(vocabularyOf: "ab")
    #expect(try characters.encode("aéb\n", unknown: .skip) == [0, 1])
  }

  @Test func bytesAreShownAsTextOrEscapes() {
    #expect([0x41, 0x0A, 0xE2].map { ByteTokenizer().token($0) } == ["A", "\n", "\\xE2"])
  }
}
