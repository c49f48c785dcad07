/// Why a text cannot be written as tokens, or a vocabulary cannot be used.
public enum TokenizationError: ExplainedError, Equatable {
  /// A token that the vocabulary lacks, with those of the vocabulary that are most like it.
  public struct UnknownToken: Sendable, Equatable {
    /// The token as it stands in the text.
    public let token: String
    /// The closest known tokens, the best first; empty when none is close.
    public let closest: [String]

    /// A token and its closest known ones.
    public init(token: String, closest: [String]) {
      self.token = token
      self.closest = closest
    }
  }

  /// The text has tokens that are not in the vocabulary, each named once, in the text's order.
  case unknown([UnknownToken], of: TokenUnit)
  /// A vocabulary was to be made from a text that has no token.
  case noTokens
  /// A vocabulary has no token, more than 2³¹ − 1, or one that stands in it twice or cannot occur.
  case badVocabulary(String)

  /// Always bad data: the text and the vocabulary do not fit.
  public var cause: FailureCause { .badData }

  /// One line that names the tokens, the closest known ones, and what to do.
  public var description: String {
    switch self {
    case .unknown(let tokens, let unit):
      let shown = tokens.prefix(5).map(\.description).joined(separator: ", ")
      let rest = tokens.count > 5 ? " and \(tokens.count - 5) more" : ""
      return "the vocabulary does not have the \(unit) \(shown)\(rest); "
        + "use \(unit) of the corpus it was made from, or train on a corpus that has these"
    case .noTokens: return "the text has no word to make a vocabulary from; give a longer text"
    case .badVocabulary(let problem):
      return "the vocabulary cannot be used: \(problem); make it again from the corpus"
    }
  }
}

extension TokenizationError.UnknownToken: CustomStringConvertible {
  /// The token in quotation marks and, in parentheses, the closest known ones.
  public var description: String {
    guard !closest.isEmpty else { return token.quoted() }
    let hints = closest.map { known in
      // Swift's == is canonical equivalence: the two look alike and differ in their bytes.
      known.quoted() + (known == token ? " in another Unicode form" : "")
    }
    return "\(token.quoted()) (closest: \(hints.joined(separator: ", ")))"
  }
}
