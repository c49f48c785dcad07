import Console
import MiniTransformer

/// The corpus as ids, cut into the part to learn from and the part to validate on.
struct TrainingText {
  let tokenizer: any Tokenizer
  let training: [Int32]
  let validation: [Int32]
  /// The text with which the corpus begins, for samples.
  let opening: String
  let hash: UInt64
  /// The context that fits, at most the one asked for.
  let context: Int

  init(_ settings: Settings) throws {
    let corpus = try Corpus(reading: settings.corpus)
    hash = Fingerprint(of: Array(corpus.text.utf8)).hash
    if let state = settings.start.state {
      try RunRecord.compareCorpus(state.run, hash: hash, settings.corpus)
    }
    let tokenizer: any Tokenizer =
      switch (settings.start.tokenizer, settings.tokenizer) {
      case (let tokenizer?, _): tokenizer
      case (nil, .word): try WordTokenizer(vocabularyOf: corpus.text)
      case (nil, .character): try CharacterTokenizer(vocabularyOf: corpus.text)
      }
    let ids = try tokenizer.encode(corpus.text)
    guard ids.count >= 2 else { throw TooShort(tokens: ids.count, paths: settings.corpus) }

    // Where the validation part would hold no window, the text is too short to keep one.
    let kept = Int(settings.validation * Double(ids.count))
    let context = min(settings.configuration.contextLength, ids.count - 1)
    let validation = kept > context && ids.count - kept > context ? kept : 0
    self.tokenizer = tokenizer
    self.context = context
    training = Array(ids.dropLast(validation))
    self.validation = Array(ids.suffix(validation))
    let shown = settings.tokenizer == .word ? 3 : 16
    opening = tokenizer.decode(ids.prefix(min(shown, context)))
  }
}

/// A corpus in which nothing follows anything.
struct TooShort: ExplainedError {
  let tokens: Int
  let paths: [String]

  var cause: FailureCause { .badData }

  var description: String {
    "the corpus \(paths.joined(separator: ", ")) has \(tokens) token; "
      + "at least 2 are needed, one to learn from and one to predict"
  }
}
