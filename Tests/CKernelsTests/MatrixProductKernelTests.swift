import CKernels
import Foundation
import Testing

/// The matrix product against three loops in double precision: rows that lie further apart than they
/// are long, which tensors never have, and whatever may be added to the product.
@Suite struct MatrixProductKernelTests {
  @Test(arguments: [false, true], [false, true])
  func agreesWithThreeLoops(_ left: Bool, _ right: Bool) {
    expectNoMismatch(mismatches(left, right))
  }

  /// The variants that this processor can run beside the one it has chosen.
  private static var otherVariants: [String] {
    let all = ["avx512bf16", "avx512", "avx2", "baseline"]
    let chosen = unsafe kernels_float().map { unsafe String(cString: $0.pointee.variant) }
    return chosen.flatMap { all.firstIndex(of: $0) }.map { Array(all[($0 + 1)...]) } ?? []
  }

  @Test(arguments: otherVariants)
  func everyVariantAgreesWithThreeLoops(_ variant: String) async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      [variant] in
      unsafe setenv("MINITRANSFORMER_KERNELS", variant, 1)
      for left in [false, true] {
        for right in [false, true] { mismatches(left, right).prefix(3).forEach { print($0) } }
      }
    }
    let lines = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(!lines.contains("differs"), "\(lines)")
  }

  private func expectNoMismatch(_ mismatches: [String]) {
    #expect(mismatches.isEmpty, "\(mismatches.prefix(3))")
  }
}

/// Every extent from 1 to 70 beside two odd ones, so that the edges of all tiles and vectors occur;
/// then depths beyond a block, results of several chunks, rows 4,096 bytes apart, and few rows beside a
/// matrix that is read where it lies.
private func mismatches(_ left: Bool, _ right: Bool) -> [String] {
  let edges = (1...70).flatMap { [($0, 17, 5), (7, $0, 3), (3, 5, $0)] }
  let large = [
    (3, 5, 530), (121, 7, 40), (125, 700, 70), (66, 1_100, 1_030), (60, 96, 1_024), (5, 1_056, 900),
    (2, 1_056, 1_700),
  ]
  return (edges + large).enumerated().flatMap { index, extents in
    let (m, n, k) = extents
    let product = Product(m: m, n: n, k: k, left: left, right: right, variation: index)
    return unsafe product.mismatches(Float.self, kernels: kernels_float(), 1.2e-7)
      + product.mismatches(Double.self, kernels: kernels_double(), 2.3e-16)
  }
}

/// One product c = bias + addend + op(a) op(b), which of the two are there, and how far the rows lie
/// apart, being chosen by `variation`.
private struct Product {
  let m, n, k: Int
  let left, right: Bool
  let variation: Int

  private func random(_ count: Int, _ seed: Int) -> [Double] {
    var state = UInt32(truncatingIfNeeded: seed &* 7_919 &+ variation &* 104_729 &+ 1)
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Double(Float(state >> 8) / 8_388_608 - 1)
    }
  }

  /// - Parameter epsilon: How far a sum may be off for each element of the depth, of size up to 1.
  func mismatches<Scalar: BinaryFloatingPoint>(
    _ type: Scalar.Type, kernels: UnsafePointer<kernel_table>?, _ epsilon: Double
  ) -> [String] {
    let name = "\(type) \(m)×\(n)×\(k)\(left ? ", left" : "")\(right ? ", right" : "") transposed"
    let (aRows, aColumns) = left ? (k, m) : (m, k)
    let (bRows, bColumns) = right ? (n, k) : (k, n)
    let (lda, ldb) = (aColumns + variation % 4, bColumns + variation % 3)
    let (ldc, ldAddend) = (n + variation % 5, n + variation % 2)
    let (a, b) = (random(aRows * lda, 1), random(bRows * ldb, 2))
    let (before, other, bias) = (random(m * ldc, 3), random(m * ldAddend, 4), random(n, 5))
    let (addsBefore, addsOther) = (variation % 3 == 1, variation % 3 == 2)
    let hasBias = variation % 2 == 1
    let workers = 1 + variation % 3

    func memory(_ numbers: [Double]) -> UnsafeMutablePointer<Scalar> {
      let pointer = UnsafeMutablePointer<Scalar>.allocate(capacity: numbers.count)
      for (index, number) in numbers.enumerated() {
        unsafe (pointer + index).initialize(to: Scalar(number))
      }
      return unsafe pointer
    }
    let workspaceCount = matmul_workspace(left ? 1 : 0, m, n, k, 0, workers)
    let workspace = unsafe memory(
      Array(repeating: .nan, count: workspaceCount) + Array(repeating: 7, count: 16))
    let (aMemory, bMemory, c) = unsafe (memory(a), memory(b), memory(before))
    let (otherMemory, biasMemory) = unsafe (memory(other), memory(bias))
    defer {
      unsafe [workspace, aMemory, bMemory, c, otherMemory, biasMemory].forEach {
        unsafe $0.deallocate()
      }
    }
    let addend = unsafe addsBefore ? c : addsOther ? otherMemory : nil
    unsafe kernels?.pointee.matmul(
      left ? 1 : 0, right ? 1 : 0, m, n, k, aMemory, lda, bMemory, ldb,
      hasBias ? biasMemory : nil, addend, addsBefore ? ldc : ldAddend, c, ldc, 0, workers, workspace
    )

    // All elements of a small product, some of a large one.
    let step = m * n * k < 20_000 ? 1 : 997
    var found: [String] = []
    for element in stride(from: 0, to: m * n, by: step) {
      let (i, j) = (element / n, element % n)
      var sum = hasBias ? bias[j] : 0
      if addsBefore { sum += before[i * ldc + j] }
      if addsOther { sum += other[i * ldAddend + j] }
      for p in 0..<k {
        sum += a[left ? p * lda + i : i * lda + p] * b[right ? j * ldb + p : p * ldb + j]
      }
      let value = unsafe Double(c[i * ldc + j])
      if !(abs(value - sum) <= epsilon * Double(k + 4)) {
        found.append("\(name) differs at \(i), \(j): \(value) instead of \(sum)")
      }
    }
    for i in 0..<m {
      for j in n..<ldc where unsafe c[i * ldc + j] != Scalar(before[i * ldc + j]) {
        found.append("\(name) differs behind row \(i)")
      }
    }
    for index in workspaceCount..<workspaceCount + 16 where unsafe workspace[index] != 7 {
      found.append("\(name) differs behind the workspace")
    }
    return found
  }
}
