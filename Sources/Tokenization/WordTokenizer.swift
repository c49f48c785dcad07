/// Cuts text into words, punctuation and line ends.
///
/// - A word is a run of letters, marks, decimal digits and connector punctuation (the general
///   categories L, M, Nd and Pc). A single apostrophe (' U+0027, ’ U+2019), hyphen (- U+002D,
///   ‐ U+2010, ‑ U+2011) or zero-width joiner (U+200C, U+200D) between two of these keeps the word
///   whole: "don't", "well-known". Case is kept.
/// - A line end (LF, CR LF or CR) is the token "\n".
/// - Other white space separates tokens and is no token.
/// - Everything else, punctuation above all, is one token for each scalar with its marks.
///
/// Decoding puts one space between tokens, but none before closing punctuation, after an opening
/// bracket or quotation mark, or beside a line end: readable, not lossless.
public struct WordTokenizer: Tokenizer, Equatable {
  private let vocabulary: Vocabulary

  /// A tokenizer that knows the words of a text, numbered in the order of their UTF-8 bytes.
  ///
  /// - Throws: ``TokenizationError/noTokens`` if there are none.
  public init(vocabularyOf text: String) throws(TokenizationError) {
    var builder = Builder()
    builder.add(utf8: Array(text.utf8)[...])
    self = try builder.wordTokenizer()
  }

  /// A tokenizer that knows these tokens, which have the ids 0, 1, 2…
  ///
  /// - Throws: ``TokenizationError/badVocabulary(_:)`` if there are none or one stands there twice.
  public init(tokens: [String]) throws(TokenizationError) {
    vocabulary = try Vocabulary(tokens: tokens)
  }

  private init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  /// The number of distinct words, punctuation marks and line ends.
  public var vocabularySize: Int { vocabulary.tokens.count }

  /// Words.
  public var unit: TokenUnit { .words }

  /// None.
  public var endOfText: Int32? { nil }

  /// Appends the ids of the words, punctuation marks and line ends of a text.
  public func encode(
    utf8 text: ArraySlice<UInt8>, into ids: inout [Int32], unknown: inout UnknownTokens
  ) {
    Self.forEachPiece(of: text) { piece in
      if let id = vocabulary.id(of: piece) { ids.append(id) } else { unknown.note(piece) }
    }
  }

  /// The word, punctuation mark or line end of an id.
  public func token(_ id: Int32) -> String { vocabulary.tokens[Int(id)] }

  /// The token's UTF-8 bytes, with a space before them where one belongs.
  public func bytes(of id: Int32, after previous: Int32?) -> [UInt8] {
    let piece = token(id)
    let separated = previous.map { Self.needsSpace(between: token($0), and: piece) } ?? false
    return (separated ? [UInt8(ascii: " ")] : []) + piece.utf8
  }

  /// Collects the words of a text.
  public struct Builder: TokenizerBuilder {
    private var pieces = ByteStringTable()

    /// A builder that has seen no text.
    public init() {}

    /// Takes in a part of the text, in well-formed UTF-8.
    public mutating func add(utf8 text: ArraySlice<UInt8>) {
      WordTokenizer.forEachPiece(of: text) { _ = pieces.insert($0) }
    }

    /// The tokenizer for the words that came so far.
    public func tokenizer() throws(TokenizationError) -> any Tokenizer { try wordTokenizer() }

    fileprivate func wordTokenizer() throws(TokenizationError) -> WordTokenizer {
      WordTokenizer(try Vocabulary(distinct: pieces))
    }
  }

  /// Calls `body` with the words, punctuation marks and line ends of a text, in order.
  static func forEachPiece(of text: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) -> Void) {
    let lineEnd: ArraySlice<UInt8> = [UInt8(ascii: "\n")]
    var place = text.startIndex
    while place < text.endIndex {
      let (first, count) = scalar(at: place, in: text)
      var end = place + count
      if first == "\n" || first == "\r" {
        if first == "\r", end < text.endIndex, text[end] == UInt8(ascii: "\n") { end += 1 }
        body(lineEnd)
      } else if !first.isSpace {
        end = first.isWordPart ? endOfWord(from: end, in: text) : endOfMarks(from: end, in: text)
        body(text[place..<end])
      }
      place = end
    }
  }

  private static func endOfWord(from start: Int, in text: ArraySlice<UInt8>) -> Int {
    var place = start
    while place < text.endIndex {
      let (part, count) = scalar(at: place, in: text)
      let following = place + count
      guard
        part.isWordPart
          || part.isInnerPart && following < text.endIndex
            && scalar(at: following, in: text).value.isWordPart
      else { break }
      place = following
    }
    return place
  }

  private static func endOfMarks(from start: Int, in text: ArraySlice<UInt8>) -> Int {
    var place = start
    while place < text.endIndex {
      let (mark, count) = scalar(at: place, in: text)
      guard mark.isMark else { break }
      place += count
    }
    return place
  }

  private static func needsSpace(between left: String, and right: String) -> Bool {
    guard let last = left.unicodeScalars.last, let first = right.unicodeScalars.first else {
      return true
    }
    return !(last.opens || first.closes || last == "\n" || first == "\n")
  }
}

/// The classes of scalars; the saved `tokenizer.json` writes the same ones as regular expressions.
extension Unicode.Scalar {
  fileprivate var isWordPart: Bool {
    if isASCII { return isASCIIWordPart }
    return switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .connectorPunctuation:
      true
    default: isMark
    }
  }

  private var isASCIIWordPart: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }

  fileprivate var isMark: Bool {
    if isASCII { return false }
    return switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  fileprivate var isInnerPart: Bool {
    switch self {
    case "'", "\u{2019}", "-", "\u{2010}", "\u{2011}", "\u{200C}", "\u{200D}": true
    default: false
    }
  }

  fileprivate var opens: Bool {
    switch properties.generalCategory {
    case .openPunctuation, .initialPunctuation: true
    default: false
    }
  }

  fileprivate var closes: Bool {
    switch self {
    case ".", ",", ";", ":", "!", "?", "%", "…", "、", "。", "！", "，", "．", "：", "；", "？": true
    default:
      switch properties.generalCategory {
      case .closePunctuation, .finalPunctuation: true
      default: false
      }
    }
  }
}
