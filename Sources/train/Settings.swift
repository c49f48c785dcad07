import Console
import MiniTransformer

/// What a run is to do: the options, and the preset where they are silent.
struct Settings {
  enum TokenizerKind: String {
    case word, character
  }

  let corpus: [String]
  let output: String
  let preset: TrainingPreset
  let tokenizer: TokenizerKind
  var configuration: GPTConfiguration
  let batchSize: Int
  let steps: Int
  let schedule: LearningRateSchedule
  let algorithm: OptimizerAlgorithm
  let clipping: Double?
  let precision: ComputePrecision
  let accumulation: Int
  let validation: Double
  let intervals: RunIntervals
  let prompt: String?
  let seed: Int
  let isPlanOnly: Bool
  let isQuiet: Bool
  let isJSON: Bool

  private enum OptimizerKind: String, CaseIterable { case adamw, adam, sgd }
  private enum Format: String, CaseIterable { case text, json }

  static let defaultCorpus = "data/every-effort.txt"

  init(_ options: inout Options) throws {
    options.group("What it learns, and where that goes")
    corpus = try options.list(
      "corpus", default: [Self.defaultCorpus], as: "FILE…", "text files in UTF-8")
    output = try options.text(
      "output", default: "checkpoints/run", as: "DIR", "the folder of the run")
    let tokenizerName = try options.text(
      "tokenizer", otherwise: "word; character from the preset character on", as: "word|character",
      "what a token is")
    let validation = try options.value(
      "validation", otherwise: "by preset", in: 0...0.5,
      "share of the text, from its end, that is kept to validate")

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
    accumulation = try options.value(
      "accumulate", default: 1, in: 1...100_000, "passes that make one update")
    precision = try options.choice(
      "precision", default: ComputePrecision.float32, "the numbers that matrix products multiply")
    seed = try options.value("seed", default: 1337, in: 0..., "seed of everything random")

    let threads = try options.value(
      "threads", default: ComputeThreads.available, in: 1...256,
      "threads of the kernels; the result does not depend on it")

    options.group("While it runs")
    intervals = RunIntervals(
      evaluation: try options.value(
        "evaluate-every", default: 250, in: 0..., "steps between evaluations; 0 never"),
      saving: try options.value(
        "save-every", default: 500, in: 0..., "steps between checkpoints; 0 at the end only"),
      sampling: try options.value(
        "sample-every", default: 500, in: 0..., "steps between samples; 0 never"))
    prompt = try options.text(
      "prompt", otherwise: "how the corpus begins", as: "TEXT", "what samples continue")
    isPlanOnly = try options.flag("plan", "say what would be done, and stop")
    isQuiet = try options.flag("quiet", "no plan and no progress")
    let isJSON = try options.flag("json", "the same as --format json")
    self.isJSON =
      try options.choice("format", default: Format.text, "how the end is reported") == .json
      || isJSON
    try options.finish()
    ComputeThreads.count = threads

    guard minimum <= peak else {
      throw UsageError(
        "--minimum-learning-rate must be at most --learning-rate, \(peak); found \(minimum)")
    }
    let standardKind: TokenizerKind = preset == .toy ? .word : .character
    guard let kind = tokenizerName.map(TokenizerKind.init(rawValue:)) ?? standardKind else {
      throw UsageError(
        "--tokenizer \(tokenizerName ?? "") is not supported; choose word or character")
    }
    try sizes.validate()
    self.preset = preset
    tokenizer = kind
    configuration = sizes
    self.validation = validation ?? values.validation
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

  /// Everything that the run was told or took from its preset, for `run.json`.
  func json(_ text: TrainingText) -> JSON {
    func number(_ value: Int) -> JSON { .integer(Int64(value)) }
    let (optimizer, beta1, beta2, decay): (OptimizerKind, Double, Double?, Double) =
      switch algorithm {
      case .adamW(let beta1, let beta2, _, let decay): (.adamw, beta1, beta2, decay)
      case .adam(let beta1, let beta2, _, let penalty): (.adam, beta1, beta2, penalty)
      case .sgd(let momentum, _, _, let penalty): (.sgd, momentum, nil, penalty)
      }
    return [
      "version": .string(Command.version),
      "corpus": .array(corpus.map { .string($0) }),
      "corpus_fnv1a64": .string(String(text.hash, radix: 16)),
      "preset": .string(preset.rawValue), "tokenizer": .string(tokenizer.rawValue),
      "layers": number(configuration.layers), "heads": number(configuration.heads),
      "width": number(configuration.width), "context": number(text.context),
      "positions": .string(configuration.positions.rawValue),
      "dropout": .double(configuration.dropout), "untied": .bool(!configuration.isTied),
      "batch": number(batchSize), "accumulate": number(accumulation), "steps": number(steps),
      "learning_rate": .double(schedule.peak),
      "minimum_learning_rate": .double(schedule.minimum), "warmup": number(schedule.warmup),
      "schedule": .string(schedule.shape.rawValue), "optimizer": .string(optimizer.rawValue),
      "beta1": .double(beta1), "beta2": beta2.map { .double($0) } ?? .null,
      "weight_decay": .double(decay),
      "clip": clipping.map { .double($0) } ?? .null,
      "precision": .string(precision.rawValue), "validation": .double(validation),
      "evaluate_every": number(intervals.evaluation), "save_every": number(intervals.saving),
      "sample_every": number(intervals.sampling), "prompt": .string(prompt ?? text.opening),
      "seed": number(seed),
    ]
  }
}
