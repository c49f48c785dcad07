import Checkpoints
import Foundation
import TestSupport
import Testing
import Tokenization
import Training
import Transformer

@Suite struct RunFolderTests {
  private let place = TestFolder()

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  private func checkpoint(_ seed: UInt64 = 1) throws -> Checkpoint {
    let tokenizer = try WordTokenizer(vocabularyOf: "one two three")
    let model = try GPT<Float>(
      GPTConfiguration(vocabularySize: 3, contextLength: 2, width: 4, layers: 1, heads: 1),
      seed: seed)
    return Checkpoint(model: model, tokenizer: tokenizer)
  }

  /// A run of so many steps, up to its last checkpoint.
  private func folder(_ run: JSON, steps: ClosedRange<Int>) throws -> RunFolder {
    let folder = try RunFolder(place.path)
    try folder.begin(run)
    try add(steps, to: folder)
    try folder.save(checkpoint(), averages: [], progress: progress(steps.upperBound))
    return folder
  }

  private func add(_ steps: ClosedRange<Int>, to folder: RunFolder) throws {
    for step in steps { try folder.append(["step": .integer(Int64(step))]) }
  }

  private func progress(_ step: Int) -> TrainingProgress {
    var progress = TrainingProgress()
    progress.step = step
    return progress
  }

  private func steps() throws -> [String] {
    try lines("\(place.path)/metrics.jsonl").map { String($0.dropFirst(8).dropLast()) }
  }

  private var partial: String { "\(place.path)/metrics.jsonl.partial" }

  // MARK: A new run

  @Test func writesACheckpoint() throws {
    let folder = try RunFolder("\(place.path)/a/b")
    try folder.begin(["seed": 1])
    try add(1...2, to: folder)
    #expect(!folder.isSaved)
    try folder.save(checkpoint(), averages: [], progress: progress(2))
    #expect(folder.isSaved)
    #expect(try lines(folder.metricsPath) == [#"{"step":1}"#, #"{"step":2}"#])
    #expect(try JSONField(readingFile: "\(folder.path)/run.json").value == ["seed": 1])
    let state = try TrainingState(from: folder.path)
    #expect(state.run.value == ["seed": 1] && state.progress.step == 2)
    let loaded = try Checkpoint(from: folder.path)
    #expect(try loaded.tokenizer?.encode("two") == [2])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.contains { $0.hasSuffix(".partial") }, "\(names)")
  }

  /// What an older run has left stays until the first checkpoint of the new one.
  @Test func anOlderRunStaysAtFirst() throws {
    var folder: RunFolder? = try folder(["seed": 1], steps: 1...3)
    try folder?.saveBest(checkpoint())
    folder = nil
    let before = try place.names
    let model = try place.bytes("model.safetensors")

    folder = try RunFolder(place.path)
    try folder?.begin(["seed": 2])
    for step in 7..<10_000 { try folder?.append(["step": .integer(Int64(step))]) }
    try folder?.flush()
    #expect(try lines(partial).count == 9_993, "they are written in between")
    #expect(try steps() == ["1", "2", "3"])
    folder = nil
    #expect(try place.names == before, "what was not saved is gone")
    #expect(try TrainingState(from: place.path).run.value == ["seed": 1])
    #expect(try place.bytes("model.safetensors") == model)

    folder = try self.folder(["seed": 2], steps: 1...1)
    #expect(try steps() == ["1"])
    #expect(try TrainingState(from: place.path).run.value == ["seed": 2])
    #expect(try !place.names.contains("best"), "the best model was the older run's")
  }

