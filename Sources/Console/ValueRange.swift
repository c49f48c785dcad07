/// A number that can stand behind an option.
public protocol OptionValue: Comparable, Sendable {
  /// What is expected, in words: `a whole number`.
  static var kind: String { get }
  /// What stands for the number in the help: `N`.
  static var placeholder: String { get }
  /// Reads a number; digits may be grouped with `_`, an exponent is allowed.
  init?(argument: String)
  /// The number as a person would write it.
  var argument: String { get }
}

extension Int: OptionValue {
  /// What is expected, in words.
  public static var kind: String { "a whole number" }
  /// What stands for the number in the help.
  public static var placeholder: String { "N" }
  /// Reads `2500`, `2_500` or `1e4`; no fraction and nothing that an `Int` cannot hold.
  public init?(argument: String) {
    // An Int first, as a Double holds only 53 bits of it.
    let plain = argument.filter { $0 != "_" }
    guard let number = Int(plain) ?? Double(argument: plain).flatMap(Int.init(exactly:)) else {
      return nil
    }
    self = number
  }
  /// The number as a person would write it.
  public var argument: String { String(self) }
}

extension Double: OptionValue {
  /// What is expected, in words.
  public static var kind: String { "a number" }
  /// What stands for the number in the help.
  public static var placeholder: String { "X" }
  /// Reads `0.1`, `3e-4` or `1_000`; nothing infinite, not a number or hexadecimal.
  public init?(argument: String) {
    let plain = argument.filter { $0 != "_" }
    guard plain.allSatisfy("0123456789+-.eE".contains), let number = Double(plain),
      number.isFinite
    else { return nil }
    self = number
  }
  /// The number as a person would write it: `1`, not `1.0`.
  public var argument: String { Int(exactly: self)?.argument ?? description }
}

/// A range that can say in words what it asks of a value.
public protocol ValueRange<Bound> {
  /// The type of the values.
  associatedtype Bound: OptionValue
  /// Whether a value lies in the range.
  func contains(_ element: Bound) -> Bool
  /// What is asked of a value, after "must be": `at least 1`.
  var requirement: String { get }
}

extension PartialRangeFrom: ValueRange where Bound: OptionValue {
  /// What is asked of a value: `at least 1`.
  public var requirement: String { "at least \(lowerBound.argument)" }
}

extension ClosedRange: ValueRange where Bound: OptionValue {
  /// What is asked of a value: `from 0 to 1`.
  public var requirement: String { "from \(lowerBound.argument) to \(upperBound.argument)" }
}

extension Range: ValueRange where Bound: OptionValue {
  /// What is asked of a value: `at least 0 and less than 1`.
  public var requirement: String {
    "at least \(lowerBound.argument) and less than \(upperBound.argument)"
  }
}

/// The range that Swift has no literal for: greater than a bound, up to another if there is one.
public struct RangeAbove<Bound: OptionValue>: ValueRange {
  let lowerBound: Bound
  let upperBound: Bound?

  /// Whether a value lies in the range.
  public func contains(_ element: Bound) -> Bool {
    element > lowerBound && upperBound.map { element <= $0 } ?? true
  }

  /// What is asked of a value: `greater than 0 and at most 1`.
  public var requirement: String {
    "greater than \(lowerBound.argument)" + (upperBound.map { " and at most \($0.argument)" } ?? "")
  }
}

extension ValueRange {
  /// The values greater than `lower`, and at most `upper` if it is given.
  public static func above<Value>(_ lower: Value, through upper: Value? = nil) -> Self
  where Self == RangeAbove<Value> {
    RangeAbove(lowerBound: lower, upperBound: upper)
  }
}
