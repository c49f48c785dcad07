/// The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), from which NumPy's `RandomState` and
/// PyTorch's generator for processors draw.
struct MersenneTwister {
  private var state: [UInt32]
  private var place = 624

  init(seed: UInt32) {
    state = [seed]
    for i in 1..<624 {
      let last = state[i - 1]
      state.append(1_812_433_253 &* (last ^ last &>> 30) &+ UInt32(i))
    }
  }

  private mutating func twist() {
    for i in 0..<624 {
      let bits = state[i] & 0x8000_0000 | state[i == 623 ? 0 : i + 1] & 0x7FFF_FFFF
      state[i] = state[i < 227 ? i + 397 : i - 227] ^ bits &>> 1 ^ (bits & 1) &* 0x9908_B0DF
    }
    place = 0
  }

  /// The next 32 random bits.
  mutating func next() -> UInt32 {
    if place == 624 { twist() }
    var y = state[place]
    place += 1
    y ^= y &>> 11
    y ^= y &<< 7 & 0x9D2C_5680
    y ^= y &<< 15 & 0xEFC6_0000
    return y ^ y &>> 18
  }
}
