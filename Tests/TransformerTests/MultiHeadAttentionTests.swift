import Autograd
import Checkpoints
import Foundation
import TestSupport
import Testing
import Transformer

@Suite struct MultiHeadAttentionTests {
  /// What torch.nn.MultiheadAttention computes: forward, weights and every gradient. The case whose
  /// masked keys lie in between is left out: our padding is at the end.
  @Test(arguments: try torchCases()) func torch(_ example: TorchCase) throws {
    let double = try worstErrors(example, Double.self)
    #expect(double.absolute <= 1e-10, "\(example.name): \(double.name)")
    let float = try worstErrors(example, Float.self)
    #expect(float.relative <= 1e-5, "\(example.name): \(float.name), relative to its tensor")
  }

  struct TorchCase: Sendable, CustomTestStringConvertible {
    let name: String
    let heads: Int
    let isCausal, isCross: Bool
    var testDescription: String { name }
  }

  static func torchCases() throws -> [TorchCase] {
    let index = GoldenModel.fixtures.appending(path: "ops-golden/index.json")
    let cases = try JSONField(readingFile: index.path).member("mha").member("cases").members()
    return try cases.compactMap { name, field in
      let attributes = try field.member("attributes")
      if try attributes.member("key_mask").bool() { return nil }
      return TorchCase(
        name: name, heads: try attributes.member("heads").integer(),
        isCausal: try attributes.member("causal").bool(),
        isCross: try attributes.member("cross").bool())
    }
  }

  private typealias Errors = (absolute: Double, relative: Double, name: String)

  private func worstErrors<Scalar: TensorScalar & SafetensorsScalar>(
    _ example: TorchCase, _ type: Scalar.Type
  ) throws -> Errors {
    let golden = try GoldenNumbers(ofOperation: "mha")
    func input(_ name: String) throws -> Tensor<Scalar> {
      let entry = try golden.file.entry("\(example.name)/in/\(name)")
      return Tensor(try golden.file.read(entry), shape: entry.shape, requiresGradient: true)
    }
    let x = try input("x")
    let context = example.isCross ? try input("context") : nil
    let store = ParameterStore<Scalar>()
    let width = x.shape[2]
    let attention = MultiHeadAttention(width: width, heads: example.heads, in: store.root)
    store.allocate()

    // Torch keeps [outputs, inputs], the three on top of each other.
    let (w, b) = (try input("in_w").scalars, try input("in_b").scalars)
    let layers = [attention.query, attention.key, attention.value]
    for (part, layer) in layers.enumerated() {
      layer.weight.scalars = swapped(Array(w[part * width * width..<(part + 1) * width * width]))
      layer.bias?.scalars = Array(b[part * width..<(part + 1) * width])
    }
    attention.output.weight.scalars = swapped(try input("out_w").scalars)
    attention.output.bias?.scalars = try input("out_b").scalars

    var weights: [Scalar] = []
    let y = attention(
      queries: x, keysAndValues: context,
      mask: AttentionMask(isCausal: example.isCausal), observer: { weights = $0.scalars })
    y.backward(Tensor(try golden("\(example.name)/gout/y").map { Scalar($0) }, shape: y.shape))

    func gradients(_ kind: (Linear<Scalar>) -> Tensor<Scalar>?) -> [[Scalar]] {
      layers.map { kind($0)?.gradient?.scalars ?? [] }
    }
    var results = [
      ("out/y", y.scalars), ("out/weights", weights), ("gin/x", x.gradient?.scalars ?? []),
      ("gin/in_w", gradients { $0.weight }.flatMap { swapped($0) }),
      ("gin/in_b", gradients { $0.bias }.flatMap { $0 }),
      ("gin/out_w", swapped(attention.output.weight.gradient?.scalars ?? [])),
      ("gin/out_b", attention.output.bias?.gradient?.scalars ?? []),
    ]
    if let context { results.append(("gin/context", context.gradient?.scalars ?? [])) }
    var worst: Errors = (0, 0, "")
    for (name, values) in results {
      let expected = try golden("\(example.name)/\(name).f64")
      let error = largestDifference(values, expected)
      let largest = expected.reduce(0) { max($0, abs($1)) }
      if error > worst.absolute { (worst.absolute, worst.name) = (error, name) }
      worst.relative = max(worst.relative, error / largest)
    }
    return worst
  }

