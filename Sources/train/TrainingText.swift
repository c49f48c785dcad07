import Console
import MiniTransformer

/// The corpus as ids, cut into the part to learn from and the part to validate on.
struct TrainingText {
  let tokenizer: any Tokenizer
  let training: TokenSequence
  let validation: TokenSequence
  /// The text with which the corpus begins, for samples.
  let opening: String
  /// FNV-1a of the text, that to validate on included.
  let hash: UInt64
  /// The context that fits, at most the one asked for.
  let context: Int

  init(_ settings: Settings) throws {
    let corpus = try CorpusFiles(settings.corpus)
    let validationCorpus =
      settings.validationCorpus.isEmpty ? nil : try CorpusFiles(settings.validationCorpus)

    let given = settings.start.tokenizer
    var builder = given == nil ? settings.tokenizer.builder : nil
    var hash = Fingerprint()
    var parts = corpus.parts()
    while let part = try parts.next() {
      hash.add(part)
      builder?.add(utf8: part[...])
    }
    let trainingHash = hash
    if var parts = validationCorpus?.parts() {
      while let part = try parts.next() { hash.add(part) }
    }
    self.hash = hash.hash

    if let state = settings.start.state {
      try RunRecord.compareCorpus(state.run, hash: self.hash, settings.corpus)
    }
    if let given {
      tokenizer = given
    } else if case .folder(let path) = settings.tokenizer {
      tokenizer = try TokenizerFile.read(from: path)
    } else {
      tokenizer = try builder?.tokenizer() ?? ByteTokenizer()
    }

    let cache = try TokenCache(settings, tokenizer)
    let ids = try cache.sequence(of: corpus, trainingHash)
    guard ids.count >= 2 else { throw TooShort(tokens: ids.count, paths: settings.corpus) }
    if let validationCorpus {
      context = min(settings.configuration.contextLength, ids.count - 1)
      training = ids
      validation = try cache.sequence(of: validationCorpus, hash)
      guard validation.count > context else {
        throw TooShort(
          tokens: validation.count, paths: settings.validationCorpus, needed: context + 1)
      }
    } else {
      // Where the validation part would hold no window, the text is too short to keep one.
      let kept = Int(settings.validation * Double(ids.count))
      context = min(settings.configuration.contextLength, ids.count - 1)
      let border = kept > context && ids.count - kept > context ? ids.count - kept : ids.count
      training = ids.part(0..<border)
      validation = ids.part(border..<ids.count)
    }
    cache.removeOthers()
    opening = try Self.opening(tokenizer, ids, context: context)
  }

  /// The first tokens as text, without a character that they only begin.
  private static func opening(
    _ tokenizer: any Tokenizer, _ ids: TokenSequence, context: Int
  ) throws -> String {
    let shown =
      switch tokenizer.unit {
      case .words: 3
      case .tokens: 4
      case .characters, .bytes: 16
      }
    var decoder = StreamingDecoder(tokenizer)
    var text = ""
    for (index, id) in try ids.prefix(shown).enumerated() where index < context || text.isEmpty {
      text += decoder.decode(id)
    }
    return text
  }
}

/// A corpus in which nothing follows anything.
struct TooShort: ExplainedError {
  let tokens: Int
  let paths: [String]
  /// How many tokens are needed to fill a window of the validation text.
  var needed: Int?

  var cause: FailureCause { .badData }

  var description: String {
    "the corpus \(paths.joined(separator: ", ")) has \(tokens) token\(tokens == 1 ? "" : "s"); "
      + (needed.map { "at least \($0) are needed to validate on; choose a smaller --context" }
        ?? "at least 2 are needed, one to learn from and one to predict")
  }
}
