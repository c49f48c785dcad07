import Autograd
import TestSupport
import Testing

@Suite struct MovementTests {
  private let counting = Tensor<Float>((0..<6).map { Float($0) }, shape: [2, 3])

  @Test(arguments: try GoldenCase.all(of: "embedding"))
  func rowsAgreeWithPyTorch(_ golden: GoldenCase) throws {
    func mismatches<Scalar: TensorScalar>(_ type: Scalar.Type) throws -> [String] {
      let (ids, shape) = try golden.integers("ids")
      return try golden.mismatches(of: type, inputs: ["w"]) { $0[0].rows(at: ids, shape: shape) }
    }
    expectNone(try mismatches(Double.self))
    expectNone(try mismatches(Float.self))
  }

  @Test func transposeSwapsAnyTwoAxes() {
    #expect(counting.transposed().scalars == [0, 3, 1, 4, 2, 5])
    let cube = Tensor<Float>((0..<24).map { Float($0) }, shape: [2, 3, 4])
    for (first, second) in [(0, 1), (0, 2), (1, 2), (-1, 0)] {
      let swapped = cube.transposed(first, second)
      for (i, j, k) in [(0, 0, 0), (1, 2, 3), (1, 0, 2), (0, 2, 1)] {
        var place = [i, j, k]
        place.swapAt((first + 3) % 3, (second + 3) % 3)
        #expect(swapped[place[0], place[1], place[2]] == cube[i, j, k])
      }
    }
  }

  @Test func reshapeSharesAndInfersOneExtent() {
    let y = counting.reshaped([-1, 2])
    #expect(y.shape == [3, 2] && y.scalars == counting.scalars)
    counting.scalars = [9, 1, 2, 3, 4, 5]
    #expect(y[0, 0] == 9)
  }

  @Test func splitUndoesConcatenate() {
    for axis in [0, 1] {
      let parts = counting.split(axis == 0 ? [1, 1] : [1, 0, 2], axis: axis)
      #expect(Tensor.concatenated(parts, axis: axis).scalars == counting.scalars)
    }
    #expect(counting.split([1, 2], axis: -1)[1].scalars == [1, 2, 4, 5])
    #expect(Tensor.concatenated([counting, counting], axis: 0).shape == [4, 3])
  }

  @Test func anIdBeyondTheTableStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(repeating: 1, shape: [3, 2]).rows(at: [0, 3])
    }
    #expect(message(of: result).contains("rows: id 3 is not in 0..<3, the rows of [3, 2]"))
  }

  @Test func aShapeThatHoldsOtherNumbersStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(repeating: 1, shape: [3, 2]).reshaped([4, -1])
    }
    #expect(message(of: result).contains("reshape: the 6 elements of the shape [3, 2] do not fill"))
  }
}
