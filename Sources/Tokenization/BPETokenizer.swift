/// Byte-level byte-pair encoding as GPT-2 has it; lossless for any bytes.
///
/// A text is cut into pieces by ``GPT2Pieces``. The bytes of a piece are its first tokens; then, as
/// long as there is one, the pair of neighbours whose merge was learned first becomes one token, the
/// leftmost first (Sennrich, Haddow and Birch 2016, algorithm 1; Radford et al. 2019, section 2.2).
public struct BPETokenizer: Tokenizer {
  /// Two tokens that become one.
  public struct Merge: Sendable, Equatable {
    /// The token before the other.
    public let left: Int32
    /// The token behind it.
    public let right: Int32
    /// What they become, the token with the bytes of both.
    public let result: Int32

    /// A merge of two tokens.
    public init(left: Int32, right: Int32, result: Int32) {
      (self.left, self.right, self.result) = (left, right, result)
    }
  }

  /// The merges, the first learned first.
  public let merges: [Merge]
  /// The tokens that were added to the vocabulary.
  public let addedTokens: [AddedToken]
  /// The token that marks the end of a text, if there is one.
  public let endOfText: Int32?
  /// Whether the text of an added token is that token, and not text like other text.
  public var recognizesAddedTokens = true

  private let tokens: [[UInt8]]
  /// The token of each byte; −1 where there is none.
  let byteIDs: [Int32]
  /// The rank of each pair that can be merged, its place in `merges`.
  let ranks: PairTable
  private let finder: AddedTokenFinder

  /// A tokenizer with these tokens, which have the ids 0, 1, 2…
  ///
  /// - Parameters:
  ///   - tokens: The bytes of each token.
  ///   - merges: What becomes one token, the first learned first.
  ///   - addedTokens: Which of the tokens are added ones.
  ///   - endOfText: The text of the added token that marks the end of a text.
  /// - Throws: ``TokenizationError/badVocabulary(_:)`` if a token is empty or stands there twice, or a
  ///   merge does not fit.
  public init(
    tokens: [[UInt8]], merges: [Merge], addedTokens: [AddedToken],
    endOfText: String = "<|endoftext|>"
  ) throws(TokenizationError) {
    guard !tokens.isEmpty else { throw .badVocabulary("it is empty") }
    guard Int32(exactly: tokens.count) != nil else {
      throw .badVocabulary("it has \(tokens.count) tokens, more than ids of 32 bits can number")
    }
    func checkID(_ id: Int32) throws(TokenizationError) {
      guard tokens.indices.contains(Int(id)) else {
        throw .badVocabulary("it has \(tokens.count) tokens, and none has the id \(id)")
      }
    }
    var isAdded = [Bool](repeating: false, count: tokens.count)
    for token in addedTokens {
      try checkID(token.id)
      isAdded[Int(token.id)] = true
    }

    var byteIDs = [Int32](repeating: -1, count: 256)
    var (added, others) = (ByteStringTable(), ByteStringTable())
    for (id, bytes) in tokens.enumerated() {
      guard !bytes.isEmpty else { throw .badVocabulary("the token of id \(id) is empty") }
      let isNew = isAdded[id] ? added.insert(bytes[...]).isNew : others.insert(bytes[...]).isNew
      guard isNew else {
        throw .badVocabulary("it has \(String(readable: bytes[...]).quoted()) twice")
      }
      if bytes.count == 1, !isAdded[id] { byteIDs[Int(bytes[0])] = Int32(id) }
    }

    var ranks = PairTable()
    for (rank, merge) in merges.enumerated() {
      for id in [merge.left, merge.right, merge.result] { try checkID(id) }
      let parts = tokens[Int(merge.left)] + tokens[Int(merge.right)]
      guard parts == tokens[Int(merge.result)] else {
        throw .badVocabulary("merge \(rank + 1) has a result that is not its two parts")
      }
      guard ranks.insert(TokenPair(merge.left, merge.right), Int32(rank)) == rank else {
        throw .badVocabulary("merge \(rank + 1) has the parts of an earlier one")
      }
    }
    (self.tokens, self.merges, self.addedTokens) = (tokens, merges, addedTokens)
    (self.byteIDs, self.ranks) = (byteIDs, ranks)
    finder = AddedTokenFinder(addedTokens.map { (tokens[Int($0.id)], $0.id) })
    let mark = Array(endOfText.utf8)
    self.endOfText = addedTokens.first { tokens[Int($0.id)] == mark }?.id
  }

  /// The number of tokens.
  public var vocabularySize: Int { tokens.count }

  /// Tokens.
  public var unit: TokenUnit { .tokens }

  /// Appends the ids of a text, well-formed or not.
  ///
  /// It may come in parts that end before white space and after something else, provided that no
  /// added token has white space inside.
  public func encode(
    utf8 text: ArraySlice<UInt8>, into ids: inout [Int32], unknown: inout UnknownTokens
  ) {
    var encoder = BPEEncoder(self)
    var place = text.startIndex
    while recognizesAddedTokens, let added = finder.first(from: place, in: text) {
      encoder.encode(text[place..<added.range.lowerBound], into: &ids, unknown: &unknown)
      ids.append(added.id)
      place = added.range.upperBound
    }
    encoder.encode(text[place...], into: &ids, unknown: &unknown)
  }

  /// The token as text, or with escapes like `\xE2` where it is part of a character.
  public func token(_ id: Int32) -> String { String(readable: tokens[Int(id)][...]) }

  /// The token's bytes, whatever stands before it.
  public func bytes(of id: Int32, after previous: Int32?) -> [UInt8] { tokens[Int(id)] }
}

extension BPETokenizer: Equatable {
  /// Whether both give the same ids, and the same text for them.
  public static func == (left: BPETokenizer, right: BPETokenizer) -> Bool {
    left.tokens == right.tokens && left.merges == right.merges
      && left.addedTokens == right.addedTokens && left.endOfText == right.endOfText
      && left.recognizesAddedTokens == right.recognizesAddedTokens
  }
}
