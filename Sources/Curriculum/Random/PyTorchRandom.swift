import Foundation

/// The normal deviates of PyTorch's `torch.manual_seed(seed)` and `torch.randn`, on a processor and in
/// single precision, but for a last digit: the method of Box and Muller on sixteen numbers at a time.
struct PyTorchRandom {
  private var bits: MersenneTwister

  init(seed: UInt32) { bits = MersenneTwister(seed: seed) }

  /// A number in [0, 1) of 24 bits.
  private mutating func uniform() -> Float { Float(bits.next() & 0xFF_FFFF) / 16_777_216 }

  /// So many deviates, in PyTorch's order; `count` is a multiple of 16.
  mutating func normals(_ count: Int) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(count)
    for _ in 0..<count / 16 {
      for _ in 0..<16 { values.append(uniform()) }
      let start = values.count - 16
      for i in start..<start + 8 {
        let radius = (-2 * log(1 - values[i])).squareRoot(), angle = 2 * Float.pi * values[i + 8]
        values[i] = radius * cos(angle)
        values[i + 8] = radius * sin(angle)
      }
    }
    return values
  }
}
