internal import CKernels

/// Random numbers by place instead of by turn: value `index` of a stream is a function of the seed,
/// the stream's name, the step and the index alone.
///
/// Nothing depends on the order of calls or on the number of threads, a new layer changes no
/// other layer's numbers, and a resumed run needs to know its step only. The generator is SplitMix64
/// (Steele, Lea and Flood 2014), whose n-th value needs no earlier one.
public struct RandomStream: Sendable {
  package let key: UInt64

  private init(key: UInt64) { self.key = key }

  /// The stream called `name` at `step` of a run with `seed`.
  public init(seed: UInt64, _ name: String, step: Int = 0) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    key = random_bits(random_bits(seed, hash), UInt64(bitPattern: Int64(step)))
  }

  /// 64 random bits.
  public func bits(at index: Int) -> UInt64 { random_bits(key, UInt64(bitPattern: Int64(index))) }

  /// A number in [0, 1), a multiple of 2⁻⁵³.
  public func uniform(at index: Int) -> Double {
    random_uniform(key, UInt64(bitPattern: Int64(index)))
  }

  /// An integer in 0..<`bound`; the bias is below `bound` / 2⁶⁴.
  public func integer(below bound: Int, at index: Int) -> Int {
    Int(bits(at: index).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// The stream whose value `i` is this one's value `count + i`.
  public func dropping(_ count: Int) -> RandomStream {
    RandomStream(key: key &+ UInt64(bitPattern: Int64(count)) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// Element `index` of the numbers 0..<`count` in random order.
  ///
  /// The order is never written down: the index goes through a Feistel network over the next power
  /// of 4, again and again until it falls below `count` (Black and Rogaway 2002, cycle walking).
  ///
  /// - Complexity: O(1), fewer than 4 rounds through the network on average.
  public func permuted(_ index: Int, of count: Int) -> Int {
    let halfWidth = max((Int.bitWidth - (count - 1).leadingZeroBitCount + 1) / 2, 1)
    let half = (1 << halfWidth) - 1
    var place = index
    repeat {
      var (left, right) = (place >> halfWidth, place & half)
      for round in 0..<4 {
        let mixed = Int(truncatingIfNeeded: bits(at: right << 2 | round))
        (left, right) = (right, left ^ (mixed & half))
      }
      place = left << halfWidth | right
    } while place >= count
    return place
  }
}
