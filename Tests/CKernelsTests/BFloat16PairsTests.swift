import CKernels
import KernelModel
import TestSupport
import Testing

/// The kernels for processors that multiply pairs of bfloat16, here with plain C for that instruction.
@Suite struct BFloat16PairsTests {
  /// Multiples of 1/128 in [-1, 1), which bfloat16 holds, so that the products are known exactly.
  private func numbers(_ count: Int, _ seed: Int) -> [Float] {
    (0..<count).map { Float(($0 * 7_919 + seed * 104_729) % 256 - 128) / 128 }
  }

  /// c = bias + c + op(a) op(b) by the kernel, and by three loops.
  private func products(
    _ m: Int, _ n: Int, _ k: Int, _ left: Bool, _ right: Bool
  ) -> (found: [Float], expected: [Double]) {
    let (a, b, bias) = (numbers(m * k, 1), numbers(k * n, 2), numbers(n, 3))
    var c = numbers(m * n, 4)
    var expected = c.map(Double.init)
    for i in 0..<m {
      for j in 0..<n {
        expected[i * n + j] += (0..<k).reduce(Double(bias[j])) { sum, p in
          sum + Double(a[left ? p * m + i : i * k + p]) * Double(b[right ? j * k + p : p * n + j])
        }
      }
    }
    var workspace = [Float](repeating: .nan, count: matmul_workspace(left ? 1 : 0, m, n, k, 1, 1))
    unsafe c.withUnsafeMutableBufferPointer { c in
      let address = c.baseAddress!
      unsafe kernel_model().pointee.matmul(
        left ? 1 : 0, right ? 1 : 0, m, n, k, a, left ? m : k, b, right ? k : n, bias, address, n,
        address, n, 1, 1, &workspace)
    }
    return (c, expected)
  }

  @Test(arguments: [false, true], [false, true])
  func productsOfEverySize(_ left: Bool, _ right: Bool) {
    let sizes =
      (1...50).flatMap { [($0, 17, 5), (7, $0, 3), (3, 5, $0)] }
      + [(1, 1, 1), (25, 66, 257), (121, 33, 71), (2, 513, 3)]
    for (m, n, k) in sizes {
      let (found, expected) = products(m, n, k, left, right)
      let mismatch = Tolerance(absolute: 1e-5).mismatch(found, expected)
      #expect(mismatch == nil, "\((m, n, k))")
    }
  }

  @Test(arguments: [false, true]) func packedProductsAreTheSame(_ isTransposed: Bool) {
    for (m, n, k) in [(1, 1, 1), (1, 130, 301), (3, 65, 97), (2, 64, 512), (5, 31, 2)] {
      let (x, w, addend) = (numbers(m * k, 1), numbers(k * n, 2), numbers(m * n, 4))
      var packed = [Float](repeating: .nan, count: packed_size(k, n))
      var y = [Float](repeating: .nan, count: m * n)
      var workspace = [Float](repeating: .nan, count: m * (k + 1))
      unsafe kernel_model().pointee.pack_bfloat16(isTransposed ? 1 : 0, k, n, w, &packed)
      unsafe kernel_model().pointee.packed_product(
        m, n, k, x, packed, numbers(n, 3), addend, &y, 1, &workspace)
      #expect(y == products(m, n, k, false, isTransposed).found, "\((m, n, k))")
    }
  }
}
