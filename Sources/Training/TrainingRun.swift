import Autograd
import Checkpoints
import Foundation
public import Tokenization
public import Transformer

/// When a run does more than update; 0 means never, and the last step is always due.
public struct RunIntervals: Sendable, Equatable {
  /// How many steps lie between two evaluations.
  public var evaluation: Int
  /// How many steps lie between two saved checkpoints.
  public var saving: Int
  /// How many steps lie between two samples.
  public var sampling: Int

  /// Intervals; see the properties.
  public init(evaluation: Int, saving: Int, sampling: Int) {
    (self.evaluation, self.saving, self.sampling) = (evaluation, saving, sampling)
  }
}

/// What happened in a run.
public enum TrainingEvent {
  /// An update is finished; the validation loss where one was due, in nats per token.
  case updated(UpdateReport, validationLoss: Double?)
  /// It is time for a sample.
  case sampleDue(step: Int)
  /// The checkpoint of this step is on the disk.
  case saved(step: Int)
}

/// Trains a GPT from the first step to the last, and keeps on disk what it comes to.
public struct TrainingRun {
  /// The trainer, which makes the updates.
  public let trainer: Trainer<GPT<Float>>
  /// What turns text into ids.
  public let tokenizer: any Tokenizer
  /// The batches on which the model is evaluated; none without a validation text.
  public let validation: [TokenBatch]
  /// Where everything is written.
  public let folder: RunFolder
  /// When a run does more than update.
  public let intervals: RunIntervals

  /// A run; see the properties.
  public init(
    _ trainer: Trainer<GPT<Float>>, tokenizer: any Tokenizer, validation: [TokenBatch],
    folder: RunFolder, intervals: RunIntervals
  ) {
    (self.trainer, self.tokenizer) = (trainer, tokenizer)
    (self.validation, self.folder, self.intervals) = (validation, folder, intervals)
  }

  /// Runs until the last step, or until `isStopRequested`; then saves.
  ///
  /// - Parameter report: Is told what happens, as it happens.
  /// - Throws: ``TrainingError`` where training diverges: what was saved before stays as it is.
  public func run(
    until isStopRequested: () -> Bool = { false }, report: (TrainingEvent) throws -> Void
  ) throws {
    let steps = trainer.options.steps
    func isDue(_ interval: Int) -> Bool {
      interval > 0 && (trainer.step % interval == 0 || trainer.step == steps)
    }
    let start = ContinuousClock.now
    var savedStep: Int?

    while trainer.step < steps && !isStopRequested() {
      let began = ContinuousClock.now
      let update = try trainer.update()
      let updateSeconds = (ContinuousClock.now - began).seconds

      let validationLoss =
        isDue(intervals.evaluation) && !validation.isEmpty
        ? withPrecision(trainer.options.precision) { trainer.model.meanLoss(over: validation) }
        : nil
      try folder.append(
        metrics(
          update, validationLoss, updateSeconds, elapsed: (ContinuousClock.now - start).seconds))
      try report(.updated(update, validationLoss: validationLoss))

      if isDue(intervals.sampling) { try report(.sampleDue(step: trainer.step)) }
      if isDue(intervals.saving) {
        try save()
        savedStep = trainer.step
        try report(.saved(step: trainer.step))
      }
    }

    if savedStep != trainer.step {
      try save()
      try report(.saved(step: trainer.step))
    }
  }

  private func save() throws {
    try Checkpoint(model: trainer.model, tokenizer: tokenizer).write(to: folder.path)
    try folder.flush()
  }

  /// A line of `metrics.jsonl`.
  private func metrics(
    _ update: UpdateReport, _ validationLoss: Double?, _ seconds: Double, elapsed: Double
  ) -> JSON {
    var members: [JSON.Member] = []
    func add(_ key: String, _ value: JSON) { members.append(JSON.Member(key: key, value: value)) }
    add("step", .integer(Int64(update.step)))
    add("loss", .double(update.loss))
    if let validationLoss, validationLoss.isFinite {
      add("validation_loss", .double(validationLoss))
    }
    add("learning_rate", .double(update.learningRate))
    add("gradient_norm", .double(update.gradientNorm))
    add("tokens_per_second", .double((Double(update.tokens) / max(seconds, 1e-9)).rounded()))
    add("elapsed_seconds", .double((elapsed * 1_000).rounded() / 1_000))
    return .object(members)
  }
}

extension Duration {
  var seconds: Double { self / .seconds(1) }
}