  @Test func anErrorChangesNothing() throws {
    let folder = try folder(["seed": 1], steps: 1...2)
    let names = ["config.json", "metrics.jsonl", "model.safetensors", "training_state.safetensors"]
    let before = try names.map { try place.bytes($0) }
    // A folder stands where the state is to be written.
    let obstacle = TrainingState.path(in: place.path) + ".partial"
    try makeFolder(obstacle)
    let error = #expect(throws: CheckpointError.self) {
      try folder.save(checkpoint(2), averages: [], progress: progress(3))
    }
    #expect(error?.cause == .cannotWrite)
    #expect(try names.map { try place.bytes($0) } == before)
    #expect(try !place.names.contains(".partial"))
    try FileManager.default.removeItem(atPath: obstacle)
    try folder.save(checkpoint(2), averages: [], progress: progress(3))
    #expect(try TrainingState(from: place.path).progress.step == 3)
    #expect(try TrainingState(from: place.path).tokenizer.encode("two") == [2])
  }

  // MARK: A run that goes on

  @Test func cutsTheMetricsBack() throws {
    var folder: RunFolder? = try folder(["seed": 1], steps: 1...3)
    try folder.map { try add(4...5, to: $0) }
    folder = nil  // it writes what it has, as a run does that ends with an error
    #expect(try steps() == ["1", "2", "3", "4", "5"])

    let next = try RunFolder(place.path)
    let progress = try TrainingState(from: place.path).progress
    #expect(try next.resume(["seed": 1], after: progress))
    #expect(try steps() == ["1", "2", "3"])
    try add(4...4, to: next)
    try next.save(checkpoint(), averages: [], progress: self.progress(4))
    #expect(try steps() == ["1", "2", "3", "4"])
    #expect(try next.resume([:], after: TrainingState(from: place.path).progress))
  }

  /// Killed between its first checkpoint and giving the metrics their name.
  @Test func findsTheMetricsOfItsFirstCheckpoint() throws {
    _ = try folder(["seed": 1], steps: 1...3)
    try FileManager.default.moveItem(atPath: "\(place.path)/metrics.jsonl", toPath: partial)
    try "{\"step\":9}\n".write(
      toFile: "\(place.path)/metrics.jsonl", atomically: true, encoding: .utf8)
    let next = try RunFolder(place.path)
    #expect(try next.resume([:], after: TrainingState(from: place.path).progress))
    #expect(try steps() == ["1", "2", "3"])
    #expect(!FileManager.default.fileExists(atPath: partial))
  }

  @Test func metricsOfAnotherRunAreNotTakenOver() throws {
    _ = try folder(["seed": 1], steps: 1...3)
    try "{\"step\":9}\n".write(
      toFile: "\(place.path)/metrics.jsonl", atomically: true, encoding: .utf8)
    let next = try RunFolder(place.path)
    #expect(try !next.resume([:], after: TrainingState(from: place.path).progress))
    #expect(try steps() == [])
  }

  /// Whatever of the files was lost that are made from the state.
  @Test func makesTheOtherFilesAgain() throws {
    _ = try folder(["seed": 1], steps: 1...3)
    let names = ["config.json", "model.safetensors", "run.json", "tokenizer.json"]
    let before = try names.map { try place.bytes($0) }
    for name in names { _ = try place.file(name, [UInt8]()) }
    let next = try RunFolder(place.path)
    let state = try TrainingState(from: place.path)
    _ = try next.resume(["seed": 1], after: state.progress)
    try next.export(Checkpoint(model: state.model(), tokenizer: state.tokenizer))
    #expect(try names.map { try place.bytes($0) } == before)
  }

  // MARK: The film

  private let film = AttentionFilm(
    layers: 1, heads: 1, sentences: [.init(text: "one two", tokens: ["one", "two"])])

  private func frame(_ step: Int) -> AttentionFilm.Frame {
    AttentionFilm.Frame(step: step, loss: 1, weights: [[255, 0, 100, 155]])
  }

  private func filmedSteps(in folder: String? = nil) throws -> [Int]? {
    try AttentionFilm.read(from: folder ?? place.path)?.frames.map(\.step)
  }

  @Test func cutsTheFilmBack() throws {
    var folder: RunFolder? = try RunFolder(place.path)
    try folder?.begin([:], film: film)
    for step in 0...2 { try folder?.append(frame(step)) }
    #expect(try filmedSteps() == nil, "it waits for the first checkpoint")
    try folder?.save(checkpoint(), averages: [], progress: progress(2))
    try folder?.saveBest(checkpoint())
    for step in 3...4 { try folder?.append(frame(step)) }
    folder = nil
    #expect(try filmedSteps() == [0, 1, 2, 3, 4])
    #expect(try filmedSteps(in: "\(place.path)/best") == [0, 1, 2])

    let next = try RunFolder(place.path)
    _ = try next.resume([:], after: TrainingState(from: place.path).progress, film: film)
    #expect(try filmedSteps() == [0, 1, 2])
    try next.append(frame(3))
    try next.flush()
    #expect(try filmedSteps() == [0, 1, 2, 3])
  }

  @Test func aFilmThatHasGoneBeginsAnew() throws {
    var folder: RunFolder? = try RunFolder(place.path)
    try folder?.begin([:], film: film)
    try folder?.append(frame(0))
    try folder?.save(checkpoint(), averages: [], progress: progress(2))
    folder = nil
    try FileManager.default.removeItem(atPath: "\(place.path)/film.jsonl")
    let next = try RunFolder(place.path)
    _ = try next.resume([:], after: TrainingState(from: place.path).progress, film: film)
    try next.append(frame(3))
    try next.flush()
    #expect(try filmedSteps() == [3])
  }

  @Test func theFilmOfAnOlderRunGoesWithIt() throws {
    var folder: RunFolder? = try RunFolder(place.path)
    try folder?.begin([:], film: film)
    try folder?.append(frame(0))
    try folder?.save(checkpoint(), averages: [], progress: progress(1))
    folder = nil
    folder = try RunFolder(place.path)
    try folder?.begin([:])
    #expect(try filmedSteps() == [0])
    try folder?.save(checkpoint(), averages: [], progress: progress(1))
    #expect(try filmedSteps() == nil)
  }

  // MARK: Whose folder it is

  @Test func oneAtATime() throws {
    var first: RunFolder? = try RunFolder(place.path)
    #expect(first != nil)
    let error = #expect(throws: CheckpointError.self) { try RunFolder(place.path) }
    #expect(
      error?.description == "\(place.path) cannot be written: another process is training there; "
        + "wait for it or choose another --output")
    first = nil
    _ = try RunFolder(place.path)
  }

  @Test func aFileStandsInTheWay() throws {
    let file = "\(place.path)/file"
    try "x".write(toFile: file, atomically: true, encoding: .utf8)
    for path in [file, "\(file)/run"] {
      let error = #expect(throws: CheckpointError.self) { try RunFolder(path) }
      #expect(error?.cause == .cannotWrite)
      #expect(
        error?.description
          == "\(file) cannot be written: a folder was expected there, and it is a file")
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "x")
  }
}
