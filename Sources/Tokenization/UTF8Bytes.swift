/// The length of the well-formed UTF-8 sequence that begins at `start` (Unicode 16, table 3-7): 0
/// where the bytes are none, negative where they end too early and were well-formed so far.
private func sequenceLength(at start: Int, in bytes: ArraySlice<UInt8>) -> Int {
  let lead = bytes[start]
  var second: ClosedRange<UInt8> = 0x80...0xBF
  let length: Int
  switch lead {
  case 0..<0x80: return 1
  case 0xC2...0xDF: length = 2
  case 0xE0: (length, second) = (3, 0xA0...0xBF)
  case 0xED: (length, second) = (3, 0x80...0x9F)
  case 0xE1...0xEF: length = 3
  case 0xF0: (length, second) = (4, 0x90...0xBF)
  case 0xF1...0xF3: length = 4
  case 0xF4: (length, second) = (4, 0x80...0x8F)
  default: return 0
  }
  for offset in 1..<length {
    guard start + offset < bytes.endIndex else { return -length }
    guard second.contains(bytes[start + offset]) else { return 0 }
    second = 0x80...0xBF
  }
  return length
}

/// The offset of the first byte that is not part of well-formed UTF-8, or nil if all are.
///
/// A sequence that is cut short counts from its lead byte.
/// The standard library's own report of this place, `UTF8Span`, needs macOS 26.
package func firstInvalidUTF8Offset(in bytes: ArraySlice<UInt8>) -> Int? {
  var place = bytes.startIndex
  while place < bytes.endIndex {
    if bytes[place] < 0x80 {
      place += 1
      continue
    }
    let length = sequenceLength(at: place, in: bytes)
    guard length > 0 else { return place - bytes.startIndex }
    place += length
  }
  return nil
}

/// How many bytes at the end begin a well-formed sequence that is not complete.
func incompleteSuffixCount(of bytes: [UInt8]) -> Int {
  for count in 1...3 where count <= bytes.count {
    let start = bytes.count - count
    if bytes[start] & 0xC0 == 0x80 { continue }
    return sequenceLength(at: start, in: bytes[...]) < 0 ? count : 0
  }
  return 0
}

/// The scalar at a place of UTF-8 bytes and the number of its bytes; U+FFFD and 1 for a byte that
/// begins none.
@inline(__always)
func scalar(at place: Int, in bytes: ArraySlice<UInt8>) -> (value: Unicode.Scalar, count: Int) {
  let lead = bytes[place]
  return lead < 0x80 ? (Unicode.Scalar(lead), 1) : longScalar(at: place, in: bytes)
}

private func longScalar(
  at place: Int, in bytes: ArraySlice<UInt8>
) -> (value: Unicode.Scalar, count: Int) {
  let length = sequenceLength(at: place, in: bytes)
  guard length > 1 else { return ("\u{FFFD}", 1) }
  var value = UInt32(bytes[place]) & (0x7F >> UInt32(length))
  for offset in 1..<length { value = value << 6 | UInt32(bytes[place + offset] & 0x3F) }
  return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
}

/// The scalar that ends before a place of UTF-8 bytes.
func scalar(before place: Int, in bytes: ArraySlice<UInt8>) -> Unicode.Scalar {
  var start = place - 1
  while start > bytes.startIndex, place - start < 4, bytes[start] & 0xC0 == 0x80 { start -= 1 }
  return scalar(at: start, in: bytes).value
}
