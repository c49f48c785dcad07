/// Two tokens side by side.
struct TokenPair: Hashable, Comparable {
  /// The ids, the left one in the upper half.
  let key: UInt64

  init(_ left: Int32, _ right: Int32) {
    key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  var left: Int32 { Int32(bitPattern: UInt32(key >> 32)) }
  var right: Int32 { Int32(truncatingIfNeeded: key) }

  static func < (left: TokenPair, right: TokenPair) -> Bool { left.key < right.key }
}

/// A number for each of many pairs of tokens; looked up far more quickly than in a `Dictionary`,
/// whose hashing guards against enemies that these keys do not have.
struct PairTable: Sendable {
  private var keys = [UInt64](repeating: .max, count: 64)
  private var numbers = [Int32](repeating: 0, count: 64)
  private(set) var count = 0

  /// The number of a pair, nil if it has none.
  subscript(pair: TokenPair) -> Int32? {
    let slot = slot(of: pair.key)
    return keys[slot] == pair.key ? numbers[slot] : nil
  }

  /// Gives a pair that has none the number; returns the one that it has afterwards.
  mutating func insert(_ pair: TokenPair, _ number: Int32) -> Int32 {
    let slot = slot(of: pair.key)
    if keys[slot] == pair.key { return numbers[slot] }
    (keys[slot], numbers[slot]) = (pair.key, number)
    count += 1
    if count * 2 > keys.count { grow() }
    return number
  }

  /// The slot that holds a key, or the free one where it belongs.
  private func slot(of key: UInt64) -> Int {
    let mask = keys.count - 1
    // Fibonacci hashing (Knuth, volume 3, section 6.4).
    var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while keys[slot] != key && keys[slot] != .max { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let (oldKeys, oldNumbers) = (keys, numbers)
    keys = [UInt64](repeating: .max, count: oldKeys.count * 2)
    numbers = [Int32](repeating: 0, count: keys.count)
    for (key, number) in zip(oldKeys, oldNumbers) where key != .max {
      let slot = slot(of: key)
      (keys[slot], numbers[slot]) = (key, number)
    }
  }
}
