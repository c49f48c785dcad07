/// The tokens of a tokenizer and their ids, each token at the place of its id.
///
/// Tokens are compared as UTF-8 bytes: Swift's string equality is canonical equivalence, by which
/// "é" as one scalar and "é" as two would be one token here and two everywhere else.
struct Vocabulary: Sendable, Equatable {
  let tokens: [String]
  private let ids: ByteStringTable

  /// The distinct tokens of a text, in the order of their UTF-8 bytes.
  init(distinct pieces: ByteStringTable) throws(TokenizationError) {
    guard pieces.count > 0 else { throw .noTokens }
    let sorted = (0..<pieces.count).map { pieces[$0] }.sorted { $0.lexicographicallyPrecedes($1) }
    try self.init(tokens: sorted.map { String(decoding: $0, as: UTF8.self) })
  }

  /// The tokens of ids 0, 1, 2…
  init(tokens: [String]) throws(TokenizationError) {
    guard !tokens.isEmpty else { throw .badVocabulary("it is empty") }
    guard Int32(exactly: tokens.count) != nil else {
      throw .badVocabulary("it has \(tokens.count) tokens, more than ids of 32 bits can number")
    }
    var ids = ByteStringTable()
    for token in tokens where !ids.insert(Array(token.utf8)[...]).isNew {
      throw .badVocabulary("it has \(token.quoted()) twice")
    }
    self.tokens = tokens
    self.ids = ids
  }

  static func == (left: Vocabulary, right: Vocabulary) -> Bool {
    left.tokens.elementsEqual(right.tokens) { $0.utf8.elementsEqual($1.utf8) }
  }

  /// The id of a token, or nil.
  func id(of token: ArraySlice<UInt8>) -> Int32? { ids.number(of: token).map { Int32($0) } }
}

/// Makes a tokenizer for a text that comes in parts, which end before white space and after
/// something else.
public protocol TokenizerBuilder: Sendable {
  /// Takes in a part of the text, in well-formed UTF-8.
  mutating func add(utf8 text: ArraySlice<UInt8>)

  /// The tokenizer for what came so far.
  ///
  /// - Throws: ``TokenizationError/noTokens`` if there was no token.
  func tokenizer() throws(TokenizationError) -> any Tokenizer
}
