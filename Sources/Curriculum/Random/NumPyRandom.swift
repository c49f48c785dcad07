import Foundation

/// The normal deviates of NumPy's `RandomState(seed).randn`, so that a printed listing gives its numbers
/// here too: Marsaglia's polar method.
struct NumPyRandom {
  private var bits: MersenneTwister
  private var spare: Double?

  init(seed: UInt32) { bits = MersenneTwister(seed: seed) }

  /// A number in [0, 1) of 53 bits.
  private mutating func uniform() -> Double {
    let high = Double(bits.next() >> 5), low = Double(bits.next() >> 6)
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  private mutating func normal() -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    while true {
      let x = 2 * uniform() - 1, y = 2 * uniform() - 1
      let square = x * x + y * y
      guard square < 1, square != 0 else { continue }
      let factor = (-2 * log(square) / square).squareRoot()
      spare = factor * x
      return factor * y
    }
  }

  /// So many deviates, in NumPy's order.
  mutating func normals(_ count: Int) -> [Double] { (0..<count).map { _ in normal() } }
}
