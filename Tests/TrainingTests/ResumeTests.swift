import Autograd
import Checkpoints
import Foundation
import TestSupport
import Testing
import Tokenization
import Training
import Transformer

/// A run that stops and goes on comes to the same bits as one that does not.
@Suite struct ResumeTests {
  private let place = TestFolder()
  private let text = "one step and one more step and then one more and no more\n"

  private struct Plan {
    var steps = 12
    var algorithm = OptimizerAlgorithm.adamW()
    var accumulation = 1
    var rate = 0.05
    var patience: Int?
    var validates = true
  }

  /// A run in a folder of its own, from its beginning or from the state that is there.
  private func run(_ plan: Plan, in name: String, resuming: Bool = false) throws -> TrainingRun {
    let tokenizer = try WordTokenizer(vocabularyOf: text)
    let ids = try tokenizer.encode(text)
    let path = "\(place.path)/\(name)"
    let folder = try RunFolder(path)
    let state = resuming ? try TrainingState(from: path) : nil
    let model =
      try state?.model()
      ?? GPT(
        GPTConfiguration(
          vocabularySize: tokenizer.vocabularySize, contextLength: 4, width: 8, layers: 1,
          heads: 2, dropout: 0.2), seed: 1)
    let windows = TokenWindows(ids, context: 4, seed: 1)
    let options = TrainingOptions(
      steps: plan.steps, batchSize: 2, accumulation: plan.accumulation, seed: 1,
      algorithm: plan.algorithm,
      schedule: LearningRateSchedule(.cosine, peak: plan.rate, warmup: 3, steps: plan.steps))
    let run = TrainingRun(
      Trainer(model, windows, options), tokenizer: tokenizer,
      validation: plan.validates ? try windows.evaluationBatches(size: 2) : [], folder: folder,
      intervals: RunIntervals(evaluation: 2, saving: 5, sampling: 0), patience: plan.patience)
    if let state {
      #expect(try folder.resume([:], after: state.progress))
      try run.resume(state)
    } else {
      try folder.begin([:])
    }
    return run
  }

  private func bytes(_ path: String) throws -> [UInt8] { try contents("\(place.path)/\(path)") }

  /// The numbers of all tensors of a state.
  private func tensors(_ name: String) throws -> [String: [UInt32]] {
    let file = try SafetensorsFile(path: TrainingState.path(in: "\(place.path)/\(name)"))
    let entries = file.entries.filter { $0.dtype == .f32 }
    return try Dictionary(
      uniqueKeysWithValues: entries.map { entry in
        (entry.name, try file.read(entry, as: Float.self).map(\.bitPattern))
      })
  }

  private func metrics(_ name: String) throws -> [[JSON]] {
    let path = "\(place.path)/\(name)/metrics.jsonl"
    return try bytes("\(name)/metrics.jsonl").split(separator: UInt8(ascii: "\n")).map { line in
      try JSONField(parsing: Array(line), from: path).members()
        .filter { !["tokens_per_second", "elapsed_seconds"].contains($0.key) }.map(\.field.value)
    }
  }

  private func expectSame(_ a: String, _ b: String) throws {
    #expect(try tensors(a) == tensors(b))
    #expect(try !tensors(a).isEmpty)
    for file in ["model.safetensors", "best/model.safetensors", "tokenizer.json", "run.json"] {
      #expect(try bytes("\(a)/\(file)") == bytes("\(b)/\(file)"), "\(file)")
    }
    #expect(try metrics(a) == metrics(b))
    let (one, other) = try (
      TrainingState(from: "\(place.path)/\(a)").progress,
      TrainingState(from: "\(place.path)/\(b)").progress
    )
    #expect(one.best == other.best && one.step == other.step)
    #expect(one.evaluationsSinceBest == other.evaluationsSinceBest)
  }

  /// Stopped again and again, also on an evaluation, on a save, and before either.
  @Test(arguments: [
    (OptimizerAlgorithm.adamW(), 1), (.adam(penalty: 0.1), 2),
    (.sgd(momentum: 0.9, dampening: 0.1), 1),
  ])
  func goesOnBitByBit(algorithm: OptimizerAlgorithm, accumulation: Int) throws {
    var plan = Plan()
    (plan.algorithm, plan.accumulation) = (algorithm, accumulation)
    #expect(try run(plan, in: "whole").run { _ in } == .finished)
    for (index, stop) in [1, 2, 5, 8, 11].enumerated() {
      let part = try run(plan, in: "parts", resuming: index > 0)
      #expect(try part.run(until: { part.trainer.step == stop }) { _ in } == .stopped)
    }
    #expect(try run(plan, in: "parts", resuming: true).run { _ in } == .finished)
    try expectSame("whole", "parts")
    #expect(try metrics("parts").count == 12)
  }

  /// A copy of the folder as it was when a run was killed: whatever it had done since then is done
  /// again.
  @Test func goesOnFromAnyCopy() throws {
    let plan = Plan()
    let whole = try run(plan, in: "whole")
    try whole.run { event in
      if case .saved(let step) = event {
        try FileManager.default.copyItem(
          atPath: "\(place.path)/whole", toPath: "\(place.path)/\(step)")
      }
    }
    for step in [2, 5, 10, 12] {
      #expect(try run(plan, in: "\(step)", resuming: true).run { _ in } == .finished)
      try expectSame("whole", "\(step)")
    }
  }

