/// What the tokens of a tokenizer are.
public enum TokenUnit: String, Sendable {
  /// Words, punctuation and line ends.
  case words
  /// Unicode scalars.
  case characters
  /// Bytes.
  case bytes
  /// Parts of words, whole words and bytes.
  case tokens
}
