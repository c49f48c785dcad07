/// The tokens of a tokenizer and their ids, each token at the place of its id.
///
/// Tokens are compared as UTF-8 bytes: Swift's string equality is canonical equivalence, by which
/// "é" as one scalar and "é" as two would be one token here and two everywhere else.
struct Vocabulary: Sendable, Equatable {
  let tokens: [String]
  private let ids: [[UInt8]: Int32]

  /// The distinct tokens of a text, in the order of their UTF-8 bytes.
  init(distinct tokens: some Sequence<Substring>) throws(TokenizationError) {
    let distinct = Set(tokens.lazy.map { Array($0.utf8) })
    guard !distinct.isEmpty else { throw .noTokens }
    let sorted = distinct.sorted { $0.lexicographicallyPrecedes($1) }
    try self.init(tokens: sorted.map { String(decoding: $0, as: UTF8.self) })
  }

  /// The tokens of ids 0, 1, 2…
  init(tokens: [String]) throws(TokenizationError) {
    guard !tokens.isEmpty else { throw .badVocabulary("it is empty") }
    guard Int32(exactly: tokens.count) != nil else {
      throw .badVocabulary("it has \(tokens.count) tokens, more than ids of 32 bits can number")
    }
    var ids: [[UInt8]: Int32] = [:]
    ids.reserveCapacity(tokens.count)
    for (id, token) in tokens.enumerated() {
      guard ids.updateValue(Int32(id), forKey: Array(token.utf8)) == nil else {
        throw .badVocabulary("it has \(token.quoted()) twice")
      }
    }
    self.tokens = tokens
    self.ids = ids
  }

  static func == (left: Vocabulary, right: Vocabulary) -> Bool { left.ids == right.ids }

  /// The ids of a text's pieces, or an error that names all which are unknown.
  func encode(
    _ pieces: some Sequence<Substring>, of unit: TokenizationError.Unit
  ) throws(TokenizationError) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(pieces.underestimatedCount)
    var unknown: [Substring] = []
    var seen: Set<[UInt8]> = []
    for piece in pieces {
      let bytes = Array(piece.utf8)
      if let id = ids[bytes] {
        result.append(id)
      } else if seen.insert(bytes).inserted {
        unknown.append(piece)
      }
    }
    guard unknown.isEmpty else {
      let named = unknown.enumerated().map { index, piece in
        TokenizationError.UnknownToken(
          token: String(piece),
          // No message shows more than a few, and a whole foreign text would take minutes.
          closest: index < 5 ? Spelling.closest(to: String(piece), among: tokens) : [])
      }
      throw .unknown(named, of: unit)
    }
    return result
  }
}
