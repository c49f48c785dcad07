/// A way to write text as numbers: `encode` turns text into token ids, `decode` ids into text.
///
/// Ids run from 0 to `vocabularySize` − 1; the functions that take one trap on any other.
public protocol Tokenizer: Sendable {
  /// The number of distinct tokens, V.
  var vocabularySize: Int { get }

  /// The token that marks the end of a text, if there is one.
  var endOfText: Int32? { get }

  /// The ids of the tokens of a text.
  ///
  /// - Throws: ``TokenizationError/unknown(_:of:)``, which names every token that the vocabulary
  ///   does not have.
  func encode(_ text: String) throws(TokenizationError) -> [Int32]

  /// The token as it stands in the vocabulary.
  func token(_ id: Int32) -> String

  /// The UTF-8 bytes that a token adds to a text whose last token is `previous`, nil at its start.
  ///
  /// A tokenizer of words puts a space between two of them here. Bytes and not text, because a
  /// token of a byte-level tokenizer may be part of a character.
  func bytes(of id: Int32, after previous: Int32?) -> [UInt8]
}

extension Tokenizer {
  /// The text that a token adds to a text whose last token is `previous`, nil at its start.
  ///
  /// Part of a character, which only a byte-level token can be, becomes U+FFFD.
  public func text(of id: Int32, after previous: Int32?) -> String {
    String(decoding: bytes(of: id, after: previous), as: UTF8.self)
  }

  /// The text of a sequence of tokens that follows the token `previous`, nil at the start.
  public func decode(_ ids: some Sequence<Int32>, after previous: Int32? = nil) -> String {
    var previous = previous
    var bytes: [UInt8] = []
    for id in ids {
      bytes += self.bytes(of: id, after: previous)
      previous = id
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
