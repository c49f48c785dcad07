/// The tokens of a text that a vocabulary does not have, each once, in the text's order.
public struct UnknownTokens: Sendable {
  private var pieces = ByteStringTable()

  /// None so far.
  public init() {}

  /// Whether there is none.
  public var isEmpty: Bool { pieces.count == 0 }

  /// Notes a piece of a text that has no id.
  public mutating func note(_ piece: ArraySlice<UInt8>) { _ = pieces.insert(piece) }

  /// Throws if there are any.
  ///
  /// - Parameter tokenizer: the one that does not have them; its tokens that are most like them are
  ///   named as well.
  /// - Throws: ``TokenizationError/unknown(_:of:)``
  public func check(_ tokenizer: some Tokenizer) throws(TokenizationError) {
    guard !isEmpty else { return }
    let named = (0..<pieces.count).map { number in
      let token = String(readable: pieces[number])
      // No message shows more than a few, and a whole foreign text would take minutes.
      let known = number < 5 ? 0..<Int32(tokenizer.vocabularySize) : 0..<0
      return TokenizationError.UnknownToken(
        token: token,
        closest: Spelling.closest(to: token, among: known.lazy.map(tokenizer.token)))
    }
    throw .unknown(named, of: tokenizer.unit)
  }
}

extension String {
  /// UTF-8 bytes as text; where they are none, each is written like `\xE2`.
  init(readable bytes: ArraySlice<UInt8>) {
    self =
      String(validating: bytes, as: UTF8.self)
      ?? bytes.map { $0 < 0x80 ? String(Unicode.Scalar($0)) : Self.escape($0) }.joined()
  }

  private static func escape(_ byte: UInt8) -> String {
    "\\x" + String(byte, radix: 16, uppercase: true)
  }
}
