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
      "swift run -c release train --resume checkpoints/book --steps 6000",
    ])

  static func main() {
    command.run { options in
      if let settings = try EvaluationSettings(&options) {
        command.warnIfDebugBuild()
        return try evaluate(settings)
      }
      let settings = try Settings(&options)
      command.warnIfDebugBuild()
      try train(settings)
    }
  }

  private static func train(_ settings: Settings) throws {
    let text = try TrainingText(settings)
    if settings.patience != nil && text.validation.isEmpty {
      throw UsageError("--patience needs a part to validate on; give --validation or more text")
    }
    var configuration = settings.configuration
    configuration.vocabularySize = text.tokenizer.vocabularySize
    configuration.contextLength = text.context
    if let given = settings.start.configuration {
      (configuration, configuration.dropout) = (given, configuration.dropout)
    }

    let plan = try Plan(settings, text, try GPT(configuration))
    try plan.checkMemory()
    if settings.isPlanOnly {
      return try StandardStream.output.print(plan.description(width: StandardStream.output.width))
    }
    let prompt = settings.prompt ?? text.opening
    let promptIDs = try text.tokenizer.encode(prompt, unknown: settings.unknown)
    guard !promptIDs.isEmpty else {
      throw UsageError("--prompt has no token; write a text to continue")
    }

    let folder = try RunFolder(settings.output)
    let model = try settings.start.model(configuration, seed: UInt64(settings.seed))
    let windows = TokenWindows(text.training, context: text.context, seed: UInt64(settings.seed))
    let trainer = Trainer(model, windows, settings.options)
    let validation =
      text.validation.isEmpty
      ? []
      : try TokenWindows(text.validation, context: text.context, seed: 0)
        .evaluationBatches(size: settings.batchSize)
    let recorder =
      try settings.recordsFilm
      ? FilmRecorder(model.configuration, text.tokenizer, ids: text.training.prefix(4_096)) : nil
    let run = TrainingRun(
      trainer, tokenizer: text.tokenizer, validation: validation, folder: folder,
      intervals: settings.intervals, patience: settings.patience,
      endOfText: settings.start.endOfText, recorder: recorder)

    var reporter = Reporter(settings, plan, prompt: promptIDs, run)
    let record = RunRecord.json(settings, text)
    if let state = settings.start.state {
      let isWhole = try folder.resume(record, after: state.progress, film: recorder?.film)
      try run.resume(state)
      try reporter.recall(isWhole: isWhole)
    } else {
      try folder.begin(record, film: recorder?.film)
    }
    reporter.begin(secondsPerUpdate: try trainer.measuredSecondsPerUpdate())

    Interruption.listen()
    let last = settings.stopAfter.map { trainer.step + $0 } ?? .max
    let ending: RunEnding
    do {
      ending = try run.run(until: { Interruption.pending != nil || trainer.step >= last }) {
        reporter.report($0)
      }
    } catch {
      reporter.stop()
      throw error
    }
    try reporter.finish(ending)
    if let interruption = Interruption.pending { throw interruption }
  }
}
