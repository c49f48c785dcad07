import Autograd
import Testing
import Training
import Transformer

@Suite struct TrainerMemoryTests {
  /// In a process of its own, whose memory no other test changes.
  @Test func afterTheSecondUpdateNoMemoryIsRequested() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      let model = try GPT<Float>(
        GPTConfiguration(vocabularySize: 31, contextLength: 17, width: 24, layers: 3, heads: 3),
        seed: 1)
      let windows = TokenWindows((0..<400).map { Int32($0 * $0 % 31) }, context: 17, seed: 1)
      let trainer = Trainer(
        model, windows,
        TrainingOptions(
          steps: 30, batchSize: 5, schedule: LearningRateSchedule(.constant, peak: 1e-3, steps: 30))
      )
      for _ in 1...30 {
        _ = try trainer.update()
        print("memory \(TensorMemory.requestedBytes)")
      }
    }
    let requested = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
      .split(separator: "\n").filter { $0.hasPrefix("memory ") }.map { $0.dropFirst(7) }
    try #require(requested.count == 30)
    #expect(requested[1...].allSatisfy { $0 == requested[1] })
  }
}
