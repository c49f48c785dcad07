/// A name as a key: its UTF-8 bytes, since strings that only look alike are equal to Swift.
///
/// The bytes are hashed at once; an array would feed them to the hash one by one.
struct NameKey: Hashable {
  private let bytes: [UInt8]

  init(_ name: String) { bytes = Array(name.utf8) }

  func hash(into hasher: inout Hasher) {
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }
}
