/// Turns tokens into text one by one, and never yields part of a character.
public struct StreamingDecoder: Sendable {
  private let tokenizer: any Tokenizer
  private var previous: Int32?

  /// A decoder of tokens that follow the token `previous`, nil at the start of a text.
  public init(_ tokenizer: any Tokenizer, after previous: Int32? = nil) {
    (self.tokenizer, self.previous) = (tokenizer, previous)
  }

  /// The text that is certain once the next token is known.
  public mutating func decode(_ id: Int32) -> String {
    defer { previous = id }
    return tokenizer.text(of: id, after: previous)
  }

  /// What is left of a character that stays incomplete.
  public mutating func finish() -> String { "" }
}

extension Tokenizer {
  /// The token that marks the end of a text, if there is one.
  public var endOfText: Int32? { nil }
}
