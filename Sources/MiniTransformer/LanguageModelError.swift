public import Tokenization

/// What a ``LanguageModel`` cannot work with.
public enum LanguageModelError: ExplainedError, Equatable {
  /// The prompt has no token.
  case emptyPrompt
  /// The texts have fewer than two tokens together.
  case tooLittleText(tokens: Int)

  /// Bad data.
  public var cause: FailureCause { .badData }

  /// One line that says what was found and what is needed.
  public var description: String {
    switch self {
    case .emptyPrompt: "the prompt has no token; write the text to continue"
    case .tooLittleText(let tokens):
      "the texts have \(tokens) token\(tokens == 1 ? "" : "s") together; "
        + "at least 2 are needed, one to learn from and one to predict"
    }
  }
}
