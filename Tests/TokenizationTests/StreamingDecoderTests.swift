import Checkpoints
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

/// Numbers that are the same in every run (Vigna's SplitMix64).
struct TestRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func below(_ limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ mixed >> 31) % UInt64(limit))
  }

  /// A text of scalars from all planes, white space among them.
  mutating func text(length: Int) -> String {
    var text = String.UnicodeScalarView()
    let common = Array("ae hst'\n\t,.1éü日\u{301}\u{3000}🎉".unicodeScalars)
    while text.count < length {
      let any = Unicode.Scalar(UInt32(below(0x110000)))
      if let scalar = below(4) > 0 ? common[below(common.count)] : any { text.append(scalar) }
    }
    return String(text)
  }
}
