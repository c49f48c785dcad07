import Console
import MiniTransformer
import Visualization

@main
struct Train {
  static let command = Command(
    "train", "Trains a small transformer on text, and says how it goes.",
    examples: [
      "swift run -c release train",
      "swift run -c release train --corpus book.txt --steps 3000 --output checkpoints/book",
      "swift run -c release train --corpus book.txt --tokenizer word --width 64 --plan",
    ])

  static func main() {
    command.run { options in
      let settings = try Settings(&options)
      command.warnIfDebugBuild()
      try train(settings)
    }
  }

  private static func train(_ settings: Settings) throws {
    let text = try TrainingText(settings)
    var configuration = settings.configuration
    configuration.vocabularySize = text.tokenizer.vocabularySize
    configuration.contextLength = text.context

    let model = try GPT<Float>(configuration)
    let plan = Plan(settings, text, model)
    try plan.checkMemory()
    if settings.isPlanOnly {
      return try StandardStream.output.print(plan.description(width: StandardStream.output.width))
    }
    let prompt = settings.prompt ?? text.opening
    let promptIDs = try text.tokenizer.encode(prompt)
    guard !promptIDs.isEmpty else {
      throw UsageError("--prompt has no token; write a text to continue")
    }

    let folder = try RunFolder(settings.output)
    model.parameters.initialize(seed: UInt64(settings.seed))
    let windows = TokenWindows(text.training, context: text.context, seed: UInt64(settings.seed))
    let trainer = Trainer(
      model, windows,
      TrainingOptions(
        steps: settings.steps, batchSize: settings.batchSize, accumulation: settings.accumulation,
        seed: UInt64(settings.seed), algorithm: settings.algorithm, schedule: settings.schedule,
        clipping: settings.clipping, precision: settings.precision))
    let validation =
      text.validation.isEmpty
      ? []
      : TokenWindows(text.validation, context: text.context, seed: 0)
        .evaluationBatches(size: settings.batchSize)
    let run = TrainingRun(
      trainer, tokenizer: text.tokenizer, validation: validation, folder: folder,
      intervals: settings.intervals)

    var reporter = Reporter(settings, plan, prompt: promptIDs, run)
    reporter.begin(secondsPerUpdate: trainer.measuredSecondsPerUpdate())
    try folder.begin(settings.json(text))

    Interruption.listen()
    do {
      try run.run(until: { Interruption.pending != nil }) { reporter.report($0) }
    } catch {
      reporter.stop()
      throw error
    }
    try reporter.finish(interrupted: Interruption.pending != nil)
    if let interruption = Interruption.pending { throw interruption }
  }
}
