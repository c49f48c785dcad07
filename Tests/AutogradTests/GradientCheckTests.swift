import Autograd
import Testing

@Suite struct GradientCheckTests {
  private func operation(derivative factor: Double, _ x: Tensor<Double>) -> Tensor<Double> {
    .operation("square", from: [x]) {
      x * x
    } derivative: { dy, _ in
      [factor * (dy * x)]
    }
  }

  @Test func aRightDerivativePasses() {
    let x = Tensor<Double>([0.5, -2, 1], shape: [3], requiresGradient: true)
    let errors = gradientErrors(of: [x]) { operation(derivative: 2, x) }
    #expect(errors.count == 1 && errors[0].elements == 3)
    #expect(errors[0].relativeError < 1e-9)
  }

  @Test func aWrongDerivativeIsMeasured() {
    let x = Tensor<Double>([0.5, -2, 1], shape: [3], requiresGradient: true)
    let errors = gradientErrors(of: [x]) { operation(derivative: 2.02, x) }
    #expect(abs(errors[0].relativeError - 0.01) < 1e-6)
  }

  @Test func aDerivativeThatIsNotANumberFails() {
    let x = Tensor<Double>([0.5, -2, 1], shape: [3], requiresGradient: true)
    let errors = gradientErrors(of: [x]) { operation(derivative: .nan, x) }
    #expect(errors[0].relativeError.isNaN)
  }

  @Test func inputsAndGradientsAreLeftAsTheyWere() {
    let x = Tensor<Double>([0.5, -2, 1], shape: [3], requiresGradient: true)
    _ = gradientErrors(of: [x]) { x.exp() }
    #expect(x.scalars == [0.5, -2, 1] && x.gradient == nil)
  }

  /// A gradient that is 0 beside one that is not is judged by the size of the other.
  @Test func aGradientOfZeroIsNotJudgedByItself() {
    let x = Tensor<Double>([0.5, 1.5], shape: [2], requiresGradient: true)
    let shift = Tensor<Double>([3], shape: [1], requiresGradient: true)
    let errors = gradientErrors(of: [x, shift]) {
      // Softmax does not see what is added to all of its logits.
      (x + shift.reshaped([])).softmax()
    }
    #expect(errors.allSatisfy { $0.relativeError < 1e-6 })
  }
}
