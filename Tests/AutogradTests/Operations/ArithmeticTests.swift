import Autograd
import TestSupport
import Testing

@Suite struct ArithmeticTests {
  /// Sizes around the lengths of vectors, the smaller operand on either side.
  @Test(arguments: [1, 3, 4, 8, 16, 17, 33, 65])
  func theSmallerOperandIsReadAgain(_ width: Int) {
    let row = Tensor<Float>((0..<width).map { Float($0 + 1) }, shape: [width])
    let rows = Tensor<Float>((0..<3 * width).map { Float($0) - 7 }, shape: [3, width])
    let pairs = (0..<3 * width).map { (Float($0) - 7, Float($0 % width + 1)) }
    #expect((rows + row).scalars == pairs.map { $0 + $1 })
    #expect((rows - row).scalars == pairs.map { $0 - $1 })
    #expect((rows * row).scalars == pairs.map { $0 * $1 })
    #expect((rows / row).scalars == pairs.map { $0 / $1 })
    #expect((row + rows).scalars == pairs.map { $1 + $0 })
    #expect((row - rows).scalars == pairs.map { $1 - $0 })
    #expect((row * rows).scalars == pairs.map { $1 * $0 })
    #expect((row / rows).scalars == pairs.map { $1 / $0 })
    #expect((row * rows).shape == [3, width])
  }

  @Test func gradientsOfTheSmallerOperandAreSummed() {
    let row = Tensor<Float>([1, 2], shape: [2], requiresGradient: true)
    let rows = Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [3, 2])
    (rows * row).sum().backward()
    #expect(row.gradient?.scalars == [9, 12])
  }

  @Test func scalingAndNegation() {
    let x = Tensor<Double>([1, -2], shape: [2])
    #expect((3 * x).scalars == [3, -6])
    #expect((x * 3).scalars == [3, -6])
    #expect((-x).scalars == [-1, 2])
  }

  @Test func shapesThatDoNotFitStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(repeating: 1, shape: [2, 3]) + Tensor(repeating: 1, shape: [2])
    }
    #expect(
      message(of: result).contains(
        "add: the shapes [2, 3] and [2] do not fit; expected equal shapes, or one that is a suffix")
    )
  }
}
