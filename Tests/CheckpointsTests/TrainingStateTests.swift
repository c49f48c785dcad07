import Autograd
import Checkpoints
import Foundation
import TestSupport
import Testing
import Tokenization
import Transformer

@Suite struct TrainingStateTests {
  private let place = TestFolder()
  private let text = "one step and one more"

  private func model() throws -> GPT<Float> {
    try GPT(
      GPTConfiguration(
        vocabularySize: 4, contextLength: 3, width: 6, layers: 1, heads: 2, positions: .sinusoidal,
        dropout: 0.1), seed: 7)
  }

  private var progress: TrainingProgress {
    var progress = TrainingProgress()
    (progress.step, progress.elapsedSeconds) = (12, 0.1 + 0.2)
    _ = progress.note(.init(step: 9, loss: 1 / 3))
    _ = progress.note(.init(step: 12, loss: 4))
    progress.metrics = Fingerprint(of: [1, 2, 3])
    progress.film = Fingerprint(of: [4, 5])
    return progress
  }

  /// Averages in which each number is another one.
  private func averages(_ model: GPT<Float>, _ names: [String]) throws -> [(
    name: String, values: Storage<Float>
  )] {
    let count = try #require(model.parameters.values).count
    return names.enumerated().map { index, name in
      (name, Storage((0..<count).map { Float($0) / 7 + Float(1_000 * index) }))
    }
  }

  /// The small files of a folder with this model.
  private func files(_ model: GPT<Float>) throws -> [(name: String, bytes: [UInt8])] {
    let folder = "\(place.path)/files"
    try Checkpoint(model: model, tokenizer: WordTokenizer(vocabularyOf: text)).write(to: folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return try [("run.json", Array(#"{"seed": 3}"#.utf8))]
      + names.filter { $0.hasSuffix(".json") }.map { ($0, try contents("\(folder)/\($0)")) }
  }

  private func write(_ names: [String] = ["mean", "square"]) throws -> GPT<Float> {
    let model = try model()
    try TrainingState.write(
      progress, model.parameters, averages: averages(model, names), files: files(model),
      to: place.path)
    return model
  }

  @Test(arguments: [["mean", "square"], ["mean"]]) func comesBackBitByBit(names: [String]) throws {
    let model = try write(names)
    let state = try TrainingState(from: place.path)
    #expect(state.progress == progress)
    #expect(state.run.value == ["seed": 3])
    #expect(state.configuration == model.configuration)
    #expect(try state.tokenizer.encode(text) == [2, 3, 0, 2, 1])

    let loaded = try state.model()
    for (a, b) in zip(loaded.parameters.all, model.parameters.all) {
      #expect(a.tensor.scalars.map(\.bitPattern) == b.tensor.scalars.map(\.bitPattern))
    }
    let written = try averages(model, names)
    let read = written.map {
      (name: $0.name, values: Storage<Float>($0.values.scalars.map { _ in 0 }))
    }
    try state.load(read, of: loaded.parameters)
    for (a, b) in zip(read, written) {
      for parameter in loaded.parameters.all {
        let range = parameter.offset..<parameter.offset + parameter.tensor.count
        #expect(range.allSatisfy { a.values[$0] == b.values[$0] }, "\(a.name)/\(parameter.name)")
      }
    }
  }

  @Test func averagesThatAreNotThereAreNamed() throws {
    let model = try write(["mean"])
    let error = try #require(throws: CheckpointError.self) {
      try TrainingState(from: place.path)
        .load(averages(model, ["mean", "square"]), of: model.parameters)
    }
    #expect(error.description.contains(#"it has no tensor "square/tokens.weight""#))
    #expect(error.cause == .badData)
  }

  // MARK: Files that are none

  @Test func aFolderWithoutOne() throws {
    #expect(!TrainingState.exists(in: place.path))
    let error = #expect(throws: CheckpointError.self) { try TrainingState(from: place.path) }
    #expect(error == .missing(path: TrainingState.path(in: place.path)))
  }

  @Test func anotherKindOfFile() throws {
    let path = TrainingState.path(in: place.path)
    for (metadata, problem) in [
      ([("format", "pt")], "it is no training state: kind is missing"),
      ([("kind", "x"), ("progress", "{}")], "its kind is \"x\"; expected"),
      ([("kind", "mini-transformer training state 1"), ("progress", "{}")], "lacks the key"),
      ([("kind", "mini-transformer training state 1"), ("progress", "{")], "damaged"),
    ] {
      try SafetensorsFile.write([], metadata: metadata, to: path)
      let error = #expect(throws: CheckpointError.self) { try TrainingState(from: place.path) }
      #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
      #expect(error?.cause == .badData)
    }
  }

  @Test func aTensorOfAnotherShapeIsNamed() throws {
    let model = try model()
    let other = try GPT<Float>(
      GPTConfiguration(
        vocabularySize: 4, contextLength: 3, width: 8, layers: 1, heads: 2, positions: .sinusoidal),
      seed: 7)
    try TrainingState.write(
      progress, other.parameters, averages: [], files: files(model), to: place.path)
    let error = try #require(throws: CheckpointError.self) {
      try TrainingState(from: place.path).model()
    }
    for part in ["parameters/tokens.weight", "[4, 8]", "[4, 6]"] {
      #expect(error.description.contains(part), "\(error)")
    }
  }

  @Test func aFileThatWouldLieElsewhere() throws {
    let model = try model()
    for name in ["../run.json", ".lock"] {
      try TrainingState.write(
        progress, model.parameters, averages: [], files: [(name, [])], to: place.path)
      let error = #expect(throws: CheckpointError.self) { try TrainingState(from: place.path) }
      #expect(error?.description.contains("it holds a file named") == true)
    }
  }

  /// Whatever byte a file ends at, it is refused.
  @Test func aFileCutShort() throws {
    _ = try write()
    let path = TrainingState.path(in: place.path)
    let whole = try contents(path)
    for count in stride(from: 0, to: whole.count, by: 97) {
      try Data(whole[..<count]).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: CheckpointError.self) { try TrainingState(from: place.path) }
      #expect(error?.cause == .badData)
    }
  }
}
