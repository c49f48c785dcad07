import Console
import MiniTransformer

/// What a run is to do: the options, and the preset where they are silent.
struct Settings {
  let start: Start
  /// The checkpoint from which the run that goes on was begun.
  let base: String?
  let corpus: [String]
  let validationCorpus: [String]
  let output: String
  let preset: TrainingPreset
  let tokenizer: TokenizerChoice
  let unknown: UnknownHandling
  var configuration: GPTConfiguration
  let batchSize: Int
  let steps: Int
  let schedule: LearningRateSchedule
  let algorithm: OptimizerAlgorithm
  let clipping: Double?
  let precision: ComputePrecision
  let accumulation: Int
  let validation: Double
  let patience: Int?
  let overfits: Bool
  let stopAfter: Int?
  let intervals: RunIntervals
  let recordsFilm: Bool
  let prompt: String?
  let seed: Int
  let isPlanOnly: Bool
  let isQuiet: Bool
  let isJSON: Bool

  enum OptimizerKind: String, CaseIterable { case adamw, adam, sgd }
  static let defaultCorpus = "data/every-effort.txt"

  init(_ options: inout Options) throws {
    start = try Start(&options)
    base = try start.state?.run.optionalMember("from")?.string()
    options.group("What it learns, and where that goes")
    corpus = try options.list(
      "corpus", default: [Self.defaultCorpus], as: "FILE…", "text files in UTF-8")
    output = try options.text(
      "output", default: "checkpoints/run", as: "DIR", "the folder of the run")
    let tokenizerName = try options.text(
      "tokenizer", otherwise: "word; character from the preset character on",
      as: "word|character|byte|bpe|DIR",
      "what a token is; bpe learns it from the corpus, DIR takes that of a folder")
    let vocabulary = try options.value(
      "vocabulary", otherwise: "\(TokenizerChoice.standardVocabulary)",
      in: BPETrainer.smallestVocabulary...1_000_000, "how many tokens bpe learns at most")
    unknown = try options.unknown("text that a DIR's tokenizer does not know")
    let validation = try options.value(
      "validation", otherwise: "by preset", in: 0...0.5,
      "share of the text, from its end, that is kept to validate")
    validationCorpus = try options.list(
      "validation-corpus", as: "FILE…", "text files to validate on in place of a share")

    options.group("The model; each size comes from the preset unless it is given")
    let isDefaultCorpus = corpus == [Self.defaultCorpus]
    let preset =
      try options.choice(
        "preset", of: TrainingPreset.self, otherwise: "toy; character with a --corpus",
        "the sizes to start from") ?? (isDefaultCorpus ? .toy : .character)
    let values = preset.values
    var sizes = values.configuration
    // No product of the greatest sizes exceeds 64 bits, so the memory estimate can refuse them all.
    func size(_ name: String, _ standard: Int, upTo limit: Int, _ meaning: String) throws -> Int {
      try options.value(name, otherwise: "by preset", in: 1...limit, meaning) ?? standard
    }
    sizes.layers = try size("layers", sizes.layers, upTo: 1_000, "how many blocks")
    sizes.heads = try size(
      "heads", sizes.heads, upTo: 1_000, "heads of attention; they divide the width")
    sizes.width = try size("width", sizes.width, upTo: 32_768, "features of a token")
    sizes.hiddenWidth = 4 * sizes.width
    sizes.contextLength = try size(
      "context", sizes.contextLength, upTo: 65_536, "how many tokens it sees")
    batchSize = try size("batch", values.batchSize, upTo: 16_384, "windows in a pass")
    sizes.positions = try options.choice(
      "positions", default: sizes.positions, "how it knows the order of tokens")
    sizes.dropout =
      try options.value(
        "dropout", otherwise: "by preset", in: 0...0.95, "share of features dropped in training")
      ?? sizes.dropout
    sizes.isTied = try !options.flag("untied", "an output head of its own")

    options.group("Training")
    steps =
      try options.value(
        "steps", otherwise: "by preset", in: 1...1_000_000_000, "optimizer updates")
      ?? values.steps
    let peak =
      try options.value(
        "learning-rate", otherwise: "by preset", in: .above(0), "the largest learning rate")
      ?? values.learningRate.peak
    let minimum =
      try options.value(
        "minimum-learning-rate", otherwise: "a tenth of the largest", in: 0.0...,
        "the rate at the end") ?? peak / 10
    let warmup =
      try options.value(
        "warmup", otherwise: "by preset, at most a tenth of the steps", in: 0...1_000_000_000,
        "updates for which the rate rises")
    let shape = try options.choice(
      "schedule", default: LearningRateSchedule.Shape.cosine, "how the rate falls")
    let optimizer = try options.choice(
      "optimizer", default: OptimizerKind.adamw, "how parameters follow their gradients")
    let beta1 = try options.value(
      "beta1", default: values.beta1, in: 0...0.999_999,
      "memory of the mean gradient; SGD: momentum")
    let beta2 =
      try options.value(
        "beta2", otherwise: "by preset", in: 0...0.999_999, "memory of the mean squared gradient")
      ?? values.beta2
    let decay = try options.value(
      "weight-decay", otherwise: "by preset; Adam, SGD: 0", in: 0.0...,
      "decay of matrices; Adam, SGD: penalty of all")
    let clip = try options.value(
      "clip", default: 1.0, in: 0.0..., "largest norm of all gradients; 0 never clips")
    let patience = try options.value(
      "patience", in: 1...1_000_000, "stop after N evaluations without a smaller loss")
    overfits = try options.flag("overfit", "learn the first batch by heart, to test the model")
    accumulation = try options.value(
      "accumulate", default: 1, in: 1...100_000, "passes that make one update")
    precision = try options.choice(
      "precision", default: ComputePrecision.float32, "the numbers that matrix products multiply")
    seed = try options.value("seed", default: 1337, in: 0..., "seed of everything random")

    let threads = try options.value(
      "threads", default: ComputeThreads.available, in: 1...256,
      "threads of the kernels; the result does not depend on it")

    options.group("While it runs")
    stopAfter = try options.value(
      "stop-after", in: 1...1_000_000_000, "stop after N updates of this call; --resume goes on")
    intervals = RunIntervals(
      evaluation: try options.value(
        "evaluate-every", default: 250, in: 0..., "steps between evaluations; 0 never"),
      saving: try options.value(
        "save-every", default: 500, in: 0..., "steps between checkpoints; 0 at the end only"),
      sampling: try options.value(
        "sample-every", default: 500, in: 0..., "steps between samples; 0 never"))
    prompt = try options.text(
      "prompt", otherwise: "how the corpus begins", as: "TEXT", "what samples continue")
    let films = try options.flag(
      "film", "record how attention to the first lines changes; the preset toy does")
    let filmsNot = try options.flag("no-film", "record no film")
    isPlanOnly = try options.flag("plan", "say what would be done, and stop")
    isQuiet = try options.flag("quiet", "no plan and no progress")
    isJSON = try options.reportsAsJSON()
    try EvaluationSettings.declare(&options)
    try options.finish()
    ComputeThreads.count = threads

    guard minimum <= peak else {
      throw UsageError(
        "--minimum-learning-rate must be at most --learning-rate, \(peak); found \(minimum)")
    }
    guard validation == nil || validationCorpus.isEmpty else {
      throw UsageError("--validation and --validation-corpus exclude each other; give one of them")
    }
    guard !films || !filmsNot else {
      throw UsageError("--film and --no-film exclude each other; give one of them")
    }
    recordsFilm = films || preset == .toy && !filmsNot
    if let base = start.configuration {
      guard sizes.contextLength <= base.contextLength else {
        throw UsageError(
          "--context must be at most \(base.contextLength), that of the checkpoint; "
            + "found \(sizes.contextLength)")
      }
      sizes.hiddenWidth = base.hiddenWidth
    }
    try sizes.validate()
    if let step = start.state?.progress.step, steps < step {
      throw UsageError("--steps must be at least \(step), which the run has done; found \(steps)")
    }
    if patience != nil && (overfits || intervals.evaluation == 0) {
      throw UsageError("--patience needs evaluations; leave out --overfit and --evaluate-every 0")
    }
    self.patience = patience
    self.preset = preset
    let tokenizerChoice = tokenizerName ?? (preset == .toy ? "word" : "character")
    tokenizer =
      switch start {
      case .anew: try TokenizerChoice(tokenizerChoice, vocabulary: vocabulary)
      case .checkpoint(_, _, let folder): .folder(folder)
      case .state: TokenizerChoice(recorded: tokenizerChoice, vocabulary: vocabulary)
      }
    configuration = sizes
    self.validation = overfits ? 0 : validation ?? values.validation
    schedule = LearningRateSchedule(
      shape, peak: peak, minimum: minimum,
      warmup: warmup ?? min(values.learningRate.warmup, steps / 10), steps: steps)
    clipping = clip > 0 ? clip : nil
    algorithm =
      switch optimizer {
      case .adamw: .adamW(beta1: beta1, beta2: beta2, decay: decay ?? values.decay)
      case .adam: .adam(beta1: beta1, beta2: beta2, penalty: decay ?? 0)
      case .sgd: .sgd(momentum: beta1, penalty: decay ?? 0)
      }
  }

  /// What the trainer is told.
  var options: TrainingOptions {
    TrainingOptions(
      steps: steps, batchSize: batchSize, accumulation: accumulation, seed: UInt64(seed),
      algorithm: algorithm, schedule: schedule, clipping: clipping, overfits: overfits,
      precision: precision)
  }
}
