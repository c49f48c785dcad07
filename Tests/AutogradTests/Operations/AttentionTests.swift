import Autograd
import Checkpoints
import TestSupport
import Testing

@Suite struct AttentionTests {
  @Test(arguments: try GoldenCase.all(of: "sdpa"))
  func composedOfSmallOperationsAgreesWithPyTorch(_ golden: GoldenCase) throws {
    func mismatches<Scalar: TensorScalar>(_ type: Scalar.Type) throws -> [String] {
      let mask = try Self.mask(of: golden)
      let scale = try golden.attribute("scale")?.double()
      return try golden.mismatches(of: type, inputs: ["q", "k", "v"]) {
        Self.composed($0[0], $0[1], $0[2], mask: mask, scale: scale)
      }
    }
    expectNone(try mismatches(Double.self))
    expectNone(try mismatches(Float.self))
  }

  /// Those cases whose mask the fused operation knows: PyTorch counts its causal mask from the first
  /// key, the operation from the last, so that the lengths must be equal or the mask "tail".
  @Test(arguments: try GoldenCase.all(of: "sdpa").filter { try fusedMask(of: $0) != nil })
  func fusedAgreesWithPyTorch(_ golden: GoldenCase) throws {
    func check<Scalar: TensorScalar>(_ type: Scalar.Type) throws {
      let mask = try Self.fusedMask(of: golden) ?? .none
      let scale = try golden.attribute("scale")?.double()
      let mismatches = try golden.mismatches(of: type, inputs: ["q", "k", "v"]) { inputs in
        let heads = inputs[0].shape[1]
        return .attention(
          query: inputs[0].joined, key: inputs[1].joined, value: inputs[2].joined, heads: heads,
          mask: mask, scale: scale
        ).divided(into: heads)
      }
      expectNone(mismatches)
      let (q, k): (Tensor<Scalar>, Tensor<Scalar>) = (try golden.input("q"), try golden.input("k"))
      let weights = Tensor.attentionWeights(
        query: q.joined, key: k.joined, heads: q.shape[1], mask: mask, scale: scale)
      #expect(try golden.mismatch(weights, "out/weights") == nil)
    }
    try check(Double.self)
    try check(Float.self)
  }

  /// All that a single key can get is all the attention: the result is its value, and the value's
  /// gradient is what comes to all queries.
  @Test(arguments: [1, 3, 25], [ComputePrecision.float32, .bfloat16])
  func oneKeyGetsAllAttention(_ queries: Int, _ precision: ComputePrecision) throws {
    func multiplied(_ x: Float) -> Float {
      if precision == .float32 { return x }
      let bits = x.bitPattern
      return Float(bitPattern: (bits + 0x7fff + bits >> 16 & 1) & 0xffff_0000)
    }
    for width in [3, 14, 32] {
      func thirds(_ rows: Int, from first: Int) -> Tensor<Float> {
        Tensor(
          (0..<rows * width).map { Float(($0 + first) % 7 - 3) / 3 }, shape: [1, rows, width],
          requiresGradient: true)
      }
      let (q, k, v) = (thirds(queries, from: 0), thirds(1, from: 2), thirds(1, from: 5))
      let upstream = thirds(queries, from: 4)
      let y = withPrecision(precision) {
        let y = Tensor.attention(query: q, key: k, value: v, heads: 1)
        y.backward(upstream)
        return y
      }
      let sums = (0..<width).map { column in
        (0..<queries).reduce(Float(0)) { $0 + multiplied(upstream.scalars[$1 * width + column]) }
      }
      let found = try #require(v.gradient).scalars
      for column in 0..<width {
        #expect(abs(found[column] - sums[column]) <= 1e-4)
        for query in 0..<queries {
          #expect(abs(y.scalars[query * width + column] - multiplied(v.scalars[column])) <= 1e-5)
        }
      }
      #expect(try #require(q.gradient).scalars.allSatisfy { abs($0) <= 1e-4 })
      #expect(try #require(k.gradient).scalars.allSatisfy { abs($0) <= 1e-4 })
    }
  }

  @Test(arguments: [
    AttentionMask.none, .causal, .padding(keyLengths: [5, 2]),
    AttentionMask(isCausal: true, keyLengths: [3, 4]),
  ])
  func fusedAndComposedAgree(_ mask: AttentionMask) {
    let (heads, queries, keys) = (3, 4, 5)
    func run(_ attention: ([Tensor<Double>]) -> Tensor<Double>) -> [[Double]] {
      let inputs = [queries, keys, keys].enumerated().map { index, length in
        Tensor<Double>(
          normal: RandomStream(seed: 1, "\(index)"), shape: [2, heads, length, 7],
          requiresGradient: true)
      }
      let y = attention(inputs)
      y.backward(Tensor(normal: RandomStream(seed: 1, "upstream"), shape: y.shape))
      return [y.scalars] + inputs.map { $0.gradient?.scalars ?? [] }
    }
    let lengths = mask.keyLengths ?? [keys, keys]
    let kept = (0..<2 * queries * keys).map { index in
      let (batch, i, j) = (index / keys / queries, index / keys % queries, index % keys)
      return j < lengths[batch] && (!mask.isCausal || j <= i + keys - queries)
    }
    let composed = run {
      Self.composed(
        $0[0], $0[1], $0[2], mask: Mask(kept, shape: [2, 1, queries, keys]), scale: nil)
    }
    let fused = run {
      Tensor.attention(
        query: $0[0].joined, key: $0[1].joined, value: $0[2].joined, heads: heads, mask: mask
      ).divided(into: heads)
    }
    for (found, expected) in zip(fused, composed) {
      #expect(Tolerance(absolute: 1e-13).mismatch(found, expected) == nil)
    }
  }

