/// The characters for which the 256 bytes stand in the files of a byte-level vocabulary, and the
/// order of their ids there, both as in GPT-2's `encoder.py` (`bytes_to_unicode`).
///
/// The 188 visible characters of Latin-1 stand for themselves, the other bytes for U+0100 onwards:
/// a space is "Ġ".
package enum ByteAlphabet {
  /// The bytes in the order of their ids.
  package static let order: [UInt8] = visible + (0...255).filter { !visible.contains($0) }

  private static let visible =
    Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF) as [UInt8]

  private static let scalars: [Unicode.Scalar] = {
    var scalars = (0...255).map { Unicode.Scalar(UInt8($0)) }
    for (index, byte) in order[visible.count...].enumerated() {
      scalars[Int(byte)] = Unicode.Scalar(UInt16(0x100 + index)) ?? "\u{FFFD}"
    }
    return scalars
  }()

  private static let bytes = Dictionary(
    uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })

  /// The characters that stand for bytes.
  package static func string(of bytes: [UInt8]) -> String {
    var string = String.UnicodeScalarView()
    for byte in bytes { string.append(scalars[Int(byte)]) }
    return String(string)
  }

  /// The bytes for which characters stand, or nil if one of these stands for none.
  package static func bytes(of string: String) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(string.utf8.count)
    for scalar in string.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      result.append(byte)
    }
    return result
  }
}
