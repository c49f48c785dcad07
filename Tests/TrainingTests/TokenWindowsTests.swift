import Foundation
import Testing
import Training
import Transformer

@Suite struct TokenWindowsTests {
  private let windows = TokenWindows((0..<23).map { Int32($0) }, context: 4, seed: 9)

  /// The first token says which window it is.
  private func order(_ windows: TokenWindows, from first: Int, _ count: Int) throws -> [Int32] {
    let batch = try windows.batch(from: first, size: count)
    return stride(from: 0, to: batch.inputs.count, by: windows.context).map { batch.inputs[$0] }
  }

  @Test func targetsFollow() throws {
    let batch = try windows.batch(from: 5, size: 7)
    #expect(batch.sequences == 7 && batch.length == 4)
    #expect(batch.targets == batch.inputs.map { $0 + 1 })
  }

  @Test func eachEpochIsAPermutation() throws {
    #expect(windows.count == 19)
    let epochs = try (0..<4).map { try order(windows, from: $0 * 19, 19) }
    for epoch in epochs { #expect(epoch.sorted() == Array(0..<19)) }
    #expect(Set(epochs).count == 4, "the epochs have orders of their own")
    #expect(epochs[0] != Array(0..<19))
  }

  /// Batches of any size cut the same endless order, across epochs as well.
  @Test func theOrderIsAFunctionOfSeedAndNumber() throws {
    let long = try order(windows, from: 0, 60)
    let pieces = try stride(from: 0, to: 60, by: 7).flatMap { try order(windows, from: $0, 7) }
    #expect(Array(pieces.prefix(60)) == long)
    let other = TokenWindows(windows.ids, context: 4, seed: 10)
    #expect(try order(other, from: 0, 60) != long)
  }

  @Test func aSingleWindow() throws {
    let windows = TokenWindows([7, 8, 9], context: 2, seed: 1)
    let batch = try windows.batch(from: 3, size: 2)
    #expect(batch.inputs == [7, 8, 7, 8] && batch.targets == [8, 9, 8, 9])
  }

  @Test func evaluationWindowsLieBehindOneAnother() throws {
    let batches = try windows.evaluationBatches(size: 2)
    #expect(batches.map(\.sequences) == [2, 2, 1])
    #expect(batches.flatMap(\.inputs) == Array(0..<20))
    #expect(try windows.evaluationBatches(size: 2, limit: 1).map(\.inputs) == [Array(0..<8)])
    #expect(try windows.evaluationBatches(size: 100).map(\.sequences) == [5])
  }

  /// The mean goes over the tokens that count, whatever the batches; it knows no dropout.
  @Test func meanLoss() throws {
    var configuration = GPTConfiguration(
      vocabularySize: 23, contextLength: 4, width: 6, layers: 1, heads: 1,
      initializerDeviation: 0.5)
    let model = try GPT<Double>(configuration, seed: 1)
    configuration.dropout = 0.5
    let dropping = try GPT<Double>(configuration, seed: 1)
    let whole = try model.meanLoss(over: windows.evaluationBatches(size: 5))
    #expect(try abs(model.meanLoss(over: windows.evaluationBatches(size: 2)) - whole) < 1e-14)
    #expect(try dropping.meanLoss(over: windows.evaluationBatches(size: 5)) == whole)

    let single = try model.meanLoss(over: [windows.batch(startingAt: [0])])
    let ignored = TokenBatch(
      inputs: Array(0..<8), targets: [1, 2, 3, 4, -100, -100, -100, -100], sequences: 2)
    let nothing = TokenBatch(inputs: [0], targets: [-100], sequences: 1)
    #expect(abs(model.meanLoss(over: [ignored, nothing]) - single) < 1e-14)
  }
}
