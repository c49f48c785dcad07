import Autograd
import Foundation
import TestSupport
import Testing

@Suite struct MemoryTests {
  /// In a process of its own, whose memory no other test changes.
  @Test func aTrainingLoopNeedsNoMoreMemoryAfterAThousandSteps() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      let width = 64
      let w = Tensor<Float>(
        normal: RandomStream(seed: 1, "w"), deviation: 0.1, shape: [width, width],
        requiresGradient: true)
      let x = Tensor<Float>(normal: RandomStream(seed: 1, "x"), shape: [2, 16, width])
      for step in 1...1_000 {
        let q = x.linear(w).layerNorm()
        let y = Tensor.attention(query: q, key: q, value: q, heads: 4, mask: .causal).gelu()
        // Dropped without backward now and then, as evaluation does.
        if step % 10 != 0 { (y * y).mean().backward() }
        w.clearGradient()
        if step == 100 || step == 1_000 {
          print("memory \(residentBytes()) \(TensorMemory.requestedBytes)")
        }
      }
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    let numbers = output.split(separator: "\n").filter { $0.hasPrefix("memory ") }
      .map { $0.split(separator: " ").compactMap { Double($0) } }
    try #require(numbers.count == 2 && numbers.allSatisfy { $0.count == 2 && $0[0] > 0 })
    #expect(numbers[1][0] < 1.05 * numbers[0][0])
    #expect(numbers[1][1] == numbers[0][1])
  }

  @Test func aSequenceThatGrowsLeavesNoTrail() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      for length in 1...2_000 {
        _ = Tensor<Float>(repeating: 1, shape: [length, 64]).exp()
      }
      print("memory \(TensorMemory.requestedBytes)")
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    let requested = try #require(
      output.split(separator: "\n").first { $0.hasPrefix("memory ") }
        .flatMap { Int($0.dropFirst("memory ".count)) })
    // Two buffers of each of four size classes a doubling add up to 8 · 7/4 of the largest; one of
    // each length would be 2,000 times half of it.
    #expect(requested < 16 * 2_000 * 64 * 4)
  }
}
