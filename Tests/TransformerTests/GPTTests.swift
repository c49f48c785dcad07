import Autograd
import Foundation
import TestSupport
import Testing
import Transformer

@Suite struct GPTTests {
  private func tiny(
    _ positions: PositionalEncoding = .learned, isTied: Bool = true, dropout: Double = 0
  ) -> GPTConfiguration {
    GPTConfiguration(
      vocabularySize: 11, contextLength: 9, width: 12, layers: 2, heads: 3, positions: positions,
      isTied: isTied, dropout: dropout, initializerDeviation: 0.4)
  }

  private let ids: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6, 5]

  // MARK: Parameters

  /// Checkpoints, optimizers and messages stand on these names: they may not change.
  @Test func names() throws {
    let configuration = GPTConfiguration(
      vocabularySize: 5, contextLength: 4, width: 2, layers: 1, heads: 1, isTied: false)
    let model = try GPT<Float>(configuration)
    let found = model.parameters.all.map { "\($0.name) \($0.tensor.shape)" }
    #expect(
      found == [
        "tokens.weight [5, 2]", "positions.weight [4, 2]",
        "blocks.0.norm1.weight [2]", "blocks.0.norm1.bias [2]",
        "blocks.0.attention.query.weight [2, 2]", "blocks.0.attention.query.bias [2]",
        "blocks.0.attention.key.weight [2, 2]", "blocks.0.attention.key.bias [2]",
        "blocks.0.attention.value.weight [2, 2]", "blocks.0.attention.value.bias [2]",
        "blocks.0.attention.output.weight [2, 2]", "blocks.0.attention.output.bias [2]",
        "blocks.0.norm2.weight [2]", "blocks.0.norm2.bias [2]",
        "blocks.0.feedForward.expand.weight [2, 8]", "blocks.0.feedForward.expand.bias [8]",
        "blocks.0.feedForward.project.weight [8, 2]", "blocks.0.feedForward.project.bias [2]",
        "norm.weight [2]", "norm.bias [2]", "head.weight [5, 2]",
      ])
  }

  @Test(arguments: PositionalEncoding.allCases)
  func onlyLearnedPositionsAreParameters(_ positions: PositionalEncoding) throws {
    let model = try GPT<Float>(tiny(positions))
    #expect((model.parameters["positions.weight"] != nil) == (positions == .learned))
    #expect(model.parameters["head.weight"] == nil, "a tied head is the embeddings")
    #expect(model.head === model.tokens.weight)
  }

  /// √(2 / (5 · width)), and that divided by √(2 · layers) where a branch ends. With n numbers the
  /// deviation found varies by 1/√(2n): 4 such are allowed.
  @Test func initialDeviations() throws {
    let layers = 3
    let model = try GPT<Double>(
      GPTConfiguration(
        vocabularySize: 97, contextLength: 33, width: 64, layers: layers, heads: 4, isTied: false),
      seed: 5)
    for parameter in model.parameters.all {
      let (name, values) = (parameter.name, parameter.tensor.scalars)
      if name.hasSuffix("bias") {
        #expect(values.allSatisfy { $0 == 0 }, "\(name)")
      } else if name.contains("norm") {
        #expect(values.allSatisfy { $0 == 1 }, "\(name)")
      } else {
        let endsBranch = name.contains("output") || name.contains("project")
        let expected = (2.0 / 320 / (endsBranch ? 2 * Double(layers) : 1)).squareRoot()
        let count = Double(values.count)
        let found = (values.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
        #expect(abs(found / expected - 1) < 4 / (2 * count).squareRoot(), "\(name)")
        #expect(abs(values.reduce(0, +) / count) < 4 * expected / count.squareRoot(), "\(name)")
      }
    }
  }

  @Test func anUntiedHeadLearnsByItself() throws {
    let model = try GPT<Double>(tiny(isTied: false), seed: 1)
    let logits = model(ids)
    model.head.scalars = model.head.scalars.map { 2 * $0 }
    #expect(largestDifference(model(ids).scalars, logits.scalars.map { 2 * $0 }) < 1e-12)
  }

  // MARK: What reaches what

  /// A later token changes no earlier logit, bit for bit, and does change its own.
  @Test(arguments: PositionalEncoding.allCases)
  func causality(_ positions: PositionalEncoding) throws {
    let model = try GPT<Float>(tiny(positions), seed: 1)
    let before = model(ids).scalars
    for place in 1..<ids.count {
      var changed = ids
      changed[place] = 10
      let after = model(changed).scalars
      let boundary = place * model.vocabularySize
      #expect(after[..<boundary] == before[..<boundary])
      #expect(after[boundary..<boundary + 11] != before[boundary..<boundary + 11])
    }
  }

  /// The order of earlier tokens matters, but for a single layer without positions: that sees a set.
  @Test(arguments: PositionalEncoding.allCases)
  func order(_ positions: PositionalEncoding) throws {
    var configuration = tiny(positions)
    configuration.layers = 1
    let model = try GPT<Double>(configuration, seed: 1)
    func last(_ ids: [Int32]) -> [Double] { model(ids).scalars.suffix(11) }
    let difference = largestDifference(last([1, 2, 3]), last([2, 1, 3]))
    #expect((difference > 1e-3) == (positions != .none))
    #expect(positions != .none || difference < 1e-14)
  }

  /// Sequences side by side know nothing of each other; of one that ends in padding, the real part
  /// comes out as it does alone.
  @Test func batchesAndPadding() throws {
    let model = try GPT<Double>(tiny(), seed: 1)
    let together = model(
      [1, 2, 3, 0, 0, 4, 5, 6, 7, 8], sequences: 2, keyLengths: [3, 5]
    ).scalars
    let first = model([1, 2, 3]).scalars
    let second = model([4, 5, 6, 7, 8]).scalars
    #expect(largestDifference(together.prefix(first.count), first) < 1e-13)
    #expect(largestDifference(together.suffix(second.count), second) < 1e-13)
  }

  // MARK: Dropout

  /// Nothing is dropped without a context, everything that is dropped depends on seed and step.
  @Test func dropoutBelongsToAStep() throws {
    let model = try GPT<Float>(tiny(dropout: 0.3), seed: 1)
    let without = try GPT<Float>(tiny(), seed: 1)
    #expect(model(ids).scalars == without(ids).scalars)

    func logits(_ step: Int, _ seed: UInt64) -> [Float] {
      model(ids, context: StepContext(step: step, seed: seed)).scalars
    }
    #expect(logits(0, 1) == logits(0, 1))
    #expect(logits(0, 1) != logits(1, 1))
    #expect(logits(0, 1) != logits(0, 2))
    #expect(logits(0, 1) != model(ids).scalars)
  }

  /// The second half of a batch drops what it would as a micro-batch of its own.
  @Test func dropoutOfMicroBatches() throws {
    let model = try GPT<Double>(tiny(dropout: 0.3), seed: 1)
    let batch = ids + ids
    let whole = model(batch, sequences: 6, context: StepContext(step: 2, seed: 3)).scalars
    let part = model(
      Array(batch.suffix(9)), sequences: 3,
      context: StepContext(step: 2, seed: 3, firstSequence: 3)
    ).scalars
    #expect(largestDifference(whole.suffix(part.count), part) < 1e-13)
  }

  // MARK: The loss

  @Test func lossOfAnUntrainedModelIsUniform() throws {
    var configuration = tiny()
    configuration.initializerDeviation = 1e-6
    let model = try GPT<Double>(configuration, seed: 1)
    let batch = TokenBatch(inputs: ids, targets: ids.map { ($0 + 1) % 11 }, sequences: 1)
    let loss = model.loss(batch, dividedBy: 9, context: nil).scalar
    #expect(abs(loss - log(11)) < 1e-5)
    let half = model.loss(batch, dividedBy: 18, context: nil).scalar
    #expect(abs(2 * half - loss) < 1e-14)
  }

  @Test func refusesMoreThanTheContext() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = try GPT<Float>(
        GPTConfiguration(vocabularySize: 5, contextLength: 4, width: 2, layers: 1, heads: 1),
        seed: 1)
      _ = model([0, 1, 2, 3, 4])
    }
    #expect(
      lastWords(result).contains(
        "GPT: 5 ids in 1 sequences from position 0 do not fit the context of 4"))
  }
}
