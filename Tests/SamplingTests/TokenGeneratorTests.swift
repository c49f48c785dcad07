import Autograd
import Checkpoints
import Sampling
import TestSupport
import Testing
import Transformer

@Suite struct TokenGeneratorTests {
  /// PyTorch's most likely continuations, beyond the context as well, with the cache and without.
  @Test(arguments: GoldenModel.all, [true, false])
  func greedy(_ golden: GoldenModel, _ usesCache: Bool) throws {
    let model = try GPT<Float>(from: golden.folder)
    let continuations = try golden.continuations()
    #expect(continuations.count == 3)
    for (prompt, expected) in continuations {
      let generator = TokenGenerator(
        model, prompt: prompt, options: .greedy, usesCache: usesCache)
      #expect(generator.prefix(expected.count).map(\.id) == expected, "\(golden): \(prompt)")
    }
  }

  private func model(_ positions: PositionalEncoding) throws -> GPT<Double> {
    try GPT(
      GPTConfiguration(
        vocabularySize: 11, contextLength: 7, width: 12, layers: 2, heads: 2,
        positions: positions, initializerDeviation: 0.5), seed: 4)
  }

  /// Each logit is that of a whole pass over the last tokens that the model can see.
  @Test(arguments: PositionalEncoding.allCases) func slidingWindow(
    _ positions: PositionalEncoding
  ) throws {
    let model = try model(positions)
    var text: [Int32] = [1, 2, 3]
    let options = SamplingOptions(temperature: 1, seed: 3)
    for token in TokenGenerator(model, prompt: text, options: options).prefix(12) {
      let expected = model(Array(text.suffix(7))).scalars.suffix(11)
      #expect(largestDifference(token.logits, expected) < 1e-12)
      text.append(token.id)
    }
    #expect(text.count == 15)
  }

  @Test func theCacheChangesNoToken() throws {
    let model = try model(.rotary)
    func ids(_ usesCache: Bool, _ seed: UInt64) -> [Int32] {
      TokenGenerator(
        model, prompt: [5], options: SamplingOptions(temperature: 1.5, seed: seed),
        usesCache: usesCache
      ).prefix(30).map(\.id)
    }
    #expect(ids(true, 1) == ids(false, 1))
    #expect(ids(true, 1) != ids(true, 2))
  }

  /// Rounded operands make sums in another order differ by more than their last place, so the order is
  /// the same with the cache, from packed matrices, and without.
  @Test func theCacheChangesNoBitOfRoundedProducts() throws {
    func logits(usesCache: Bool) throws -> [[Float]] {
      let model = try GPT<Float>(
        GPTConfiguration(
          vocabularySize: 37, contextLength: 70, width: 48, layers: 2, heads: 3,
          initializerDeviation: 0.3), seed: 4)
      if usesCache { model.packForGeneration() }
      return withPrecision(.bfloat16) {
        TokenGenerator(model, prompt: [1, 2, 3], options: .greedy, usesCache: usesCache)
          .prefix(60).map(\.logits)
      }
    }
    #expect(try logits(usesCache: true) == logits(usesCache: false))
  }

  /// Of a prompt longer than the context, the end counts.
  @Test func aLongPrompt() throws {
    let model = try model(.learned)
    let prompt = (0..<20).map { Int32($0 * 3 % 11) }
    let long = TokenGenerator(model, prompt: prompt, options: .greedy).prefix(5)
    let end = TokenGenerator(model, prompt: Array(prompt.suffix(7)), options: .greedy).prefix(5)
    #expect(long.map(\.logits) == end.map(\.logits))
  }
}
