import Autograd
import Checkpoints
import TestSupport
import Testing

@Suite struct LayerNormTests {
  @Test(arguments: try GoldenCase.all(of: "layer_norm"))
  func agreesWithPyTorch(_ golden: GoldenCase) throws {
    func mismatches<Scalar: TensorScalar>(_ type: Scalar.Type) throws -> [String] {
      let epsilon = try golden.attribute("eps")?.double() ?? 0
      let inputs = ["x"] + (golden.hasInput("w") ? ["w", "b"] : [])
      return try golden.mismatches(of: type, inputs: inputs) {
        $0[0].layerNorm(
          weight: $0.count > 1 ? $0[1] : nil, bias: $0.count > 1 ? $0[2] : nil, epsilon: epsilon)
      }
    }
    expectNone(try mismatches(Double.self))
    expectNone(try mismatches(Float.self))
  }

  /// The mean 2.5 and the variance 1.25, by hand.
  @Test func normalisesARow() {
    let y = Tensor<Double>([1, 2, 3, 4], shape: [1, 4]).layerNorm(epsilon: 1e-12)
    let unit = 1 / 1.25.squareRoot()
    #expect(
      Tolerance(relative: 1e-10)
        .mismatch(y.scalars, [-1.5 * unit, -0.5 * unit, 0.5 * unit, 1.5 * unit]) == nil)
  }

  @Test func aWeightThatDoesNotFitStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(repeating: 1, shape: [2, 3]).layerNorm(weight: Tensor([1, 1], shape: [2]))
    }
    #expect(message(of: result).contains("layer norm: an input [2, 3] does not fit the weight [2]"))
  }
}
