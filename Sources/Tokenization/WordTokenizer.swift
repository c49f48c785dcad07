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
    vocabulary = try Vocabulary(distinct: Self.pieces(of: text))
  }

  /// A tokenizer that knows these tokens, which have the ids 0, 1, 2…
  ///
  /// - Throws: ``TokenizationError/badVocabulary(_:)`` if there are none or one stands there twice.
  public init(tokens: [String]) throws(TokenizationError) {
    vocabulary = try Vocabulary(tokens: tokens)
  }

  /// The number of distinct words, punctuation marks and line ends.
  public var vocabularySize: Int { vocabulary.tokens.count }

  /// The ids of the words, punctuation marks and line ends of a text.
  public func encode(_ text: String) throws(TokenizationError) -> [Int32] {
    try vocabulary.encode(Self.pieces(of: text), of: .words)
  }

  /// The word, punctuation mark or line end of an id.
  public func token(_ id: Int32) -> String { vocabulary.tokens[Int(id)] }

  /// The token's UTF-8 bytes, with a space before them where one belongs.
  public func bytes(of id: Int32, after previous: Int32?) -> [UInt8] {
    let piece = token(id)
    let separated = previous.map { Self.needsSpace(between: token($0), and: piece) } ?? false
    return (separated ? [UInt8(ascii: " ")] : []) + piece.utf8
  }

  /// The words, punctuation marks and line ends of a text, in order.
  static func pieces(of text: String) -> [Substring] {
    let scalars = text.unicodeScalars
    var pieces: [Substring] = []
    var start = scalars.startIndex
    while start < scalars.endIndex {
      let first = scalars[start]
      var end = scalars.index(after: start)
      if first == "\n" || first == "\r" {
        if first == "\r", end < scalars.endIndex, scalars[end] == "\n" {
          end = scalars.index(after: end)
        }
        pieces.append("\n")
      } else if !first.properties.isWhitespace {
        end = first.isWordPart ? endOfWord(scalars[end...]) : endOfMarks(scalars[end...])
        pieces.append(Substring(scalars[start..<end]))
      }
      start = end
    }
    return pieces
  }

  private static func endOfWord(_ rest: Substring.UnicodeScalarView) -> String.Index {
    var rest = rest
    while let scalar = rest.first {
      let following = rest.dropFirst()
      let inside = scalar.isWordPart || (scalar.isInnerPart && following.first?.isWordPart == true)
      guard inside else { break }
      rest = following
    }
    return rest.startIndex
  }

  private static func endOfMarks(_ rest: Substring.UnicodeScalarView) -> String.Index {
    rest.drop { $0.isMark }.startIndex
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
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .connectorPunctuation:
      true
    default: isMark
    }
  }

  fileprivate var isMark: Bool {
    switch properties.generalCategory {
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
