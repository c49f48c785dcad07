/// Numbers that are the same in every run (Vigna's SplitMix64).
public struct TestRandom {
  private var state: UInt64

  /// Numbers of this seed.
  public init(seed: UInt64) { state = seed }

  /// Any 64 bits.
  public mutating func bits() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number from 0, below this limit.
  public mutating func below(_ limit: Int) -> Int { Int(bits() % UInt64(limit)) }

  /// A text of scalars from all planes, white space among them.
  public mutating func text(length: Int) -> String {
    var text = String.UnicodeScalarView()
    let common = Array("ae hst'\n\t,.1éü日\u{301}\u{3000}🎉".unicodeScalars)
    while text.count < length {
      let any = Unicode.Scalar(UInt32(below(0x110000)))
      if let scalar = below(4) > 0 ? common[below(common.count)] : any { text.append(scalar) }
    }
    return String(text)
  }
}
