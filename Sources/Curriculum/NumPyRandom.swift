import Foundation

/// The normal deviates of NumPy's `RandomState(seed).randn`, so that a printed listing gives its numbers
/// here too: the Mersenne Twister (Matsumoto and Nishimura 1998) and Marsaglia's polar method.
struct NumPyRandom {
  private var state: [UInt32]
  private var place = 624
  private var spare: Double?

  init(seed: UInt32) {
    state = [seed]
    for i in 1..<624 {
      let last = state[i - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(i))
    }
  }

  private mutating func twist() {
    for i in 0..<624 {
      let bits = state[i] & 0x8000_0000 | state[(i + 1) % 624] & 0x7FFF_FFFF
      state[i] = state[(i + 397) % 624] ^ bits >> 1 ^ (bits & 1) &* 0x9908_B0DF
    }
    place = 0
  }

  private mutating func bits() -> UInt32 {
    if place == 624 { twist() }
    var y = state[place]
    place += 1
    y ^= y >> 11
    y ^= y << 7 & 0x9D2C_5680
    y ^= y << 15 & 0xEFC6_0000
    return y ^ y >> 18
  }

  /// A number in [0, 1) of 53 bits.
  private mutating func uniform() -> Double {
    let high = Double(bits() >> 5), low = Double(bits() >> 6)
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
