import Autograd
import Checkpoints
import TestSupport
import Testing

@Suite struct SoftmaxTests {
  @Test(arguments: try GoldenCase.all(of: "softmax"))
  func softmaxAgreesWithPyTorch(_ golden: GoldenCase) throws {
    func mismatches<Scalar: TensorScalar>(_ type: Scalar.Type) throws -> [String] {
      let axis = try golden.attribute("dim")?.integer() ?? 0
      return try golden.mismatches(of: type, inputs: ["x"]) { $0[0].softmax(axis: axis) }
    }
    expectNone(try mismatches(Double.self))
    expectNone(try mismatches(Float.self))
  }

  @Test(arguments: try GoldenCase.all(of: "log_softmax"))
  func logSoftmaxAgreesWithPyTorch(_ golden: GoldenCase) throws {
    func mismatches<Scalar: TensorScalar>(_ type: Scalar.Type) throws -> [String] {
      let axis = try golden.attribute("dim")?.integer() ?? 0
      return try golden.mismatches(of: type, inputs: ["x"]) { $0[0].logSoftmax(axis: axis) }
    }
    expectNone(try mismatches(Double.self))
    expectNone(try mismatches(Float.self))
  }

  @Test(arguments: try GoldenCase.all(of: "masked_softmax"))
  func maskedSoftmaxAgreesWithPyTorch(_ golden: GoldenCase) throws {
    func mismatches<Scalar: TensorScalar>(_ type: Scalar.Type) throws -> [String] {
      let (values, shape) = try golden.integers("mask")
      let mask = Mask(values.map { $0 != 0 }, shape: shape)
      return try golden.mismatches(of: type, inputs: ["x"]) { $0[0].softmax(mask: mask) }
    }
    expectNone(try mismatches(Double.self))
    expectNone(try mismatches(Float.self))
  }

  @Test func logitsOfTenThousandNeitherOverflowNorVanish() {
    let x = Tensor<Float>([1e4, 1e4, -1e4], shape: [3])
    #expect(x.softmax().scalars == [0.5, 0.5, 0])
    let logarithms = x.logSoftmax().scalars
    #expect(
      Tolerance(relative: 1e-6).mismatch(logarithms, [-0.693147, -0.693147, -20000.693]) == nil)
  }

  @Test func maskedElementsAreExactlyZeroWhateverTheyHold() {
    let x = Tensor<Float>([1, .infinity, .nan, 1], shape: [1, 4])
    let y = x.softmax(mask: Mask([true, false, false, true], shape: [4]))
    #expect(y.scalars == [0.5, 0, 0, 0.5])
  }

  @Test func causalMasksAreAlignedAtTheEnd() {
    let x = Tensor<Float>(repeating: 0, shape: [2, 3])
    let y = x.softmax(mask: .causal(queries: 2, keys: 3))
    #expect(
      Tolerance(relative: 1e-6).mismatch(y.scalars, [0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3]) == nil)
  }

  @Test func aRowThatIsMaskedEntirelyStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let mask = Mask([true, true, false, false], shape: [2, 2])
      _ = Tensor<Float>(repeating: 1, shape: [2, 2]).softmax(mask: mask)
    }
    #expect(
      message(of: result).contains("masked softmax: row 1 of the shape [2, 2] is masked entirely"))
  }
}
