/// How far a number may be from what is expected: `absolute + relative · |expected|`.
public struct Tolerance: Sendable {
  /// What is allowed whatever the size.
  public var absolute: Double
  /// What is allowed beside that, relative to the expected number.
  public var relative: Double

  /// A tolerance from its parts.
  public init(absolute: Double = 0, relative: Double = 0) {
    (self.absolute, self.relative) = (absolute, relative)
  }

  /// The element that is farthest off, in words, or nil if all are near enough. Infinities and NaN
  /// match themselves only.
  public func mismatch<Scalar: BinaryFloatingPoint>(
    _ found: [Scalar], _ expected: [Double]
  ) -> String? {
    guard found.count == expected.count else {
      return "\(found.count) elements instead of \(expected.count)"
    }
    var worst: (index: Int, excess: Double)?
    for index in expected.indices {
      let (value, wanted) = (Double(found[index]), expected[index])
      if value == wanted || value.isNaN && wanted.isNaN { continue }
      let excess = abs(value - wanted) / (absolute + relative * abs(wanted))
      // Also where it is not a number.
      if !(excess <= max(worst?.excess ?? 0, 1)) { worst = (index, excess) }
      if excess.isNaN { break }
    }
    return worst.map { index, excess in
      "element \(index) is \(found[index]) instead of \(expected[index]), \(excess) times the "
        + "tolerance"
    }
  }
}
