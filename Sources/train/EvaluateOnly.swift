import Console
import MiniTransformer

/// What `--evaluate-only` is to evaluate, and how.
struct EvaluationSettings {
  let checkpoint: String
  let corpus: [String]
  let context: Int?
  let stride: Int?
  let batchSize: Int
  let isQuiet: Bool
  let isJSON: Bool

  /// Declares the options that hold for an evaluation alone, in the help of a training.
  ///
  /// - Throws: a `UsageError` if one of them is given there.
  static func declare(_ options: inout Options) throws {
    options.group("To evaluate instead, with --corpus, --context, --batch and those of the reports")
    if try options.flag("evaluate-only", "only evaluate a checkpoint on the whole corpus") {
      return
    }
    let checkpoint = try options.text(
      "checkpoint", otherwise: Self.defaultCheckpoint, as: "DIR", "what is evaluated")
    let stride = try options.value(
      "stride", otherwise: "half the context", in: 1...65_536,
      "how far its window moves on; 1 is the most exact")
    guard checkpoint == nil && stride == nil else {
      throw UsageError(
        "--\(stride == nil ? "checkpoint" : "stride") belongs to --evaluate-only; to train from a "
          + "checkpoint, use --from or --resume")
    }
  }

  private static let defaultCheckpoint = "checkpoints/run"

  /// Declares the options of an evaluation; nil, and nothing declared, where none is asked for.
  init?(_ options: inout Options) throws {
    var question = options
    guard try question.flag("evaluate-only", "") else { return nil }
    options = question
    checkpoint = try options.text("checkpoint", default: Self.defaultCheckpoint, as: "DIR", "")
    corpus = try options.list("corpus", default: [Settings.defaultCorpus], as: "FILE…", "")
    context = try options.value("context", in: 1...65_536, "")
    stride = try options.value("stride", in: 1...65_536, "")
    batchSize = try options.value("batch", default: 8, in: 1...16_384, "")
    let threads = try options.value("threads", default: ComputeThreads.available, in: 1...256, "")
    isQuiet = try options.flag("quiet", "")
    isJSON = try options.reportsAsJSON()
    try options.finish()
    ComputeThreads.count = threads
  }
}

extension Options {
  /// Declares `--json` and `--format`.
  mutating func reportsAsJSON() throws -> Bool {
    let isJSON = try flag("json", "the same as --format json")
    return try choice("format", default: ReportFormat.text, "how the end is reported") == .json
      || isJSON
  }
}

private enum ReportFormat: String, CaseIterable { case text, json }

/// Says how well a checkpoint predicts a whole text.
func evaluate(_ settings: EvaluationSettings) throws {
  let checkpoint = try Checkpoint(from: settings.checkpoint)
  let model = checkpoint.model
  guard let tokenizer = checkpoint.tokenizer else {
    throw CheckpointError.missing(path: "\(settings.checkpoint)/tokenizer.json")
  }
  let corpus = try Corpus(reading: settings.corpus)
  let ids = try tokenizer.encode(corpus.text)
  guard ids.count >= 2 else { throw TooShort(tokens: ids.count, paths: settings.corpus) }
  let context = settings.context ?? model.contextLength
  guard context <= model.contextLength else {
    throw UsageError(
      "--context must be at most \(model.contextLength), that of the checkpoint; found \(context)")
  }
  let stride = settings.stride ?? max(1, context / 2)
  guard stride <= context else {
    throw UsageError("--stride must be at most the context, \(context); found \(stride)")
  }

  Interruption.listen()
  var line = ProgressLine(quiet: settings.isQuiet || !StandardStream.error.canRedraw)
  let result = try model.evaluate(
    ids, context: context, stride: stride, batchSize: settings.batchSize
  ) { share in
    line.update("evaluating \(Format.percentage(share, places: 0))")
    if let interruption = Interruption.pending {
      line.finish()
      throw interruption
    }
  }
  line.clear()

  let byteCount = corpus.text.utf8.count
  let bits = result.bitsPerByte(of: byteCount)
  if settings.isJSON {
    let report: JSON = [
      "checkpoint": .string(settings.checkpoint), "loss": .double(result.loss),
      "perplexity": .double(result.perplexity), "bits_per_byte": .double(bits),
      "tokens": .integer(Int64(result.tokens)), "bytes": .integer(Int64(byteCount)),
      "context": .integer(Int64(context)), "stride": .integer(Int64(stride)),
    ]
    let text = try report.text(.pretty, for: "standard output")
    return try StandardStream.output.print(String(decoding: text, as: UTF8.self))
  }
  try StandardStream.output.print(
    """
    loss           \(Format.decimal(result.loss, places: 4)) nats per token
    perplexity     \(Format.decimal(result.perplexity, places: 3))
    bits per byte  \(Format.decimal(bits, places: 4))
    of \(Format.grouped(result.tokens)) tokens, \(Format.bytes(byteCount)), with a context of \
    \(Format.grouped(context)) and a stride of \(Format.grouped(stride))
    """)
}
