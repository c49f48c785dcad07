import Autograd
public import Checkpoints
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

/// Why a run has ended.
public enum RunEnding: Sendable {
  /// It has made all its updates.
  case finished
  /// It was asked to stop, and can go on.
  case stopped
  /// The validation loss has not fallen for as many evaluations as the run was patient.
  case outOfPatience
}

/// Trains a GPT from the first step, or the one where it had stopped, to the last, and keeps on disk
/// what it comes to.
public final class TrainingRun {
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
  /// After how many evaluations without a smaller loss the run ends, if ever.
  public let patience: Int?
  /// The id that ends a text, if the model knows one.
  public let endOfText: Int32?
  /// What records how attention changes, if anything does.
  public let recorder: FilmRecorder?
  /// How far it has come.
  public private(set) var progress = TrainingProgress()

  private var savedStep: Int?

  /// A run; see the properties.
  public init(
    _ trainer: Trainer<GPT<Float>>, tokenizer: any Tokenizer, validation: [TokenBatch],
    folder: RunFolder, intervals: RunIntervals, patience: Int? = nil, endOfText: Int32? = nil,
    recorder: FilmRecorder? = nil
  ) {
    (self.trainer, self.tokenizer) = (trainer, tokenizer)
    (self.validation, self.folder, self.intervals) = (validation, folder, intervals)
    (self.patience, self.endOfText, self.recorder) = (patience, endOfText, recorder)
  }

  /// Goes on from this state, whose model is already the trainer's, and makes the files again that
  /// are made from it.
  ///
  /// - Throws: ``CheckpointError``, ``SavingFailure``
  public func resume(_ state: TrainingState) throws {
    try trainer.resume(state)
    progress = state.progress
    savedStep = trainer.step
    try writing { () throws(CheckpointError) in
      try folder.export(checkpoint)
      switch progress.best {
      case nil: folder.removeBest()
      case let best? where best.step == trainer.step: try folder.saveBest(checkpoint)
      default: break  // it was written before this step
      }
    }
  }

  /// Runs until the last step, or until `isStopRequested`; then saves.
  ///
  /// - Parameter report: Is told what happens, as it happens.
  /// - Throws: ``TrainingError`` where training diverges: what was saved before stays as it is.
  ///   ``SavingFailure`` where something cannot be written.
  @discardableResult
  public func run(
    until isStopRequested: () -> Bool = { false }, report: (TrainingEvent) throws -> Void
  ) throws -> RunEnding {
    let steps = trainer.options.steps
    func isDue(_ interval: Int) -> Bool {
      interval > 0 && (trainer.step % interval == 0 || trainer.step == steps)
    }
    func isOutOfPatience() -> Bool { patience.map { progress.evaluationsSinceBest >= $0 } ?? false }
    let clock = ContinuousClock()
    let start = clock.now - .seconds(progress.elapsedSeconds)
    if trainer.step == 0 { try film(loss: nil) }

    while trainer.step < steps && !isOutOfPatience() && !isStopRequested() {
      let began = clock.now
      let update = try trainer.update()
      let updateSeconds = (clock.now - began).seconds
      progress.step = trainer.step

      var validationLoss: Double?
      var isBest = false
      if isDue(intervals.evaluation) && !validation.isEmpty {
        let loss = withPrecision(trainer.options.precision) {
          trainer.model.meanLoss(over: validation)
        }
        isBest = progress.note(.init(step: trainer.step, loss: loss))
        validationLoss = loss
      }
      if FilmRecorder.isDue(trainer.step) || trainer.step == steps || isOutOfPatience() {
        try film(loss: update.loss)
      }
      progress.elapsedSeconds = (clock.now - start).seconds
      try writing { () throws(CheckpointError) in
        try folder.append(metrics(update, validationLoss, updateSeconds))
        // Before anything of this run is saved, the best model there is may be another run's.
        if isBest && folder.isSaved { try folder.saveBest(checkpoint) }
      }
      try report(.updated(update, validationLoss: validationLoss))

      if isDue(intervals.sampling) { try report(.sampleDue(step: trainer.step)) }
      if isDue(intervals.saving) || isBest && !folder.isSaved {
        try save(isBest: isBest)
        try report(.saved(step: trainer.step))
      }
    }

    if savedStep ?? 0 != trainer.step {
      try save(isBest: false)
      try report(.saved(step: trainer.step))
    }
    return trainer.step == steps ? .finished : isOutOfPatience() ? .outOfPatience : .stopped
  }

  private var checkpoint: Checkpoint {
    Checkpoint(model: trainer.model, tokenizer: tokenizer, endOfText: endOfText)
  }

  /// Adds the model as it is now to the film.
  private func film(loss: Double?) throws {
    guard let recorder else { return }
    let frame = recorder.frame(of: trainer.model, step: trainer.step, loss: loss)
    try writing { () throws(CheckpointError) in try folder.append(frame) }
  }

  private func save(isBest: Bool) throws {
    try writing { () throws(CheckpointError) in
      let isFirst = !folder.isSaved
      try folder.save(checkpoint, averages: trainer.averages, progress: progress)
      savedStep = trainer.step
      if isFirst && isBest { try folder.saveBest(checkpoint) }
    }
  }

  /// Says of an error of writing what is lost by it.
  private func writing(_ body: () throws(CheckpointError) -> Void) throws {
    do throws(CheckpointError) {
      try body()
    } catch {
      throw SavingFailure(
        error: error, folder: folder.path, step: trainer.step, savedStep: savedStep)
    }
  }

  /// A line of `metrics.jsonl`.
  private func metrics(
    _ update: UpdateReport, _ validationLoss: Double?, _ seconds: Double
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
    add("elapsed_seconds", .double((progress.elapsedSeconds * 1_000).rounded() / 1_000))
    return .object(members)
  }
}

/// A run that ends because something of it cannot be written.
public struct SavingFailure: ExplainedError {
  /// What could not be written, and why.
  public let error: CheckpointError
  let folder: String
  let step: Int
  let savedStep: Int?

  /// The output cannot be written.
  public var cause: FailureCause { error.cause }

  /// What could not be written, what is lost by it, and what remains.
  public var description: String {
    let lost = "\(step - (savedStep ?? 0)) steps after step \(savedStep ?? 0)"
    return switch savedStep {
    case step?: "\(error); the checkpoint of step \(step) in \(folder) is whole"
    case let saved?:
      "\(error); the \(lost) are lost, the checkpoint of step \(saved) in \(folder) stays; make "
        + "room and go on with --resume \(folder)"
    case nil: "\(error); the \(step) steps of this run are lost"
    }
  }
}

extension Duration {
  var seconds: Double { self / .seconds(1) }
}