  @Test func weightsAreSharesAndMaskedKeysExactlyZero() {
    let x = Tensor<Float>(normal: RandomStream(seed: 1, "x"), shape: [2, 5, 6])
    let weights = Tensor.attentionWeights(
      query: x, key: x, heads: 2, mask: AttentionMask(isCausal: true, keyLengths: [5, 3]))
    #expect(weights.shape == [2, 2, 5, 5])
    #expect(weights.sum(axis: -1).scalars.allSatisfy { abs($0 - 1) < 1e-6 })
    for b in 0..<2 {
      for (i, j) in (0..<5).flatMap({ i in (0..<5).map { (i, $0) } }) {
        #expect((weights[b, 1, i, j] == 0) == (j > i || j >= [5, 3][b]))
      }
    }
  }

  @Test func roomBehindTheKeysIsNotRead() {
    let stream = RandomStream(seed: 1, "x")
    let q = Tensor<Float>(normal: stream, shape: [1, 2, 4])
    let k = Tensor<Float>(normal: RandomStream(seed: 2, "k"), shape: [1, 3, 4])
    let room = Tensor<Float>(repeating: .nan, shape: [1, 2, 4])
    let wide = Tensor.concatenated([k, room], axis: 1)
    let y = Tensor.attention(query: q, key: wide, value: wide, heads: 2, mask: .causal, keyCount: 3)
    #expect(
      y.scalars == Tensor.attention(query: q, key: k, value: k, heads: 2, mask: .causal).scalars)
  }

  @Test func shapesThatDoNotFitStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (q, k) = (
        Tensor<Float>(repeating: 1, shape: [1, 2, 4]),
        Tensor<Float>(repeating: 1, shape: [1, 2, 3])
      )
      _ = Tensor.attention(query: q, key: k, value: k, heads: 1)
    }
    #expect(message(of: result).contains("attention: queries [1, 2, 4], keys [1, 2, 3] and values"))
  }

  // MARK: The same from small operations

  /// `softmax(scale Q Kᵀ + mask) V` of `[B, H, T, D]`.
  private static func composed<Scalar>(
    _ q: Tensor<Scalar>, _ k: Tensor<Scalar>, _ v: Tensor<Scalar>, mask: Mask?, scale: Double?
  ) -> Tensor<Scalar> {
    let scores = q.matmul(k, transposingOther: true)
      .scaled(by: scale ?? 1 / Double(q.shape[3]).squareRoot())
    return (mask.map { scores.softmax(mask: $0) } ?? scores.softmax()).matmul(v)
  }

  private static func mask(of golden: GoldenCase) throws -> Mask? {
    if golden.hasInput("mask") {
      let (values, shape) = try golden.integers("mask")
      return Mask(values.map { $0 != 0 }, shape: shape)
    }
    guard try golden.attribute("causal")?.bool() == true else { return nil }
    let (q, k): (Tensor<Float>, Tensor<Float>) = (try golden.input("q"), try golden.input("k"))
    let (queries, keys) = (q.shape[2], k.shape[2])
    return Mask(
      (0..<queries).flatMap { i in (0..<keys).map { $0 <= i } }, shape: [queries, keys])
  }

  private static func fusedMask(of golden: GoldenCase) throws -> AttentionMask? {
    if let kind = try golden.attribute("mask")?.string() { return kind == "tail" ? .causal : nil }
    guard try golden.attribute("causal")?.bool() == true else { return AttentionMask.none }
    let (q, k): (Tensor<Float>, Tensor<Float>) = (try golden.input("q"), try golden.input("k"))
    return q.shape[2] == k.shape[2] ? .causal : nil
  }
}

extension Tensor {
  /// `[B, H, T, D]` with the heads side by side: `[B, T, H · D]`.
  fileprivate var joined: Tensor { transposed(1, 2).reshaped([shape[0], shape[2], -1]) }

  /// `[B, T, H · D]` with the heads one behind the other: `[B, H, T, D]`.
  fileprivate func divided(into heads: Int) -> Tensor {
    reshaped([shape[0], shape[1], heads, -1]).transposed(1, 2)
  }
}
