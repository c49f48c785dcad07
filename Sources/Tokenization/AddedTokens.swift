/// A token that was added to a vocabulary, such as `<|endoftext|>`: where its text occurs, it is this
/// token and nothing else.
public struct AddedToken: Sendable, Equatable {
  /// Its id.
  public let id: Int32
  /// Whether it is a mark for programs and no part of the text, as the end of a text is.
  public let isSpecial: Bool

  /// A token of this id.
  public init(id: Int32, isSpecial: Bool) {
    (self.id, self.isSpecial) = (id, isSpecial)
  }
}

/// Finds added tokens in a text: at each place the longest, from left to right.
struct AddedTokenFinder: Sendable {
  /// The longest first.
  private var tokens: [(bytes: [UInt8], id: Int32)]
  private var begins = [Bool](repeating: false, count: 256)

  init(_ tokens: [(bytes: [UInt8], id: Int32)]) {
    self.tokens = tokens.sorted { $0.bytes.count > $1.bytes.count }
    for token in tokens { begins[Int(token.bytes[0])] = true }
  }

  /// The next added token from a place on.
  func first(from start: Int, in text: ArraySlice<UInt8>) -> (range: Range<Int>, id: Int32)? {
    guard !tokens.isEmpty else { return nil }
    for place in start..<text.endIndex where begins[Int(text[place])] {
      for token in tokens where text[place...].starts(with: token.bytes) {
        return (place..<place + token.bytes.count, token.id)
      }
    }
    return nil
  }
}
