/// Cuts text into its UTF-8 bytes; lossless for any bytes. A byte's id is its value.
public struct ByteTokenizer: Tokenizer, Equatable, TokenizerBuilder {
  /// The tokenizer of bytes; there is only one.
  public init() {}

  /// 256.
  public var vocabularySize: Int { 256 }

  /// Bytes.
  public var unit: TokenUnit { .bytes }

  /// None.
  public var endOfText: Int32? { nil }

  /// Appends the bytes, well-formed or not.
  public func encode(
    utf8 text: ArraySlice<UInt8>, into ids: inout [Int32], unknown: inout UnknownTokens
  ) {
    ids.append(contentsOf: text.lazy.map(Int32.init))
  }

  /// The byte as text, or like `\xE2` where it is only part of a character.
  public func token(_ id: Int32) -> String { String(readable: [UInt8(id)]) }

  /// The byte itself.
  public func bytes(of id: Int32, after previous: Int32?) -> [UInt8] { [UInt8(id)] }

  /// Has nothing to learn from a text.
  public mutating func add(utf8 text: ArraySlice<UInt8>) {}

  /// The tokenizer itself.
  public func tokenizer() -> any Tokenizer { self }
}
