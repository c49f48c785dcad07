/// Cuts text into Unicode scalars; lossless.
///
/// Scalars, not Swift's characters: these are the units of Python and of Hugging Face's tokenizers.
public struct CharacterTokenizer: Tokenizer, Equatable {
  private let vocabulary: Vocabulary

  /// A tokenizer that knows the scalars of a text, numbered in the order of their values.
  ///
  /// - Throws: ``TokenizationError/noTokens`` if there are none.
  public init(vocabularyOf text: String) throws(TokenizationError) {
    // The order of UTF-8 bytes is the order of scalar values.
    vocabulary = try Vocabulary(distinct: Self.pieces(of: text))
  }

  /// A tokenizer that knows these tokens of one scalar each, which have the ids 0, 1, 2…
  ///
  /// - Throws: ``TokenizationError/badVocabulary(_:)`` if there are none, or one stands there twice
  ///   or is not exactly one scalar.
  public init(tokens: [String]) throws(TokenizationError) {
    if let token = tokens.first(where: { $0.unicodeScalars.count != 1 }) {
      throw .badVocabulary("\(token.quoted()) is not exactly one Unicode scalar")
    }
    vocabulary = try Vocabulary(tokens: tokens)
  }

  /// The number of distinct scalars.
  public var vocabularySize: Int { vocabulary.tokens.count }

  /// The ids of the scalars of a text.
  public func encode(_ text: String) throws(TokenizationError) -> [Int32] {
    try vocabulary.encode(Self.pieces(of: text), of: .characters)
  }

  /// The scalar of an id, as a string.
  public func token(_ id: Int32) -> String { vocabulary.tokens[Int(id)] }

  /// The scalar's UTF-8 bytes, whatever stands before it.
  public func bytes(of id: Int32, after previous: Int32?) -> [UInt8] { Array(token(id).utf8) }

  private static func pieces(of text: String) -> some Sequence<Substring> {
    text.unicodeScalars.indices.lazy.map { Substring(text.unicodeScalars[$0...$0]) }
  }
}
