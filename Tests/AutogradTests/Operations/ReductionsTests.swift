import Autograd
import TestSupport
import Testing

@Suite struct ReductionsTests {
  @Test(arguments: [1, 3, 16, 17, 33, 1000])
  func sumsOfOneToN(_ count: Int) {
    let x = Tensor<Double>((1...count).map { Double($0) }, shape: [count])
    #expect(x.sum().scalar == Double(count * (count + 1) / 2))
    #expect(x.mean().scalar == Double(count + 1) / 2)
    #expect(x.sum().shape == [])
  }

  @Test func sumsAlongEachAxis() {
    let x = Tensor<Float>((0..<24).map { Float($0) }, shape: [2, 3, 4])
    #expect(x.sum(axis: 0).shape == [3, 4])
    #expect(x.sum(axis: 0).scalars == (0..<12).map { Float(2 * $0 + 12) })
    #expect(x.sum(axis: 1).shape == [2, 4])
    #expect(x.sum(axis: 1).scalars == [12, 15, 18, 21, 48, 51, 54, 57])
    #expect(x.sum(axis: -1).scalars == [6, 22, 38, 54, 70, 86])
    #expect(x.mean(axis: -1).scalars == [1.5, 5.5, 9.5, 13.5, 17.5, 21.5])
  }

  /// In single precision a sum one by one would lose each of these ones beside 2²⁴.
  @Test func largeSumsKeepSmallTerms() {
    let x = Tensor<Float>([0x1p24] + Array(repeating: 1, count: 1_599), shape: [1_600])
    #expect(abs(Double(x.sum().scalar) - (0x1p24 + 1_599)) <= 32)
  }

  @Test func anAxisThatIsMissingStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(repeating: 1, shape: [2, 3]).sum(axis: 2)
    }
    #expect(message(of: result).contains("sum: no axis 2 in the shape [2, 3]"))
  }
}
