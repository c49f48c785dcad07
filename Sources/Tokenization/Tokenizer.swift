/// A way to write text as numbers: `encode` turns text into token ids, `decode` ids into text.
///
/// Ids run from 0 to `vocabularySize` − 1; the functions that take one trap on any other.
public protocol Tokenizer: Sendable {
  /// The number of distinct tokens, V.
  var vocabularySize: Int { get }

  /// What a token is.
  var unit: TokenUnit { get }

  /// The token that marks the end of a text, if there is one.
  var endOfText: Int32? { get }

  /// Appends the ids of the tokens of a text in well-formed UTF-8, without those that the vocabulary
  /// lacks, which go to `unknown`.
  ///
  /// A text may come in parts that end before white space and after something else: they have the
  /// ids of the whole.
  ///
  /// - Complexity: O(*n* log *n*) or better for *n* bytes; memory for the ids, and no more for the
  ///   text than its distinct pieces need.
  func encode(
    utf8 text: ArraySlice<UInt8>, into ids: inout [Int32], unknown: inout UnknownTokens)

  /// The token, for a person to read; a byte that is not part of a character is written `\xE2`.
  func token(_ id: Int32) -> String

  /// The UTF-8 bytes that a token adds to a text whose last token is `previous`, nil at its start.
  ///
  /// A tokenizer of words puts a space between two of them here. Bytes and not text, because a
  /// token of a byte-level tokenizer may be part of a character.
  func bytes(of id: Int32, after previous: Int32?) -> [UInt8]
}

/// What is done about tokens that a vocabulary does not have.
public enum UnknownHandling: String, CaseIterable, Sendable {
  /// They are an error.
  case error
  /// They are left out.
  case skip
}

extension Tokenizer {
  /// The ids of the tokens of a text.
  ///
  /// - Throws: ``TokenizationError/unknown(_:of:)``, which names the tokens that the vocabulary does
  ///   not have, unless they are to be skipped.
  public func encode(
    _ text: String, unknown handling: UnknownHandling = .error
  ) throws(TokenizationError) -> [Int32] {
    var ids: [Int32] = []
    var unknown = UnknownTokens()
    encode(utf8: Array(text.utf8)[...], into: &ids, unknown: &unknown)
    if handling == .error { try unknown.check(self) }
    return ids
  }

  /// The text that a token adds to a text whose last token is `previous`, nil at its start.
  ///
  /// Part of a character, which only a byte-level token can be, becomes U+FFFD; ``StreamingDecoder``
  /// waits for the other parts.
  public func text(of id: Int32, after previous: Int32?) -> String {
    String(decoding: bytes(of: id, after: previous), as: UTF8.self)
  }

  /// The text of a sequence of tokens that follows the token `previous`, nil at the start.
  ///
  /// Each part of it that is not UTF-8 becomes U+FFFD, one for each maximal subpart (Unicode 16,
  /// section 3.9).
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
