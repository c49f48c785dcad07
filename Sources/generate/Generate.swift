import Console
import MiniTransformer
import Visualization

@main
struct Generate {
  static let command = Command(
    "generate", "Continues a text with a trained model.",
    examples: [
      "swift run -c release generate \"Every effort moves\"",
      "swift run -c release generate \"Every effort moves\" --temperature 0 --probabilities 3",
      "echo \"Your journey\" | swift run -c release generate - --tokens 20 --seed 7",
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
    guard let tokenizer = checkpoint.tokenizer else {
      throw CheckpointError.missing(path: "\(settings.checkpoint)/tokenizer.json")
    }
    let model = checkpoint.model
    let prompt = try tokenizer.encode(settings.prompt)
    guard !prompt.isEmpty else {
      throw UsageError("the prompt has no token; write the text to continue")
    }
    func remark(_ text: String) {
      if !settings.isQuiet { try? StandardStream.error.print(text) }
    }
    remark("checkpoint: \(settings.checkpoint)")
    if prompt.count > model.contextLength {
      remark(
        "the prompt has \(prompt.count) tokens; the model sees the last \(model.contextLength)")
    }

    if settings.precision == .bfloat16 { model.packForGeneration() }
    Interruption.listen()
    let output = StandardStream.output
    let generator = TokenGenerator(
      model, prompt: prompt, options: settings.sampling, usesCache: settings.usesCache)
    var ids: [Int32] = []
    for token in generator.prefix(settings.tokens) {
      if Interruption.pending != nil { break }
      if settings.shownProbabilities > 0 {
        let text = tokenizer.decode(prompt + ids)
        try output.print(table(settings, tokenizer, token.logits, after: text))
      } else {
        try output.write(tokenizer.text(of: token.id, after: ids.last))
      }
      ids.append(token.id)
    }
    try output.print(settings.shownProbabilities > 0 ? tokenizer.decode(ids) : "")
    if let interruption = Interruption.pending { throw interruption }
  }

  /// The likeliest next tokens with their probabilities at temperature 1.
  private static func table(
    _ settings: Settings, _ tokenizer: any Tokenizer, _ logits: [Float], after text: String
  ) -> String {
    let best = candidates(logits).prefix(settings.shownProbabilities).map {
      (token: tokenizer.token($0.id), probability: $0.probability)
    }
    let style = PictureStyle(width: min(StandardStream.output.width, 100))
    let line = text.split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: " ⏎ ")
    return "\(line) …\n\(probabilityBars(best, style: style))\n"
  }
}
