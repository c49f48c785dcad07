import Foundation

/// The normal deviates of NumPy's `default_rng(0).standard_normal`: the generator PCG64 (O'Neill 2014)
/// and the ziggurat method (Marsaglia and Tsang 2000; Doornik 2005).
struct NumPyGenerator {
  // `default_rng(0).bit_generator.state`, 128 bits in two halves. Shifts with `&` and halves instead of
  // UInt128 keep debug builds quick.
  private var high: UInt64 = 0x1AA1_B534_5996_452D, low: UInt64 = 0x0958_5EB7_A695_61E3

  private let layers = Ziggurat()

  private mutating func bits() -> UInt64 {
    // state · 0x2360ED051FC65DA44385DF649FCCF645 + 0x418DDADB3AF71A82588133BC447873A9
    let factorHigh: UInt64 = 0x2360_ED05_1FC6_5DA4, factorLow: UInt64 = 0x4385_DF64_9FCC_F645
    let product = low.multipliedFullWidth(by: factorLow)
    let increment: UInt64 = 0x5881_33BC_4478_73A9
    high = high &* factorLow &+ low &* factorHigh &+ product.high &+ 0x418D_DADB_3AF7_1A82
    low = product.low &+ increment
    if low < increment { high &+= 1 }
    let word = high ^ low, turn = high &>> 58
    return word &>> turn | word &<< (0 &- turn)
  }

  /// A number in [0, 1) of 53 bits.
  private mutating func uniform() -> Double { Double(bits() &>> 11) / 9_007_199_254_740_992 }

  private mutating func normal() -> Double {
    while true {
      let bits = bits()
      let layer = Int(bits & 0xFF), isNegative = bits &>> 8 & 1 == 1
      let whole = bits &>> 9 & 0xF_FFFF_FFFF_FFFF
      let x = Double(whole) * layers.width[layer]
      if whole < layers.inside[layer] { return isNegative ? -x : x }
      if layer == 0 { return tail(isNegative: whole &>> 8 & 1 == 1) }
      let above = layers.height[layer - 1], below = layers.height[layer]
      if (above - below) * uniform() + below < exp(-0.5 * x * x) { return isNegative ? -x : x }
    }
  }

  /// So many deviates, in NumPy's order.
  mutating func normals(_ count: Int) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    var index = 0
    while index < count {
      values[index] = normal()
      index += 1
    }
    return values
  }

  /// A deviate beyond the last layer.
  private mutating func tail(isNegative: Bool) -> Double {
    while true {
      let x = -log1p(-uniform()) / Ziggurat.end, y = -log1p(-uniform())
      if y + y > x * x { return isNegative ? -(Ziggurat.end + x) : Ziggurat.end + x }
    }
  }
}

/// The 256 layers of equal area under exp(−x²/2).
private struct Ziggurat {
  /// Where the last layer ends and the tail begins.
  static let end = 3.6541528853610088
  private static let area = 0.00492867323399

  /// Numbers below this one lie inside the layer for certain.
  var inside = [UInt64](repeating: 0, count: 256)
  /// What a number is multiplied with.
  var width = [Double](repeating: 0, count: 256)
  /// exp(−x²/2) at the right end of the layer.
  var height = [Double](repeating: 0, count: 256)

  init() {
    let scale = 4_503_599_627_370_496.0  // 2⁵²
    func bell(_ x: Double) -> Double { exp(-0.5 * x * x) }
    let base = Self.area / bell(Self.end)
    inside[0] = UInt64(Self.end / base * scale)
    (width[0], width[255]) = (base / scale, Self.end / scale)
    (height[0], height[255]) = (1, bell(Self.end))
    var x = Self.end
    for layer in (1...254).reversed() {
      let next = (-2 * log(Self.area / x + bell(x))).squareRoot()
      inside[layer + 1] = UInt64(next / x * scale)
      (width[layer], height[layer]) = (next / scale, bell(next))
      x = next
    }
  }
}