  /// The best model of the step at which the run was killed, before it was written.
  @Test func makesTheBestModelAgain() throws {
    let plan = Plan()
    let first = try run(plan, in: "run")
    try first.run(until: { first.trainer.step == 2 }) { _ in }
    let best = try bytes("run/best/model.safetensors")
    #expect(best == (try bytes("run/model.safetensors")))
    try FileManager.default.removeItem(atPath: first.folder.bestPath)
    _ = consume first
    _ = try run(plan, in: "run", resuming: true)
    #expect(try bytes("run/best/model.safetensors") == best)
  }

  /// Whatever other programs have done to the model's files, also where no step is left to do.
  @Test func makesTheModelAgain() throws {
    var first: TrainingRun? = try run(Plan(), in: "run")
    try first?.run { _ in }
    first = nil
    let names = ["config.json", "model.safetensors", "tokenizer.json"]
    let before = try names.map { try bytes("run/\($0)") }
    for name in names { _ = try place.file("run/\(name)", [1]) }
    let next = try run(Plan(), in: "run", resuming: true)
    #expect(try names.map { try bytes("run/\($0)") } == before)
    #expect(try next.run { _ in } == .finished)
  }

  /// The older run's, where the run was killed between its first checkpoint and removing that.
  @Test func theBestModelOfAnotherRunGoes() throws {
    var first: TrainingRun? = try run(Plan(validates: false), in: "run")
    try first?.run { _ in }
    first = nil
    try makeFolder("\(place.path)/run/best")
    let next = try run(Plan(validates: false), in: "run", resuming: true)
    #expect(!FileManager.default.fileExists(atPath: next.folder.bestPath))
  }

  /// The time that a run has taken includes that before it stopped.
  @Test func theTimeGoesOn() throws {
    func elapsedSeconds() throws -> Double {  // and the run lets its folder go
      let first = try run(Plan(), in: "run")
      try first.run(until: { first.trainer.step == 7 }) { _ in }
      return first.progress.elapsedSeconds
    }
    let seconds = try elapsedSeconds()
    let next = try run(Plan(), in: "run", resuming: true)
    #expect(next.progress.elapsedSeconds == seconds)
    try next.run(until: { next.trainer.step == 8 }) { _ in }
    #expect(next.progress.elapsedSeconds > seconds)
  }

  // MARK: Patience

  @Test func losesItsPatience() throws {
    var plan = Plan()
    (plan.steps, plan.rate, plan.patience) = (400, 3, 2)
    let first = try run(plan, in: "run")
    #expect(try first.run { _ in } == .outOfPatience)
    let progress = first.progress
    let best = try #require(progress.best)
    #expect(progress.evaluationsSinceBest == 2 && progress.step == best.step + 4)
    let losses = try metrics("run").filter { $0.count == 5 }.map { $0[2] }
    #expect(losses.count == progress.step / 2)
    #expect(losses[best.step / 2 - 1] == .double(best.loss))
    let saved = try Checkpoint(from: first.folder.bestPath).model
    #expect(saved.meanLoss(over: first.validation) == best.loss)
    let bestBytes = try bytes("run/best/model.safetensors")
    _ = consume first

    #expect(try run(plan, in: "run", resuming: true).run { _ in } == .outOfPatience)
    plan.patience = 3
    let longer = try run(plan, in: "run", resuming: true)
    // Saved, and not evaluated since: the best model stays the best.
    _ = try longer.run(until: { longer.trainer.step >= progress.step + 1 }) { _ in }
    #expect(try bytes("run/best/model.safetensors") == bestBytes)
    _ = try longer.run(until: { longer.trainer.step >= progress.step + 2 }) { _ in }
    #expect(longer.trainer.step == progress.step + 2)
  }

  // MARK: What cannot be written

  @Test func saysWhatIsLost() throws {
    let run = try run(Plan(validates: false), in: "run")
    let path = TrainingState.path(in: run.folder.path)
    let error = try #require(throws: SavingFailure.self) {
      try run.run { event in
        if case .saved = event { try makeFolder(path + ".partial") }
      }
    }
    #expect(error.cause == .cannotWrite)
    for part in ["training_state.safetensors cannot be written: ", "the 5 steps after step 5 are"] {
      #expect(error.description.contains(part), "\(error)")
    }
    #expect(error.description.contains("the checkpoint of step 5 in \(run.folder.path) stays"))
    #expect(try TrainingState(from: run.folder.path).progress.step == 5)
  }

  @Test func saysThatNothingWasSaved() throws {
    let run = try run(Plan(validates: false), in: "run")
    try makeFolder(TrainingState.path(in: run.folder.path) + ".partial")
    let error = try #require(throws: SavingFailure.self) { try run.run { _ in } }
    #expect(error.description.hasSuffix("; the 5 steps of this run are lost"))
    #expect(!Checkpoint.exists(at: run.folder.path))
  }
}
