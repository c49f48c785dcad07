import Autograd
import Testing

@Suite struct PackedMatrixTests {
  private func random(_ name: String, _ shape: [Int]) -> Tensor<Float> {
    Tensor(normal: RandomStream(seed: 1, name), shape: shape)
  }

  /// Depths beyond one block and odd ones, columns beyond a panel and odd ones, more rows than are
  /// computed from the copy.
  @Test(arguments: [false, true]) func theCopyGivesTheSameBits(_ isTransposed: Bool) {
    for (rows, inputs, outputs) in [
      (1, 1, 1), (1, 64, 64), (1, 301, 130), (3, 97, 65), (8, 33, 20), (9, 33, 20), (2, 600, 3),
    ] {
      let x = random("x", [rows, inputs])
      let w = random("w", isTransposed ? [outputs, inputs] : [inputs, outputs])
      let b = random("b", [outputs])
      withPrecision(.bfloat16) {
        let expected = x.linear(w, bias: b, transposingWeight: isTransposed).scalars
        w.keepPacked(transposed: isTransposed)
        let found = x.linear(w, bias: b, transposingWeight: isTransposed).scalars
        #expect(found == expected, "\(rows) rows, \(inputs) to \(outputs)")
      }
    }
  }

  @Test func itServesTheOtherDirectionNot() {
    let (x, w) = (random("x", [1, 40]), random("w", [40, 40]))
    withPrecision(.bfloat16) {
      let expected = x.linear(w, transposingWeight: true).scalars
      w.keepPacked()
      #expect(x.linear(w, transposingWeight: true).scalars == expected)
      #expect(x.linear(w).scalars != expected)
    }
  }

  @Test func itServesThisPrecisionOnly() {
    let (x, w) = (random("x", [1, 40]), random("w", [40, 40]))
    let exact = x.linear(w).scalars
    w.keepPacked()
    #expect(x.linear(w).scalars == exact)
    #expect(withPrecision(.bfloat16) { x.linear(w).scalars } != exact)
  }

  @Test func anOldCopyIsNotUsed() {
    let (x, w) = (random("x", [1, 40]), random("w", [40, 40]))
    w.keepPacked()
    w.scalars = w.scalars.map { -$0 }
    withPrecision(.bfloat16) {
      let found = x.linear(w).scalars
      w.keepPacked()
      #expect(found == x.linear(w).scalars)
    }
  }
}
