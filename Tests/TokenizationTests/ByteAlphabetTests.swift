import Testing

@testable import Tokenization

@Suite struct ByteAlphabetTests {
  /// `bytes_to_unicode` of GPT-2's encoder.py.
  @Test func isGPT2s() {
    #expect(ByteAlphabet.string(of: Array(" a\n\u{AD}é".utf8)) == "ĠaĊÂŃÃ©")
    #expect(ByteAlphabet.order.prefix(2) == [0x21, 0x22] && ByteAlphabet.order.last == 0xAD)
    #expect(ByteAlphabet.order.sorted() == Array(0...255))
  }

  @Test func readsBackWhatItWrites() {
    let all = (0...255).map { UInt8($0) }
    #expect(ByteAlphabet.bytes(of: ByteAlphabet.string(of: all)) == all)
    #expect(ByteAlphabet.bytes(of: "a b") == nil)
  }
}
