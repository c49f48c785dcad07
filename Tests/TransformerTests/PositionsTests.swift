import Autograd
import Checkpoints
import Foundation
import TestSupport
import Testing
import Transformer

@Suite struct PositionsTests {
  @Test func sinusoidalTable() throws {
    let golden = try GoldenNumbers(ofOperation: "sinusoidal")
    var worst = (double: 0.0, float: 0.0)
    for entry in golden.file.entries where entry.name.hasSuffix(".f64") {
      let expected = try golden(entry.name)
      let (length, width) = (entry.shape[0], entry.shape[1])
      let double: Tensor<Double> = sinusoidalPositions(length: length, width: width)
      let float: Tensor<Float> = sinusoidalPositions(length: length, width: width)
      #expect(double.shape == entry.shape)
      worst.double = max(worst.double, largestDifference(double.scalars, expected))
      worst.float = max(worst.float, largestDifference(float.scalars, expected))
    }
    #expect(worst.double <= 1e-13)
    #expect(worst.float <= 6e-8, "half a unit in the last place")
  }

  /// The embeddings are multiplied by √C before the waves are added (Vaswani et al. 2017, 3.4).
  @Test func sinusoidalModel() throws {
    let model = try GPT<Double>(
      GPTConfiguration(
        vocabularySize: 7, contextLength: 5, width: 4, layers: 1, heads: 2,
        positions: .sinusoidal), seed: 1)
    let ids: [Int32] = [6, 0, 3]
    var first: [Double] = []
    _ = model.hidden(ids, stages: { if first.isEmpty { first = $0.scalars } })
    let expected = ids.enumerated().flatMap { position, id in
      (0..<4).map { column in
        let angle = Double(position) / (column < 2 ? 1 : 100)
        return 2 * model.tokens.weight[Int(id), column]
          + (column % 2 == 0 ? sin(angle) : cos(angle))
      }
    }
    #expect(largestDifference(first, expected) < 1e-14)
  }

  /// The product of a turned query and a turned key depends on their distance alone.
  @Test func rotaryProducts() {
    let angles = RotaryAngles<Double>(length: 40, size: 8)
    let stream = RandomStream(seed: 2, "rotary")
    let query = Tensor<Double>(normal: stream, shape: [1, 1, 8])
    let key = Tensor<Double>(normal: stream.dropping(8), shape: [1, 1, 8])
    func product(_ i: Int, _ j: Int) -> Double {
      (query.rotated(by: angles, from: i) * key.rotated(by: angles, from: j)).sum().scalar
    }
    for distance in [0, 1, 7, 30] {
      let expected = product(distance, 0)
      for j in 1..<40 - distance {
        #expect(abs(product(distance + j, j) - expected) < 1e-12)
      }
    }
    #expect(abs(product(1, 0) - product(0, 0)) > 1e-3, "and it does depend on that")
  }

  /// Of one token repeated, a model with rotary positions attends by distance, and one without
  /// positions evenly.
  @Test(arguments: [PositionalEncoding.rotary, .none])
  func attentionToOneTokenRepeated(_ positions: PositionalEncoding) throws {
    let length = 12
    let model = try GPT<Double>(
      GPTConfiguration(
        vocabularySize: 7, contextLength: length, width: 16, layers: 1, heads: 2,
        positions: positions, initializerDeviation: 0.5), seed: 1)
    var weights: Tensor<Double>?
    _ = model(Array(repeating: 4, count: length), observer: { weights = $1 })
    let seen = try #require(weights)
    // Scores up to a constant of the row, by distance; the last row has every distance.
    func score(_ i: Int, _ distance: Int) -> Double {
      log(seen[0, 1, i, i - distance] / seen[0, 1, i, i])
    }
    for i in 0..<length {
      for distance in 0...i {
        #expect(abs(score(i, distance) - score(length - 1, distance)) < 1e-12)
      }
    }
    let spread = (0..<length).map { abs(score(length - 1, $0)) }.max() ?? 0
    #expect((spread > 1e-2) == (positions == .rotary))
  }
}
