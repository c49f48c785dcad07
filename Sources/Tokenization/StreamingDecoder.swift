/// Turns tokens into text one by one, and never yields part of a character.
///
/// What it yields and what ``finish()`` adds are together what ``Tokenizer/decode(_:after:)`` makes
/// of all tokens at once.
///
///     var decoder = StreamingDecoder(tokenizer)
///     for id in ids { print(decoder.decode(id), terminator: "") }
///     print(decoder.finish())
public struct StreamingDecoder: Sendable {
  private let tokenizer: any Tokenizer
  private var previous: Int32?
  /// The beginning of a character whose end has not come yet; at most 3 bytes.
  private var pending: [UInt8] = []

  /// A decoder of tokens that follow the token `previous`, nil at the start of a text.
  public init(_ tokenizer: any Tokenizer, after previous: Int32? = nil) {
    (self.tokenizer, self.previous) = (tokenizer, previous)
  }

  /// The text that is certain once the next token is known, often nothing while a character is
  /// incomplete.
  public mutating func decode(_ id: Int32) -> String {
    pending += tokenizer.bytes(of: id, after: previous)
    previous = id
    let end = pending.count - incompleteSuffixCount(of: pending)
    let text = String(decoding: pending[..<end], as: UTF8.self)
    pending.removeFirst(end)
    return text
  }

  /// What is left of a character that stays incomplete: U+FFFD, or nothing.
  public mutating func finish() -> String {
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }
}
