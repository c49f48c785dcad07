import Autograd
import TestSupport
import Testing

/// A single row takes another way than a matrix: a stripe of columns or four rows at a time, and in pieces
/// where there is much to read.
@Suite struct RowProductTests {
  /// Sizes around whole vectors and groups of rows, and some that are cut into pieces.
  private static let sizes = [
    (1, 1), (3, 2), (7, 8), (8, 7), (9, 17), (16, 16), (31, 33), (64, 70), (65, 1),
    (360, 367), (1_200, 113), (113, 1_203), (1_203, 367), (367, 1_201),
  ]

  @Test(arguments: sizes, [false, true])
  func equalsTheSumsWrittenOut(_ size: (k: Int, n: Int), _ isTransposed: Bool) {
    let double: Double = largestError(size.k, size.n, isTransposed, Double.self)
    #expect(double < 1e-12)
    #expect(largestError(size.k, size.n, isTransposed, Float.self) < 1e-3)
  }

  private func largestError<Scalar: TensorScalar>(
    _ k: Int, _ n: Int, _ isTransposed: Bool, _ type: Scalar.Type
  ) -> Double {
    func random(_ name: String, _ shape: [Int]) -> Tensor<Scalar> {
      Tensor(normal: RandomStream(seed: 3, name), shape: shape, requiresGradient: true)
    }
    let (x, bias) = (random("x", [1, k]), random("bias", [n]))
    let weight = random("weight", isTransposed ? [n, k] : [k, n])
    let y = x.linear(weight, bias: bias, transposingWeight: isTransposed)
    let (row, matrix, shift) = (x.scalars, weight.scalars, bias.scalars)
    let expected = (0..<n).map { column in
      (0..<k).reduce(Double(shift[column])) { sum, p in
        sum + Double(row[p]) * Double(matrix[isTransposed ? column * k + p : p * n + column])
      }
    }
    // Backward is a row times a matrix as well, added to a gradient that is there already.
    let upstream = random("upstream", [1, n])
    y.backward(upstream)
    x.linear(weight, bias: bias, transposingWeight: isTransposed).backward(upstream)
    let dy = upstream.scalars
    let expectedGradient = (0..<k).map { p in
      (0..<n).reduce(0.0) { sum, column in
        sum + 2 * Double(dy[column])
          * Double(matrix[isTransposed ? column * k + p : p * n + column])
      }
    }
    let gradient = x.gradient?.scalars ?? []
    return max(
      zip(y.scalars, expected).map { abs(Double($0) - $1) }.max() ?? .infinity,
      zip(gradient, expectedGradient).map { abs(Double($0) - $1) }.max() ?? .infinity)
  }
}
