/// The type of a tensor's elements, by its name in a safetensors file.
///
/// All types of the format are known, so that a file with any of them can be listed; which of
/// them can be read says ``SafetensorsFile``. The cases stand in the official library's order, by
/// which it sorts the tensors of a file.
public enum DType: String, Sendable, CaseIterable {
  /// Truth values of a byte each.
  case bool = "BOOL"
  /// Floating point of 4 bits, two to a byte.
  case f4 = "F4"
  /// Floating point of 6 bits: 2 of exponent, 3 of fraction.
  case f6e2m3 = "F6_E2M3"
  /// Floating point of 6 bits: 3 of exponent, 2 of fraction.
  case f6e3m2 = "F6_E3M2"
  /// Unsigned integers of 8 bits.
  case u8 = "U8"
  /// Signed integers of 8 bits.
  case i8 = "I8"
  /// Floating point of 8 bits: 5 of exponent, 2 of fraction.
  case f8e5m2 = "F8_E5M2"
  /// Floating point of 8 bits: 4 of exponent, 3 of fraction.
  case f8e4m3 = "F8_E4M3"
  /// Powers of two: 8 bits of exponent.
  case f8e8m0 = "F8_E8M0"
  /// As ``f8e4m3`` without infinities and negative zero.
  case f8e4m3fnuz = "F8_E4M3FNUZ"
  /// As ``f8e5m2`` without infinities and negative zero.
  case f8e5m2fnuz = "F8_E5M2FNUZ"
  /// Signed integers of 16 bits.
  case i16 = "I16"
  /// Unsigned integers of 16 bits.
  case u16 = "U16"
  /// IEEE 754 half precision.
  case f16 = "F16"
  /// bfloat16, the upper half of single precision.
  case bf16 = "BF16"
  /// Signed integers of 32 bits.
  case i32 = "I32"
  /// Unsigned integers of 32 bits.
  case u32 = "U32"
  /// IEEE 754 single precision, `Float`.
  case f32 = "F32"
  /// Complex numbers of two single-precision parts.
  case c64 = "C64"
  /// IEEE 754 double precision, `Double`.
  case f64 = "F64"
  /// Signed integers of 64 bits.
  case i64 = "I64"
  /// Unsigned integers of 64 bits.
  case u64 = "U64"

  /// The size of an element in bits.
  public var bits: Int {
    switch self {
    case .f4: 4
    case .f6e2m3, .f6e3m2: 6
    case .bool, .u8, .i8, .f8e5m2, .f8e4m3, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz: 8
    case .i16, .u16, .f16, .bf16: 16
    case .i32, .u32, .f32: 32
    case .c64, .f64, .i64, .u64: 64
    }
  }

  /// The bytes of a tensor of this type and shape; nil if they are no whole number or overflow.
  func byteCount(shape: [Int]) -> Int? {
    var bits = self.bits
    for size in shape {
      let (product, overflow) = bits.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      bits = product
    }
    return bits % 8 == 0 ? bits / 8 : nil
  }
}

/// A Swift type whose values stand in a safetensors file as they stand in memory.
///
/// The format is little-endian, as every platform of this package is.
public protocol SafetensorsScalar: BitwiseCopyable, Sendable {
  /// The type's name in a file.
  static var dtype: DType { get }
}

extension Float: SafetensorsScalar {
  /// F32
  public static var dtype: DType { .f32 }
}
extension Double: SafetensorsScalar {
  /// F64
  public static var dtype: DType { .f64 }
}
extension Int64: SafetensorsScalar {
  /// I64
  public static var dtype: DType { .i64 }
}
extension Int32: SafetensorsScalar {
  /// I32
  public static var dtype: DType { .i32 }
}
extension UInt8: SafetensorsScalar {
  /// U8
  public static var dtype: DType { .u8 }
}
