import Autograd
import Testing

@Suite struct TensorTests {
  @Test func elementsLieRowByRow() {
    let x = Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(x.count == 6 && x.rank == 2)
    #expect(x[0, 2] == 3 && x[1, 0] == 4)
    #expect(Tensor<Float>(7).scalar == 7 && Tensor<Float>(7).shape == [])
    #expect(Tensor<Float>(repeating: 2, shape: [3]).scalars == [2, 2, 2])
    #expect(x.description == "[2, 3] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]")
  }

  @Test func normalDeviatesHaveMeanAndDeviation() {
    let count = 100_000
    let x = Tensor<Double>(normal: RandomStream(seed: 1, "x"), deviation: 2, shape: [count])
    let mean = x.mean().scalar
    let variance = (x * x).mean().scalar - mean * mean
    // Four standard errors: of a mean 2/√n, of a variance 4 √(2/n).
    #expect(abs(mean) < 4 * 2 / Double(count).squareRoot())
    #expect(abs(variance - 4) < 4 * 4 * (2 / Double(count)).squareRoot())
  }

  @Test func scalarsThatDoNotFillTheShapeStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>([1, 2, 3], shape: [2, 2])
    }
    #expect(message(of: result).contains("3 scalars do not fill the shape [2, 2]"))
  }

  @Test func anElementOutsideStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>([1, 2], shape: [2])[2]
    }
    #expect(message(of: result).contains("no element [2] in the shape [2]"))
  }
}
