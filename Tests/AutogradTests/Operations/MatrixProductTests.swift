import Autograd
import Checkpoints
import TestSupport
import Testing

@Suite struct MatrixProductTests {
  @Test(arguments: try GoldenCase.all(of: "matmul"))
  func matmulAgreesWithPyTorch(_ golden: GoldenCase) throws {
    func mismatches<Scalar: TensorScalar>(_ type: Scalar.Type) throws -> [String] {
      let left = try golden.attribute("transpose_a")?.bool() ?? false
      let right = try golden.attribute("transpose_b")?.bool() ?? false
      return try golden.mismatches(of: type, inputs: ["a", "b"]) {
        $0[0].matmul($0[1], transposingSelf: left, transposingOther: right)
      }
    }
    expectNone(try mismatches(Double.self))
    expectNone(try mismatches(Float.self))
  }

  @Test(arguments: try GoldenCase.all(of: "linear"))
  func linearAgreesWithPyTorch(_ golden: GoldenCase) throws {
    func mismatches<Scalar: TensorScalar>(_ type: Scalar.Type) throws -> [String] {
      let isTransposed = try golden.attribute("layout")?.string() == "torch"
      let inputs = ["x", "w"] + (golden.hasInput("b") ? ["b"] : [])
      return try golden.mismatches(of: type, inputs: inputs) {
        $0[0].linear($0[1], bias: $0.count > 2 ? $0[2] : nil, transposingWeight: isTransposed)
      }
    }
    expectNone(try mismatches(Double.self))
    expectNone(try mismatches(Float.self))
  }

  /// Every size from 1 to 70 in each of the three extents, the other two being odd ones, so that the
  /// edges of all tiles and vectors occur, and depths beyond one block.
  @Test(arguments: [false, true], [false, true])
  func everySizeAgreesWithThreeLoops(_ left: Bool, _ right: Bool) {
    let sizes =
      (1...70).flatMap { [($0, 17, 5), (7, $0, 3), (3, 5, $0)] }
      + [(70, 70, 70), (3, 5, 257), (121, 3, 2), (2, 513, 3)]
    for (m, n, k) in sizes {
      expectProduct(Float.self, m, n, k, left, right, Tolerance(absolute: 2e-7 * Double(k + 4)))
      expectProduct(Double.self, m, n, k, left, right, Tolerance(absolute: 1e-15 * Double(k + 4)))
    }
  }

  /// Elements in [-1, 1], so that an error of rounding is below the depth times the last place.
  private func expectProduct<Scalar: TensorScalar>(
    _ type: Scalar.Type, _ m: Int, _ n: Int, _ k: Int, _ left: Bool, _ right: Bool,
    _ tolerance: Tolerance
  ) {
    func random(_ count: Int, _ name: String) -> [Double] {
      let stream = RandomStream(seed: 1, name)
      return (0..<count).map { Double(Float(2 * stream.uniform(at: $0) - 1)) }
    }
    let (a, b) = (random(m * k, "a"), random(k * n, "b"))
    var expected: [Double] = []
    for i in 0..<m {
      for j in 0..<n {
        expected.append(
          (0..<k).reduce(0) { sum, p in
            sum + a[left ? p * m + i : i * k + p] * b[right ? j * k + p : p * n + j]
          })
      }
    }
    let product = Tensor(a.map { Scalar($0) }, shape: left ? [k, m] : [m, k]).matmul(
      Tensor(b.map { Scalar($0) }, shape: right ? [n, k] : [k, n]), transposingSelf: left,
      transposingOther: right)
    #expect(product.shape == [m, n])
    #expect(tolerance.mismatch(product.scalars, expected) == nil, "\(m) × \(n), depth \(k)")
  }

  @Test func aProductOfDepthZeroIsZero() {
    let product = Tensor<Float>([], shape: [2, 0]).matmul(Tensor([], shape: [0, 3]))
    #expect(product.shape == [2, 3])
    #expect(product.scalars == [0, 0, 0, 0, 0, 0])
    let linear = Tensor<Float>([], shape: [2, 0]).linear(
      Tensor([], shape: [0, 3]), bias: Tensor([1, 2, 3], shape: [3]))
    #expect(linear.scalars == [1, 2, 3, 1, 2, 3])
  }

  @Test func innerExtentsThatDifferStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(repeating: 1, shape: [2, 3]).matmul(Tensor(repeating: 1, shape: [4, 5]))
    }
    #expect(
      message(of: result).contains("matmul: the inner extents of [2, 3] and [4, 5] differ: 3 and 4")
    )
  }

  @Test func batchesThatDoNotFitStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(repeating: 1, shape: [2, 1, 1]).matmul(
        Tensor(repeating: 1, shape: [3, 1, 1]))
    }
    #expect(
      message(of: result).contains("matmul: the batch axes of [2, 1, 1] and [3, 1, 1] do not"))
  }

  @Test func aWeightThatDoesNotFitStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(repeating: 1, shape: [2, 3]).linear(Tensor(repeating: 1, shape: [2, 3]))
    }
    #expect(message(of: result).contains("linear: an input [2, 3] does not fit the weight [2, 3]"))
  }
}