  /// The transpose of a square matrix.
  private func swapped<Element>(_ matrix: [Element]) -> [Element] {
    let side = Int(Double(matrix.count).squareRoot())
    return matrix.indices.map { matrix[$0 % side * side + $0 / side] }
  }

  // MARK: By hand

  /// Two tokens that look for themselves: with W = 1 throughout, the scores are 1/√2 for oneself and
  /// 0 for the other.
  @Test func twoTokens() {
    let store = ParameterStore<Double>()
    let attention = MultiHeadAttention(width: 2, heads: 1, in: store.root)
    store.allocate()
    for layer in [attention.query, attention.key, attention.value, attention.output] {
      layer.weight.scalars = [1, 0, 0, 1]
    }
    var weights: [Double] = []
    let y = attention(
      queries: Tensor([1, 0, 0, 1], shape: [1, 2, 2]), mask: .none,
      observer: { weights = $0.scalars })
    let own = exp(1 / 2.0.squareRoot()) / (exp(1 / 2.0.squareRoot()) + 1)
    let expected = [own, 1 - own, 1 - own, own]
    #expect(largestDifference(weights, expected) < 1e-15)
    #expect(largestDifference(y.scalars, expected) < 1e-15)
  }

  // MARK: Masks

  private static let masks: [AttentionMask] = [
    .none, .causal, .padding(keyLengths: [3, 5]),
    AttentionMask(isCausal: true, keyLengths: [3, 5]),
  ]

  @Test(arguments: masks) func rowsSumToOneAndMaskedKeysAreZero(_ mask: AttentionMask) {
    let (attention, x) = twoSequences(dropout: 0.5)
    var weights: Tensor<Double>?
    _ = attention(
      queries: x, mask: mask, context: StepContext(step: 0, seed: 1), observer: { weights = $0 })
    guard let weights else {
      Issue.record("the observer was shown nothing")
      return
    }
    #expect(weights.shape == [2, 3, 5, 5])
    for sequence in 0..<2 {
      for head in 0..<3 {
        for query in 0..<5 {
          let row = (0..<5).map { weights[sequence, head, query, $0] }
          #expect(abs(row.reduce(0, +) - 1) < 1e-14, "before dropout, a row sums to 1")
          let length = mask.keyLengths?[sequence] ?? 5
          for key in 0..<5 {
            let isVisible = key < length && (!mask.isCausal || key <= query)
            #expect((row[key] > 0) == isVisible)
          }
        }
      }
    }
  }

  /// Neither what padding holds nor its gradient reaches anything, bit for bit.
  @Test func paddingReachesNothing() throws {
    let (attention, x) = twoSequences()
    let mask = AttentionMask.padding(keyLengths: [3, 5])
    let first = attention(queries: x, keysAndValues: x, mask: mask).scalars
    var changed = x.scalars
    for place in 3 * 6..<5 * 6 { changed[place] = 1e3 }
    let source = Tensor(changed, shape: x.shape, requiresGradient: true)
    let y = attention(queries: x, keysAndValues: source, mask: mask)
    #expect(y.scalars == first)

    y.sum().backward()
    let gradient = try #require(source.gradient).scalars
    #expect(gradient[3 * 6..<5 * 6].allSatisfy { $0 == 0 })
    #expect(gradient[..<(3 * 6)].contains { $0 != 0 })
  }

  private func twoSequences(
    dropout: Double = 0
  ) -> (attention: MultiHeadAttention<Double>, x: Tensor<Double>) {
    let store = ParameterStore<Double>()
    let attention = MultiHeadAttention(
      width: 6, heads: 3, dropout: dropout, deviation: 0.7, in: store.root)
    store.initialize(seed: 3)
    return (attention, Tensor(normal: RandomStream(seed: 1, "x"), shape: [2, 5, 6]))
  }
}
