import Console
import MiniTransformer

@main
struct Generate {
  static let command = Command(
    "generate", "Continues a text with a trained model.",
    examples: [
      "swift run -c release generate \"Every effort moves\"",
      "swift run -c release generate \"Every effort moves\" --temperature 0 --probabilities 3",
      "swift run -c release generate \"Your journey\" --samples 3 --min-p 0.1 --stop .",
      "echo \"Your journey\" | swift run -c release generate - --tokens 20 --seed 7",
      "swift run -c release generate --interactive",
    ])

  static func main() {
    command.run { options in
      let settings = try Settings(&options)
      if !settings.isQuiet { command.warnIfDebugBuild() }
      try withPrecision(settings.precision) { try generate(settings) }
    }
  }

  private static func generate(_ settings: Settings) throws {
    let checkpoint = try Checkpoint(from: settings.checkpoint)
    let (model, tokenizer) = (checkpoint.model, checkpoint.tokenizer)
    let prompt = try settings.prompt?.ids(
      for: model, tokenizer, unknown: settings.unknown, in: settings.checkpoint)

    func remark(_ text: String) {
      if !settings.isQuiet { try? StandardStream.error.print(text) }
    }
    try checkMemory(settings, model)
    remark("checkpoint: \(settings.checkpoint)")
    if let prompt, prompt.count > model.contextLength {
      remark(
        "the prompt has \(prompt.count) tokens; the model sees the last \(model.contextLength), "
          + "and with every new token one less of the prompt")
    }
    if settings.precision == .bfloat16 { model.packForGeneration() }

    if settings.isInteractive {
      guard let tokenizer else {
        throw CheckpointError.missing(path: "\(settings.checkpoint)/tokenizer.json")
      }
      try Conversation(model, tokenizer, settings).run(from: prompt)
    } else if let prompt {
      try write(
        TextGenerator(
          model, tokenizer, prompt: prompt, samples: settings.samples, options: settings.options),
        behind: prompt, tokenizer, settings)
    }
  }

  /// Refuses more samples than there is room for: each has a cache and logits of its own.
  private static func checkMemory(_ settings: Settings, _ model: GPT<Float>) throws(UsageError) {
    let sizes = model.configuration
    let numbers = 2 * sizes.layers * sizes.contextLength * sizes.width + 2 * sizes.vocabularySize
    let needed = settings.samples * numbers * 4
    if settings.samples > 1, let available = MemoryEstimate.availableBytes, needed > available {
      throw UsageError(
        "--samples \(settings.samples) needs \(Format.bytes(needed)) of memory, and "
          + "\(Format.bytes(available)) are free; ask for fewer")
    }
  }

  /// Generates until all samples have ended or Ctrl-C is pressed, and shows what comes.
  private static func write(
    _ generator: TextGenerator<GPT<Float>>, behind prompt: [Int32], _ tokenizer: (any Tokenizer)?,
    _ settings: Settings
  ) throws {
    var output: any GenerationOutput =
      if settings.isJSON {
        Report(prompt: prompt, samples: settings.samples, hasText: tokenizer != nil)
      } else if settings.shownProbabilities > 0 {
        ProbabilityTables(tokenizer, behind: prompt, count: settings.shownProbabilities)
      } else {
        Streaming(samples: settings.samples)
      }
    Interruption.listen()
    var generator = generator
    while Interruption.pending == nil, let pieces = generator.next() {
      for piece in pieces { try output.take(piece) }
    }
    try output.finish { generator.rest(of: $0) }
    if let interruption = Interruption.pending { throw interruption }
  }
}

/// A way to show what is generated.
protocol GenerationOutput {
  /// Takes in the next piece of a sample.
  mutating func take(_ piece: TextPiece<Float>) throws

  /// Ends the output.
  ///
  /// - Parameter rest: What was held back of a sample that was interrupted.
  mutating func finish(rest: (_ sample: Int) -> String) throws
}
