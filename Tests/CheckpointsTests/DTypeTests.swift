import Testing

@testable import Checkpoints

@Suite struct DTypeTests {
  @Test func sizesAreThoseOfTheFormat() {
    #expect(DType.f32.byteCount(shape: [2, 3]) == 24)
    #expect(DType.f64.byteCount(shape: []) == 8)
    #expect(DType.bool.byteCount(shape: [0, 5]) == 0)
    #expect(DType.f4.byteCount(shape: [4]) == 2)
    #expect(DType.f4.byteCount(shape: [3]) == nil)
    #expect(DType.f6e2m3.byteCount(shape: [4]) == 3)
    #expect(DType.f6e3m2.byteCount(shape: [2]) == nil)
  }

  @Test func overflowIsCaught() {
    #expect(DType.f32.byteCount(shape: [1 << 31, 1 << 31]) == nil)
    #expect(DType.f32.byteCount(shape: [.max]) == nil)
    // Taken modulo 2⁶⁴ this is 0 bytes.
    #expect(DType.f32.byteCount(shape: [1 << 31, 1 << 31, 4]) == nil)
    #expect(DType.u8.byteCount(shape: [1 << 60]) == nil)
    #expect(DType.u8.byteCount(shape: [(1 << 60) - 1]) == (1 << 60) - 1)
  }

  @Test func scalarsHaveTheSizeOfTheirType() {
    func check<Scalar: SafetensorsScalar>(_ type: Scalar.Type) {
      #expect(Scalar.dtype.bits == 8 * MemoryLayout<Scalar>.size)
    }
    check(Float.self)
    check(Double.self)
    check(Int64.self)
    check(Int32.self)
    check(UInt8.self)
  }
}
