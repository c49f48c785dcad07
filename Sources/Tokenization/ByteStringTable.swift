/// Distinct byte strings, numbered 0, 1, 2… in the order in which they came.
///
/// All lie in one array, so that a million words cost little more than their bytes.
struct ByteStringTable: Sendable {
  private var bytes: [UInt8] = []
  /// Where each string ends; it begins where the one before ends.
  private var ends: [Int] = []
  private var hashes: [UInt32] = []
  /// Open addressing by linear probing: numbers of strings, −1 where a slot is free.
  private var slots = [Int32](repeating: -1, count: 64)

  /// How many strings there are.
  var count: Int { ends.count }

  /// The string of a number.
  subscript(number: Int) -> ArraySlice<UInt8> {
    bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
  }

  /// The number of a string, or nil.
  func number(of string: ArraySlice<UInt8>) -> Int? {
    let found = slots[slot(of: string, hash: Self.hash(string))]
    return found < 0 ? nil : Int(found)
  }

  /// The number of a string, which is added if it is new.
  mutating func insert(_ string: ArraySlice<UInt8>) -> (number: Int, isNew: Bool) {
    let hash = Self.hash(string)
    let slot = slot(of: string, hash: hash)
    if slots[slot] >= 0 { return (Int(slots[slot]), false) }
    slots[slot] = Int32(count)
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
    hashes.append(hash)
    if count * 2 > slots.count { grow() }
    return (count - 1, true)
  }

  /// The slot that holds a string, or the free one where it belongs.
  private func slot(of string: ArraySlice<UInt8>, hash: UInt32) -> Int {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while true {
      let number = Int(slots[slot])
      if number < 0 || hashes[number] == hash && isEqual(number, string) { return slot }
      slot = (slot + 1) & mask
    }
  }

  private func isEqual(_ number: Int, _ string: ArraySlice<UInt8>) -> Bool {
    let start = number == 0 ? 0 : ends[number - 1]
    guard ends[number] - start == string.count else { return false }
    let offset = start - string.startIndex
    for place in string.indices where bytes[place + offset] != string[place] { return false }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, hash) in hashes.enumerated() {
      var slot = Int(hash) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(number)
    }
  }

  /// FNV-1a, whose last bits depend on all bytes (Fowler, Noll, Vo; RFC 9923).
  private static func hash(_ string: ArraySlice<UInt8>) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in string { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
