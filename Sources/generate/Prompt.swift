import Console
import MiniTransformer

/// What is continued: a text, or token ids in its place.
enum Prompt {
  case text(String)
  case ids([Int32])

  /// The prompt that the arguments name; nil where there is none and may be none.
  init?(
    _ operand: String?, file: String?, ids: [Int32]?, mayBeMissing: Bool
  ) throws {
    switch (operand, file, ids) {
    case (nil, nil, nil):
      guard !mayBeMissing else { return nil }
      throw UsageError("the PROMPT is missing; write the text to continue, in quotes")
    case (nil, nil, let ids?): self = .ids(ids)
    case ("-", nil, nil):
      guard !mayBeMissing else {
        throw UsageError("--interactive reads standard input line by line; leave out the -")
      }
      self = .text(try TextInput.standardInput())
    case (let text?, nil, nil): self = .text(text)
    case (nil, let file?, nil): self = .text(try TextInput.file(file))
    default: throw UsageError("give one of PROMPT, --prompt-file and --ids, not several")
    }
    if case .text(let text) = self, text.isBlank {
      throw UsageError("the prompt is empty; write the text to continue")
    }
  }

  /// The prompt as the model reads it.
  func ids(
    for model: GPT<Float>, _ tokenizer: (any Tokenizer)?, unknown: UnknownHandling,
    in folder: String
  ) throws -> [Int32] {
    switch self {
    case .ids(let ids):
      try checkVocabulary(of: ids, size: model.vocabularySize)
      return ids
    case .text(let text):
      guard let tokenizer else {
        throw CheckpointError.missing(path: "\(folder)/tokenizer.json")
      }
      let ids = try tokenizer.encode(text, unknown: unknown)
      guard !ids.isEmpty else {
        throw UsageError("the prompt has no token; write the text to continue")
      }
      return ids
    }
  }
}

extension String {
  /// Whether there is nothing to continue: only white space, and no line end.
  var isBlank: Bool { allSatisfy(\.isWhitespace) && !contains("\n") }
}
