import Autograd
import Checkpoints
import Foundation
import TestSupport
import Testing
import Tokenization
import Training
import Transformer

@Suite struct TrainingRunTests {
  private let place = TestFolder()
  private let text = "one step and one more step and then one more\n"

  private func run(
    _ model: GPT<Float>, steps: Int, intervals: RunIntervals, rate: Double = 1e-2,
    validates: Bool = true, in folder: RunFolder
  ) throws -> TrainingRun {
    let tokenizer = try WordTokenizer(vocabularyOf: text)
    let windows = TokenWindows(
      try tokenizer.encode(text), context: model.contextLength, seed: 1)
    let options = TrainingOptions(
      steps: steps, batchSize: 2, seed: 1,
      schedule: LearningRateSchedule(.constant, peak: rate, steps: steps))
    return TrainingRun(
      Trainer(model, windows, options), tokenizer: tokenizer,
      validation: validates ? try windows.evaluationBatches(size: 2) : [], folder: folder,
      intervals: intervals)
  }

  private func model() throws -> GPT<Float> {
    let size = try WordTokenizer(vocabularyOf: text).vocabularySize
    return try GPT(
      GPTConfiguration(vocabularySize: size, contextLength: 4, width: 8, layers: 1, heads: 2),
      seed: 1)
  }

  private func label(_ event: TrainingEvent) -> String {
    switch event {
    case .updated(let update, let loss): "\(update.step)\(loss == nil ? "" : " evaluated")"
    case .sampleDue(let step): "sample \(step)"
    case .saved(let step): "saved \(step)"
    }
  }

  // MARK: What happens when

  @Test func intervals() throws {
    let folder = try RunFolder(place.path)
    try folder.begin([:])
    let run = try run(
      model(), steps: 5, intervals: RunIntervals(evaluation: 2, saving: 3, sampling: 4),
      in: folder)
    var events: [String] = []
    try run.run { events.append(label($0)) }
    // The first evaluation is the best so far, and nothing is saved yet in which it could stand.
    #expect(
      events == [
        "1", "2 evaluated", "saved 2", "3", "saved 3", "4 evaluated", "sample 4", "5 evaluated",
        "sample 5",
        "saved 5",
      ])
  }

  /// 0 means never; the end is saved all the same.
  @Test func never() throws {
    let folder = try RunFolder(place.path)
    try folder.begin([:])
    let run = try run(
      model(), steps: 2, intervals: RunIntervals(evaluation: 0, saving: 0, sampling: 0),
      in: folder)
    var events: [String] = []
    try run.run { events.append(label($0)) }
    #expect(events == ["1", "2", "saved 2"])
  }

  @Test func aRequestStopsAndSaves() throws {
    let folder = try RunFolder(place.path)
    try folder.begin([:])
    let run = try run(
      model(), steps: 9, intervals: RunIntervals(evaluation: 0, saving: 2, sampling: 0),
      in: folder)
    var events: [String] = []
    try run.run(until: { run.trainer.step == 2 }) { events.append(label($0)) }
    #expect(events == ["1", "2", "saved 2"], "what is saved already is not saved again")
    try run.run(until: { run.trainer.step == 3 }) { events.append(label($0)) }
    #expect(events == ["1", "2", "saved 2", "3", "saved 3"])
  }

  // MARK: What is on the disk

  @Test func metricsAndCheckpoint() throws {
    let folder = try RunFolder(place.path)
    try folder.begin([:])
    let run = try run(
      model(), steps: 3, intervals: RunIntervals(evaluation: 2, saving: 0, sampling: 0),
      in: folder)
    var updates: [(UpdateReport, Double?)] = []
    try run.run { if case .updated(let report, let loss) = $0 { updates.append((report, loss)) } }

    let lines = try String(contentsOfFile: folder.metricsPath, encoding: .utf8)
      .split(separator: "\n")
    #expect(lines.count == 3)
    for (line, (update, validationLoss)) in zip(lines, updates) {
      let field = try JSONField(parsing: Array(line.utf8), from: folder.metricsPath)
      let keys = try field.members().map(\.key)
      let expected = [
        "step", "loss", "validation_loss", "learning_rate", "gradient_norm", "tokens_per_second",
        "elapsed_seconds",
      ]
      #expect(keys == expected.filter { $0 != "validation_loss" || validationLoss != nil })
      #expect(try field.member("step").integer() == update.step)
      #expect(try field.member("loss").double() == update.loss)
      #expect(try field.member("learning_rate").double() == update.learningRate)
      #expect(try field.member("gradient_norm").double() == update.gradientNorm)
      #expect(try field.optionalMember("validation_loss")?.double() == validationLoss)
      #expect(try field.member("tokens_per_second").double() > 0)
    }

    let saved = try Checkpoint(from: folder.path)
    #expect(saved.model.configuration == run.trainer.model.configuration)
    for (a, b) in zip(saved.model.parameters.all, run.trainer.model.parameters.all) {
      #expect(a.tensor.scalars == b.tensor.scalars, "\(a.name)")
    }
    #expect(try saved.tokenizer?.encode(text) == run.tokenizer.encode(text))
  }

  /// A text that can be read no longer ends the run, and its last checkpoint stays.
  @Test func aTextCutShortKeepsTheLastCheckpoint() throws {
    let folder = try RunFolder(place.path)
    try folder.begin([:])
    let tokenizer = try WordTokenizer(vocabularyOf: text)
    let path = "\(place.path)/ids.bin"
    var parts = [try tokenizer.encode(text)]
    try TokenFile.write(to: path, vocabularySize: 8) { parts.popLast() }
    let windows = TokenWindows(
      TokenSequence(try TokenFile(path: path, vocabularySize: 8)), context: 4, seed: 1)
    let run = TrainingRun(
      Trainer(
        try model(), windows,
        TrainingOptions(
          steps: 9, batchSize: 2, accumulation: 2, seed: 1,
          schedule: LearningRateSchedule(.constant, peak: 0.01, steps: 9))),
      tokenizer: tokenizer, validation: [], folder: folder,
      intervals: RunIntervals(evaluation: 0, saving: 2, sampling: 0))
    let error = #expect(throws: CheckpointError.self) {
      try run.run { event in
        if case .updated(let update, _) = event, update.step == 3 {
          try Data().write(to: URL(fileURLWithPath: path))
        }
      }
    }
    #expect(error?.description.contains("ids.bin is damaged: it has become shorter") == true)
    #expect(error?.cause == .badData)
    #expect(run.trainer.step == 3)
    #expect(try TrainingState(from: place.path).progress.step == 2)
    _ = try Checkpoint(from: place.path)
  }

  /// A run that diverges leaves the last checkpoint as it was.
  @Test func divergenceKeepsTheLastCheckpoint() throws {
    let folder = try RunFolder(place.path)
    try folder.begin([:])
    let model = try model()
    let calm = RunIntervals(evaluation: 0, saving: 0, sampling: 0)
    try run(model, steps: 3, intervals: calm, in: folder).run { _ in }
    let names = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
    let before = try place.bytes("model.safetensors")

    let wild = try run(model, steps: 9, intervals: calm, rate: 1e30, in: folder)
    var saved = 0
    let error = #expect(throws: TrainingError.self) {
      try wild.run { if case .saved = $0 { saved += 1 } }
    }
    guard case .notFinite(let step, _, _) = try #require(error) else { return }
    #expect(step == 2 && saved == 0)
    #expect(try place.bytes("model.safetensors") == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() == names)
    _ = try Checkpoint(from: place.path)
  }
}
