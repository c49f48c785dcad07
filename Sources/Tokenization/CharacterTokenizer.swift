/// Cuts text into Unicode scalars; lossless.
///
/// Scalars, not Swift's characters: these are the units of Python and of Hugging Face's tokenizers.
public struct CharacterTokenizer: Tokenizer, Equatable {
  private let vocabulary: Vocabulary
  /// The ids of ASCII; −1 where there is none.
  private let asciiIDs: [Int32]

  /// A tokenizer that knows the scalars of a text, numbered in the order of their values.
  ///
  /// - Throws: ``TokenizationError/noTokens`` if there are none.
  public init(vocabularyOf text: String) throws(TokenizationError) {
    var builder = Builder()
    builder.add(utf8: Array(text.utf8)[...])
    self = try builder.characterTokenizer()
  }

  /// A tokenizer that knows these tokens of one scalar each, which have the ids 0, 1, 2…
  ///
  /// - Throws: ``TokenizationError/badVocabulary(_:)`` if there are none, or one stands there twice
  ///   or is not exactly one scalar.
  public init(tokens: [String]) throws(TokenizationError) {
    if let token = tokens.first(where: { $0.unicodeScalars.count != 1 }) {
      throw .badVocabulary("\(token.quoted()) is not exactly one Unicode scalar")
    }
    self.init(try Vocabulary(tokens: tokens))
  }

  private init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    asciiIDs = (0..<0x80).map { vocabulary.id(of: [$0]) ?? -1 }
  }

  /// The number of distinct scalars.
  public var vocabularySize: Int { vocabulary.tokens.count }

  /// Characters.
  public var unit: TokenUnit { .characters }

  /// None.
  public var endOfText: Int32? { nil }

  /// Appends the ids of the scalars of a text, which may come in parts of whole scalars.
  public func encode(
    utf8 text: ArraySlice<UInt8>, into ids: inout [Int32], unknown: inout UnknownTokens
  ) {
    var place = text.startIndex
    while place < text.endIndex {
      let first = text[place]
      let end = first < 0x80 ? place + 1 : place + scalar(at: place, in: text).count
      let id = first < 0x80 ? asciiIDs[Int(first)] : vocabulary.id(of: text[place..<end]) ?? -1
      if id >= 0 { ids.append(id) } else { unknown.note(text[place..<end]) }
      place = end
    }
  }

  /// The scalar of an id, as a string.
  public func token(_ id: Int32) -> String { vocabulary.tokens[Int(id)] }

  /// The scalar's UTF-8 bytes, whatever stands before it.
  public func bytes(of id: Int32, after previous: Int32?) -> [UInt8] { Array(token(id).utf8) }

  /// Collects the scalars of a text.
  public struct Builder: TokenizerBuilder {
    private var pieces = ByteStringTable()
    private var isKnown = [Bool](repeating: false, count: 0x80)

    /// A builder that has seen no text.
    public init() {}

    /// Takes in a part of the text, in well-formed UTF-8.
    public mutating func add(utf8 text: ArraySlice<UInt8>) {
      var place = text.startIndex
      while place < text.endIndex {
        let first = text[place]
        var end = place + 1
        if first >= 0x80 || !isKnown[Int(first)] {
          end = place + scalar(at: place, in: text).count
          _ = pieces.insert(text[place..<end])
          if first < 0x80 { isKnown[Int(first)] = true }
        }
        place = end
      }
    }

    /// The tokenizer for the scalars that came so far.
    public func tokenizer() throws(TokenizationError) -> any Tokenizer {
      try characterTokenizer()
    }

    fileprivate func characterTokenizer() throws(TokenizationError) -> CharacterTokenizer {
      // The order of UTF-8 bytes is the order of scalar values.
      CharacterTokenizer(try Vocabulary(distinct: pieces))
    }
  }
}
