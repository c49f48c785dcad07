import Autograd
import TestSupport
import Testing

@Suite struct ComputePrecisionTests {
  // MARK: Rounding

  /// Bits of a number and, from PyTorch, of the same number in bfloat16.
  private static let roundings: [(UInt32, UInt32)] = [
    (0x3f80_0000, 0x3f80_0000), (0x4049_0fdb, 0x4049_0000),  // 1, π
    (0x3f80_7fff, 0x3f80_0000), (0x3f80_8001, 0x3f81_0000),  // about a tie
    (0x3f80_8000, 0x3f80_0000), (0x3f81_8000, 0x3f82_0000),  // ties, to the even one
    (0xbf81_8000, 0xbf82_0000), (0x7f7f_7fff, 0x7f7f_0000),
    (0x7f7f_8000, 0x7f80_0000), (0xff7f_ffff, 0xff80_0000),  // too large
    (0x7f80_0000, 0x7f80_0000), (0xff80_0000, 0xff80_0000),
  ]

  /// Subnormal numbers, which processors that multiply pairs take for 0.
  private static let subnormalRoundings: [(UInt32, UInt32)] = [
    (0x0000_8000, 0), (0x0000_8001, 0x0001_0000), (0x0001_8000, 0x0002_0000),
    (0x0001_0000, 0x0001_0000), (0x007f_ffff, 0x0080_0000), (0x807f_8000, 0x8080_0000),
  ]

  /// A product with 1 shows how a number is rounded.
  private func rounded(_ bits: [UInt32]) -> [Float] {
    withPrecision(.bfloat16) {
      Tensor(bits.map(Float.init(bitPattern:)), shape: [bits.count, 1])
        .matmul(Tensor([1], shape: [1, 1])).scalars
    }
  }

  @Test func roundsToNearestEven() {
    var cases = Self.roundings
    if Float.kernels.variant != "avx512bf16" { cases += Self.subnormalRoundings }
    for (found, (bits, expected)) in zip(rounded(cases.map(\.0)), cases) {
      #expect(found.bitPattern == expected, "0x\(String(bits, radix: 16))")
    }
  }

  @Test func notANumberStaysSo() {
    for value in rounded([0x7fc0_0000, 0x7f80_0001, 0xffff_ffff, 0x7f80_ffff]) {
      #expect(value.isNaN)
    }
  }

  // MARK: Products

  /// Numbers in [-1, 1).
  private func random(_ name: String, _ shape: [Int]) -> Tensor<Float> {
    let stream = RandomStream(seed: 1, name)
    return Tensor(
      (0..<shape.reduce(1, *)).map { Float(2 * stream.uniform(at: $0) - 1) }, shape: shape,
      requiresGradient: true)
  }

  /// The same numbers rounded by arithmetic, in double precision.
  private func rounded(_ x: Tensor<Float>) -> Tensor<Double> {
    Tensor<Double>(
      x.scalars.map { value in
        let step = Double(value.ulp) * 65_536
        return (Double(value) / step).rounded(.toNearestOrEven) * step
      }, shape: x.shape)
  }

