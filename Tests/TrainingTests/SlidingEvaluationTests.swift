import Autograd
import Foundation
import TestSupport
import Testing
import Training
import Transformer

@Suite struct SlidingEvaluationTests {
  private func model(deviation: Double) throws -> GPT<Double> {
    try GPT(
      GPTConfiguration(
        vocabularySize: 5, contextLength: 4, width: 8, layers: 2, heads: 2,
        initializerDeviation: deviation), seed: 3)
  }

  private let ids: [Int32] = [0, 1, 1, 3, 2, 4, 0, 2, 3, 3, 1, 4, 0]

  /// By hand: each token but the first is predicted from the window that reaches it first, by the
  /// logits of a pass of its own.
  private func expected(_ model: GPT<Double>, _ ids: [Int32], context: Int, stride: Int) -> Double {
    var total = 0.0
    for target in 1..<ids.count {
      var start = 0
      while start + context < target { start += stride }
      start = min(start, max(ids.count - 1 - context, 0))
      let logits = withoutGradients { model(Array(ids[start..<target])).scalars.suffix(5) }
      let sum = logits.reduce(0) { $0 + exp($1) }
      total += log(sum) - logits[logits.startIndex + Int(ids[target])]
    }
    return total / Double(ids.count - 1)
  }

  @Test(arguments: [1, 2, 3, 4], [1, 3, 8])
  func eachTokenOnce(stride: Int, batchSize: Int) throws {
    let model = try model(deviation: 0.5)
    for count in 2...ids.count {
      let part = Array(ids.prefix(count))
      var shares: [Double] = []
      let found = model.evaluate(part, context: 4, stride: stride, batchSize: batchSize) {
        shares.append($0)
      }
      #expect(found.tokens == count - 1)
      #expect(abs(found.loss - expected(model, part, context: 4, stride: stride)) < 1e-12)
      #expect(shares.last == 1 && shares == shares.sorted())
    }
  }

  @Test func aShorterContext() throws {
    let model = try model(deviation: 0.5)
    let found = model.evaluate(ids, context: 2, stride: 1) { _ in }.loss
    #expect(abs(found - expected(model, ids, context: 2, stride: 1)) < 1e-12)
    let other = model.evaluate(ids, context: 4, stride: 1) { _ in }.loss
    #expect(abs(found - other) > 1e-3)
  }

  /// A model that knows nothing: ln 5 nats a token, so 12 · log₂ 5 bits for the text.
  @Test func aModelThatKnowsNothing() throws {
    let model = try model(deviation: 0)
    let found = model.evaluate(ids, context: 4, stride: 2) { _ in }
    #expect(abs(found.loss - log(5)) < 1e-12)
    #expect(abs(found.perplexity - 5) < 1e-11)
    #expect(abs(found.bitsPerByte(of: 24) - log2(5) / 2) < 1e-12)
  }
}
