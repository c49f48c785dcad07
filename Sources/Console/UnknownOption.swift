public import Tokenization

extension Options {
  /// Declares `--unknown`, what is done with text that a tokenizer does not know.
  ///
  /// - Parameter text: which text that is, for the help.
  /// - Throws: a `UsageError` that lists the choices and suggests the nearest.
  public mutating func unknown(
    _ text: String = "text that the tokenizer does not know"
  ) throws(UsageError) -> UnknownHandling {
    try choice("unknown", default: UnknownHandling.error, text)
  }
}
