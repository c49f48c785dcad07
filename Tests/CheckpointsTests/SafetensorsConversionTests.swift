import Testing

@testable import Checkpoints

@Suite struct SafetensorsConversionTests {
  #if !(os(macOS) && arch(x86_64))
  /// All 65,536 numbers, against the processor's own conversion.
  @Test func halfPrecisionIsExact() {
    for bits in UInt16.min ... .max {
      let (converted, expected) = (Float(halfPrecision: bits), Float(Float16(bitPattern: bits)))
      guard converted.bitPattern != expected.bitPattern else { continue }
      #expect(converted.isNaN && expected.isNaN, "bits \(bits)")
    }
  }
  #endif

  @Test func halfPrecisionByHand() {
    #expect(Float(halfPrecision: 0x3E00) == 1.5)
    #expect(Float(halfPrecision: 0xC000) == -2)
    #expect(Float(halfPrecision: 0x7BFF) == 65504)
    #expect(Float(halfPrecision: 0x0001) == 0x1p-24)
    #expect(Float(halfPrecision: 0x8000).bitPattern == 0x8000_0000)
    #expect(Float(halfPrecision: 0xFC00) == -.infinity)
    #expect(Float(halfPrecision: 0x7E00).isNaN)
  }
}
