import Testing

@testable import Tokenization

@Suite struct UTF8BytesTests {
  /// The boundary cases of Unicode 16, table 3-7.
  @Test(
    arguments: [
      ([0x41, 0xC3, 0xA9], nil), ([], nil), ([0xF0, 0x9F, 0x98, 0x80], nil),
      ([0xED, 0x9F, 0xBF], nil),
      ([0xF4, 0x8F, 0xBF, 0xBF], nil), ([0x41, 0xFF], 1), ([0x80], 0), ([0xC0, 0x80], 0),
      ([0xC1, 0xBF], 0), ([0xE0, 0x9F, 0xBF], 0), ([0xED, 0xA0, 0x80], 0),
      ([0xF0, 0x8F, 0xBF, 0xBF], 0),
      ([0xF4, 0x90, 0x80, 0x80], 0), ([0xF5, 0x80, 0x80, 0x80], 0), ([0xC3, 0xA9, 0xC3], 2),
      ([0x41, 0xE2, 0x82], 1), ([0xE2, 0x82, 0x41], 0),
    ] as [([UInt8], Int?)])
  func findsTheFirstBadByte(bytes: [UInt8], offset: Int?) {
    #expect(firstInvalidUTF8Offset(in: bytes[...]) == offset)
    #expect((String(validating: bytes, as: UTF8.self) == nil) == (offset != nil))
  }

  @Test func scalarsAreThoseOfAString() {
    let text = "aé\u{301}日🎉\u{10FFFF}\u{0}z"
    let bytes = Array(text.utf8)
    var found: [Unicode.Scalar] = []
    var place = 0
    while place < bytes.count {
      let (value, count) = scalar(at: place, in: bytes[...])
      found.append(value)
      place += count
      #expect(scalar(before: place, in: bytes[...]) == value)
    }
    #expect(found == Array(text.unicodeScalars))
  }

  @Test(
    arguments: [
      ([0x61], 0), ([0x61, 0xC3], 1), ([0xE2, 0x82], 2), ([0xF0, 0x9F, 0x98], 3),
      ([0xE0, 0x80], 0),
      ([0xF0, 0x9F, 0x98, 0x80], 0), ([0x80, 0x80, 0x80, 0x80], 0), ([0xFF], 0), ([], 0),
    ] as [([UInt8], Int)])
  func incompleteEnds(bytes: [UInt8], count: Int) {
    #expect(incompleteSuffixCount(of: bytes) == count)
  }
}
