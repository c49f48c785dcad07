import Autograd
import TestSupport
import Testing

@Suite struct CustomTests {
  private func cube(_ x: Tensor<Double>) -> Tensor<Double> {
    .operation("cube", from: [x]) {
      x * x * x
    } derivative: { dy, _ in
      [dy * x * x * 3]
    }
  }

  @Test func itsDerivativeIsUsed() {
    let x = Tensor<Double>([2, -1], shape: [2], requiresGradient: true)
    let y = cube(x)
    #expect(y.scalars == [8, -1])
    y.sum().backward()
    #expect(x.gradient?.scalars == [12, 3])
  }

  @Test func itIsOneOperationInTheGraph() {
    let x = Tensor<Double>([2], shape: [1], requiresGradient: true)
    #expect(cube(x).recordedOperations.map(\.name) == ["cube"])
  }

  @Test func theResultIsHandedToTheDerivative() {
    let x = Tensor<Double>([0.5], shape: [1], requiresGradient: true)
    let y = Tensor.operation("exp", from: [x]) {
      x.exp()
    } derivative: { dy, y in
      [dy * y]
    }
    y.backward()
    #expect(x.gradient?.scalars == y.scalars)
  }

  @Test func anInputWithoutADerivativeGetsNothing() {
    let x = Tensor<Double>([2], shape: [1], requiresGradient: true)
    Tensor.operation("floor", from: [x]) {
      x
    } derivative: { _, _ in
      [nil]
    }.backward()
    #expect(x.gradient == nil)
  }

  @Test func aGradientOfAnotherShapeStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor<Double>([2, 3], shape: [2], requiresGradient: true)
      Tensor.operation("total", from: [x]) {
        x.sum()
      } derivative: { dy, _ in
        [dy]
      }.backward()
    }
    #expect(
      message(of: result).contains(
        "total: a gradient of shape [] for an input of shape [2]"))
  }
}
