import Foundation
import MiniTransformer
import Synchronization
import TestSupport
import Testing

@Suite struct LanguageModelTests {
  private let folder = TestFolder()
  private let texts = ["Every effort moves you", "One small step moves you closer"]

  private func untrained(seed: UInt64 = 1) throws -> LanguageModel {
    let tokenizer = try WordTokenizer(vocabularyOf: texts.joined(separator: "\n"))
    return try LanguageModel(
      tokenizer: tokenizer,
      configuration: GPTConfiguration(
        vocabularySize: 1, contextLength: 8, width: 16, layers: 1, heads: 2), seed: seed)
  }

  private let greedy = GenerationOptions(tokens: 6, sampling: .greedy)

  private func text(_ pieces: AsyncThrowingStream<String, any Error>) async throws -> String {
    try await pieces.reduce(into: "") { $0 += $1 }
  }

  @Test func learnsAndContinues() async throws {
    let model = try untrained()
    let losses = Mutex<[Double]>([])
    try await model.train(on: texts, options: TrainingOptions(.toy, steps: 120)) { update in
      losses.withLock { $0.append(update.loss) }
    }
    let seen = losses.withLock { $0 }
    #expect(seen.count == 120)
    #expect(seen[0] > 2 && seen[119] < 0.5)
    // The pieces go on from the prompt: a space stands before the first.
    let continued = try await text(model.generate("Every effort", options: greedy))
    #expect(continued == " moves you\nOne small step")
  }

  /// What a saved model makes is what it made before, and what the generator of tokens makes of it.
  @Test func savesAndLoads() async throws {
    let model = try untrained()
    try await model.train(on: texts, options: TrainingOptions(.toy, steps: 20))
    let path = folder.path + "/model"
    try await model.save(to: path)
    let loaded = try LanguageModel(folder: path)
    #expect(loaded.configuration.width == 16)
    let options = GenerationOptions(tokens: 30, sampling: SamplingOptions(temperature: 1, seed: 9))
    let made = try await text(model.generate("One small", options: options))
    #expect(try await text(loaded.generate("One small", options: options)) == made)

    let checkpoint = try Checkpoint(from: path)
    let prompt = try loaded.encode("One small")
    let ids = TokenGenerator(checkpoint.model, prompt: prompt, options: options.sampling)
      .prefix(30).map(\.id)
    #expect(loaded.decode(prompt + ids) == "One small" + made)
  }

  @Test func encodesAndDecodes() throws {
    let model = try untrained()
    let ids = try model.encode("One effort")
    #expect(ids.count == 2)
    #expect(model.decode(ids) == "One effort")
  }

  /// Reading no further stops a text that would have no end.
  @Test func stopsWhenNobodyReads() async throws {
    let model = try untrained()
    let endless = GenerationOptions(tokens: .max, sampling: .greedy)
    var pieces: [String] = []
    for try await piece in model.generate("Every", options: endless) {
      pieces.append(piece)
      if pieces.count == 5 { break }
    }
    #expect(pieces.count == 5)
    let task = Task { try await text(model.generate("Every", options: endless)) }
    task.cancel()
    _ = try? await task.value
    // The actor takes this only when it is free of endless texts, between two tokens at the latest.
    #expect(try await text(model.generate("Every", options: greedy)).isEmpty == false)
  }

  @Test func cancelsTraining() async throws {
    let model = try untrained()
    let (updates, continuation) = AsyncStream.makeStream(of: Int.self)
    let task = Task {
      let options = TrainingOptions(.toy, steps: 100_000_000)
      try await model.train(on: texts, options: options) { continuation.yield($0.step) }
    }
    // While it learns, other calls get their turn.
    for await step in updates where step == 3 { break }
    try await model.save(to: folder.path + "/during")
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await text(model.generate("Every", options: greedy)).isEmpty == false)
  }

  @Test func errors() async throws {
    let model = try untrained()
    await #expect(throws: LanguageModelError.emptyPrompt) { try await text(model.generate(" ")) }
    await #expect(throws: TokenizationError.self) { try await text(model.generate("xyzzy")) }
    let options = TrainingOptions(.toy, steps: 1)
    await #expect(throws: LanguageModelError.tooLittleText(tokens: 1)) {
      try await model.train(on: ["Every"], options: options)
    }
    await #expect(throws: LanguageModelError.tooLittleText(tokens: 0)) {
      try await model.train(on: [], options: options)
    }
    #expect(throws: CheckpointError.missing(path: folder.path + "/none")) {
      try LanguageModel(folder: folder.path + "/none")
    }
    let file = try folder.file("file", [1])
    await #expect(throws: CheckpointError.self) { try await model.save(to: file) }
  }
}
