/// Converts the elements in `bytes` to floating point, stored from `destination[first]` on; false
/// if the type is not floating point.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func convertFloatingPoint<Scalar: BinaryFloatingPoint>(
  _ bytes: RawSpan, _ dtype: DType,
  to destination: UnsafeMutableBufferPointer<Scalar>, at first: Int
) -> Bool {
  let count = bytes.byteCount * 8 / dtype.bits
  switch dtype {
  case .f64:
    for i in 0..<count {
      let bits = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 8 * i, as: UInt64.self)
      unsafe destination[first + i] = Scalar(Double(bitPattern: bits))
    }
  case .f32:
    for i in 0..<count {
      let bits = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)
      unsafe destination[first + i] = Scalar(Float(bitPattern: bits))
    }
  case .f16:
    for i in 0..<count {
      let bits = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
      unsafe destination[first + i] = Scalar(Float(halfPrecision: bits))
    }
  case .bf16:
    for i in 0..<count {
      let bits = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
      unsafe destination[first + i] = Scalar(Float(bitPattern: UInt32(bits) << 16))
    }
  default: return false
  }
  return true
}

/// The elements in `bytes` as integers; nil if the type is no integer or a value is too large.
func convertIntegers(_ bytes: RawSpan, _ dtype: DType) -> [Int64]? {
  func convert<Integer: FixedWidthInteger & BitwiseCopyable>(_ type: Integer.Type) -> [Int64]? {
    var values: [Int64] = []
    for offset in stride(from: 0, to: bytes.byteCount, by: MemoryLayout<Integer>.size) {
      let value = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
      guard let value = Int64(exactly: value) else { return nil }
      values.append(value)
    }
    return values
  }
  return switch dtype {
  case .bool, .u8: convert(UInt8.self)
  case .i8: convert(Int8.self)
  case .u16: convert(UInt16.self)
  case .i16: convert(Int16.self)
  case .u32: convert(UInt32.self)
  case .i32: convert(Int32.self)
  case .u64: convert(UInt64.self)
  case .i64: convert(Int64.self)
  default: nil
  }
}

extension Float {
  /// The value of an IEEE 754 half-precision number; exact.
  ///
  /// Written out because Swift has no `Float16` on Macs with Intel processors.
  init(halfPrecision bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:  // zero and subnormal numbers: fraction · 2⁻²⁴
      let magnitude = Float(fraction) * 0x1p-24
      self.init(bitPattern: sign | magnitude.bitPattern)
    case 31:  // infinities and NaN
      self.init(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default:  // the exponent's bias is 15 here and 127 there
      self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