  @Test(arguments: [false, true], [false, true])
  func productsAreThoseOfRoundedNumbers(_ left: Bool, _ right: Bool) {
    let sizes =
      (1...35).flatMap { [($0, 17, 5), (7, $0, 3), (3, 5, $0)] }
      + [(70, 70, 70), (1, 65, 301), (121, 3, 257), (2, 513, 3), (61, 97, 130)]
    for (m, n, k) in sizes {
      let (a, b) = (random("a", left ? [k, m] : [m, k]), random("b", right ? [n, k] : [k, n]))
      func product<Scalar>(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> [Scalar] {
        a.matmul(b, transposingSelf: left, transposingOther: right).scalars
      }
      let found = withPrecision(.bfloat16) { product(a, b) }
      let tolerance = Tolerance(absolute: 1.2e-7 * Double(k + 4))
      #expect(tolerance.mismatch(found, product(rounded(a), rounded(b))) == nil, "\((m, n, k))")
    }
  }

  @Test func derivativesAreProductsOfRoundedNumbers() throws {
    let (x, w, b) = (random("x", [33, 21]), random("w", [21, 18]), random("b", [18]))
    let dy = random("dy", [33, 18])
    let y = withPrecision(.bfloat16) { x.linear(w, bias: b) }
    y.backward(dy)  // outside: the operation remembers
    let tolerance = Tolerance(absolute: 1e-5)
    let wide = Tensor<Double>(b.scalars.map(Double.init), shape: [18])
    #expect(tolerance.mismatch(y.scalars, rounded(x).linear(rounded(w), bias: wide).scalars) == nil)
    let dx = rounded(dy).matmul(rounded(w), transposingOther: true)
    let dw = rounded(x).matmul(rounded(dy), transposingSelf: true)
    #expect(tolerance.mismatch(try #require(x.gradient).scalars, dx.scalars) == nil)
    #expect(tolerance.mismatch(try #require(w.gradient).scalars, dw.scalars) == nil)
    let db = (0..<18).map { j in (0..<33).reduce(0.0) { $0 + Double(dy[$1, j]) } }
    #expect(tolerance.mismatch(try #require(b.gradient).scalars, db) == nil)
  }

  /// How far result and gradients of the fused operation may be from those of the composed one, in
  /// shares of what rounding changes.
  private func expectFused(
    _ shapes: [[Int]], shares: [Double], _ fused: ([Tensor<Float>]) -> Tensor<Float>,
    _ composed: ([Tensor<Float>]) -> Tensor<Float>
  ) {
    func results(
      _ precision: ComputePrecision, _ compute: ([Tensor<Float>]) -> Tensor<Float>
    ) -> [[Float]] {
      let inputs = shapes.enumerated().map { random("input \($0)", $1) }
      let y = withPrecision(precision) { compute(inputs) }
      y.backward(y.rank == 0 ? nil : random("upstream", y.shape))
      return ([y] + inputs.compactMap(\.gradient)).map(\.scalars)
    }
    func distance(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }.squareRoot()
    }
    let found = results(.bfloat16, fused)
    let (expected, exact) = (results(.bfloat16, composed), results(.float32, fused))
    #expect(found.count == shapes.count + 1)
    for (index, result) in found.enumerated() {
      let effect = distance(result, exact[index])
      #expect(effect > 0)
      // A sum in another order, rounded again, may fall to the other side.
      #expect(distance(result, expected[index]) < shares[index] * effect, "result \(index)")
    }
  }

  /// A single query, as in generation, goes another way through the kernels.
  @Test(arguments: [61, 1])
  func attentionRoundsWhatItMultiplies(queries: Int) {
    let shape = [2, 61, 24]
    expectFused([[2, queries, 24], shape, shape], shares: [0.1, 0.1, 0.1, 0.1]) {
      .attention(query: $0[0], key: $0[1], value: $0[2], heads: 1)
    } _: {
      $0[0].matmul($0[1], transposingOther: true).scaled(by: 1 / 24.0.squareRoot()).softmax()
        .matmul($0[2])
    }
  }

  @Test func observedWeightsAreThoseUsed() {
    let (q, k) = (random("q", [1, 9, 6]), random("k", [1, 9, 6]))
    withPrecision(.bfloat16) {
      let seen = Tensor.attentionWeights(query: q, key: k, heads: 1)
      let used = q.matmul(k, transposingOther: true).scaled(by: 1 / 6.0.squareRoot()).softmax()
      let mismatch = Tolerance(absolute: 1e-6).mismatch(seen.scalars, used.scalars.map(Double.init))
      #expect(mismatch == nil)
    }
  }

  @Test func theHeadRoundsWhatItMultiplies() {
    let targets = (0..<140).map { Int32($0 % 31) }
    expectFused([[140, 24], [31, 24]], shares: [0.1, 0.1, 0.1]) {
      $0[0].crossEntropy(head: $0[1], targets: targets, dividedBy: 140)
    } _: {
      $0[0].linear($0[1], transposingWeight: true).crossEntropy(targets)
    }
  }

  // MARK: Where it holds

  @Test func doublesAreNotRounded() {
    let x = Tensor<Double>(normal: RandomStream(seed: 1, "x"), shape: [1, 9, 6])
    func results() -> [Double] {
      x.matmul(x, transposingOther: true).scalars
        + Tensor.attention(query: x, key: x, value: x, heads: 2).scalars
    }
    #expect(withPrecision(.bfloat16) { results() } == results())
  }

  @Test func otherTasksComputeAsBefore() async {
    let x: Float = 1.001
    @Sendable func square() -> Float {
      Tensor([x], shape: [1, 1]).matmul(Tensor([x], shape: [1, 1])).scalar
    }
    let (inside, nested, task) = withPrecision(.bfloat16) {
      (square(), withPrecision(.float32) { square() }, Task.detached { square() })
    }
    let other = await task.value
    #expect(inside == 1 && nested == x * x && other == x * x && square() == x * x)
  }
}
