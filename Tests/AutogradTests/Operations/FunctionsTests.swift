import Autograd
import Foundation
import TestSupport
import Testing

@Suite struct FunctionsTests {
  @Test(arguments: try GoldenCase.all(of: "gelu_tanh"))
  func geluAgreesWithPyTorch(_ golden: GoldenCase) throws {
    expectNone(try golden.mismatches(of: Double.self, inputs: ["x"]) { $0[0].gelu() })
    expectNone(try golden.mismatches(of: Float.self, inputs: ["x"]) { $0[0].gelu() })
  }

  @Test(arguments: try GoldenCase.all(of: "gelu_erf"))
  func exactGELUAgreesWithPyTorch(_ golden: GoldenCase) throws {
    expectNone(try golden.mismatches(of: Double.self, inputs: ["x"]) { $0[0].gelu(.exact) })
    expectNone(try golden.mismatches(of: Float.self, inputs: ["x"]) { $0[0].gelu(.exact) })
  }

  @Test(arguments: try GoldenCase.all(of: "relu"))
  func reluAgreesWithPyTorch(_ golden: GoldenCase) throws {
    expectNone(try golden.mismatches(of: Double.self, inputs: ["x"]) { $0[0].relu() })
    expectNone(try golden.mismatches(of: Float.self, inputs: ["x"]) { $0[0].relu() })
  }

  /// Lengths that fill vectors of 4, 8 and 16 elements partly, just, and a little more than once.
  @Test(arguments: [1, 3, 16, 17, 33])
  func functionsAgreeWithFoundation(_ count: Int) {
    let values = (0..<count).map { 0.25 + Double($0) / 8 }
    let x = Tensor<Double>(values, shape: [count])
    let tolerance = Tolerance(relative: 1e-14)
    #expect(tolerance.mismatch(x.exp().scalars, values.map { exp($0) }) == nil)
    #expect(tolerance.mismatch(x.log().scalars, values.map { log($0) }) == nil)
    #expect(tolerance.mismatch(x.tanh().scalars, values.map { tanh($0) }) == nil)
    #expect(tolerance.mismatch(x.sigmoid().scalars, values.map { 1 / (1 + exp(-$0)) }) == nil)
    #expect(tolerance.mismatch(x.power(-1.5).scalars, values.map { pow($0, -1.5) }) == nil)
  }

  @Test func nothingGoesUnnoticedThroughRELU() {
    let x = Tensor<Float>([-1, 0, 2, .nan, .infinity, -.infinity], shape: [6])
    let y = x.relu().scalars
    #expect(y[...2] == [0, 0, 2] && y[3].isNaN && y[4] == .infinity && y[5] == 0)
  }

  @Test func sigmoidIsRightAtItsEnds() {
    #expect(Tensor<Float>([-200, 0, 200], shape: [3]).sigmoid().scalars == [0, 0.5, 1])
  }

  // MARK: Dropout

  @Test func dropoutKeepsTheExpectedShareAndValue() {
    let y = Tensor<Float>(repeating: 1, shape: [10_000])
      .dropout(0.25, RandomStream(seed: 7, "test")).scalars
    let kept = y.filter { $0 != 0 }
    #expect(kept.allSatisfy { abs($0 - 4 / 3) < 1e-6 })
    // Four standard deviations of a binomial: 4 √(10⁴ · ¼ · ¾).
    #expect(abs(kept.count - 7_500) < 174)
  }

  @Test func dropoutDropsTheSameInBothDirections() {
    let x = Tensor<Float>(repeating: 1, shape: [100], requiresGradient: true)
    let y = x.dropout(0.5, RandomStream(seed: 7, "test"))
    let values = y.scalars
    y.sum().backward()
    #expect(x.gradient?.scalars == values)
  }

  @Test func dropoutOfNothingIsTheSameTensor() {
    let x = Tensor<Float>([1, 2], shape: [2])
    #expect(x.dropout(0, RandomStream(seed: 7, "test")) === x)
  }
}
