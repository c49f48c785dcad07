import Console
import MiniTransformer

/// What is to be generated, and how.
struct Settings {
  let prompt: Prompt?
  let unknown: UnknownHandling
  let checkpoint: String
  let options: GenerationOptions
  let samples: Int
  let shownProbabilities: Int
  let isInteractive: Bool
  let isJSON: Bool
  let precision: ComputePrecision
  let isQuiet: Bool

  private enum Format: String, CaseIterable { case text, json }

  init(_ options: inout Options) throws {
    options.group("What is continued")
    let folder = try options.checkpoint()
    let file = try options.text(
      "prompt-file", as: "FILE", "read the text to continue from a file")
    let ids = try options.ids()
    unknown = try options.unknown()
    isInteractive = try options.flag(
      "interactive", "continue line after line; an empty line goes on with the last text")

    options.group("How each token is chosen")
    let sampling = SamplingOptions(
      temperature: try options.value(
        "temperature", default: 0.8, in: 0.0...100.0, "0 always takes the likeliest token"),
      topK: try options.value(
        "top-k", otherwise: "all", in: 1..., "draw from the N likeliest tokens only"),
      topP: try options.value(
        "top-p", default: 1.0, in: .above(0.0, through: 1.0),
        "draw from the likeliest tokens that reach this probability together"),
      minP: try options.value(
        "min-p", default: 0.0, in: 0.0...1.0,
        "draw from tokens at least this share as likely as the likeliest"),
      repetitionPenalty: try options.value(
        "repetition-penalty", default: 1.0, in: .above(0.0, through: 100.0),
        "divide the logits of tokens that the text has already; 1 does nothing"),
      seed: UInt64(try options.value("seed", default: 1337, in: 0..., "seed of the draws")))
    precision = try options.choice(
      "precision", default: ComputePrecision.float32, "the numbers that matrix products multiply")

    options.group("How much, and how it is shown")
    let tokens = try options.value("tokens", default: 40, in: 1..., "how many tokens to generate")
    let stops = try options.texts(
      "stop", as: "TEXT", "end before this text; may be given several times")
    samples = try options.value(
      "samples", default: 1, in: 1...10_000, "how many continuations, generated side by side")
    shownProbabilities = try options.value(
      "probabilities", default: 0, in: 0..., "show the N likeliest next tokens at each step")
    let usesCache = try !options.flag("no-cache", "compute every token anew; the text is the same")
    let threads = try options.value(
      "threads", default: ComputeThreads.available, in: 1...256,
      "threads of the kernels; the text does not depend on it")
    let isJSON = try options.flag("json", "the same as --format json")
    self.isJSON =
      try options.choice("format", default: Format.text, "how the result is printed") == .json
      || isJSON
    isQuiet = try options.flag("quiet", "no messages")
    let operand = options.operand("PROMPT", "the text to continue, or - to read standard input")
    try options.finish()

    ComputeThreads.count = threads
    self.options = GenerationOptions(
      tokens: tokens, sampling: sampling, stops: stops, usesCache: usesCache)
    let chosen = [
      ("--interactive", isInteractive), ("--json", self.isJSON),
      ("--probabilities", shownProbabilities > 0), ("--samples", samples > 1),
      ("--ids", ids != nil),
    ]
    try Self.checkCombination(of: chosen.filter(\.1).map(\.0))
    prompt = try Prompt(operand, file: file, ids: ids, mayBeMissing: isInteractive)
    checkpoint = try folder.folder()
  }

  /// Refuses options that contradict each other.
  private static func checkCombination(of given: [String]) throws(UsageError) {
    let fitting: [Set] = [
      ["--json", "--samples"], ["--json", "--ids"], ["--samples", "--ids"],
      ["--probabilities", "--ids"],
    ]
    for (place, first) in given.enumerated() {
      for second in given.dropFirst(place + 1) where !fitting.contains([first, second]) {
        throw UsageError("\(first) and \(second) do not go together; leave one out")
      }
    }
  }
}
