/// What a verification found.
public struct VerificationReport: Sendable {
  /// What was found of one operation, layer or model.
  public struct Row: Sendable {
    /// What was checked.
    public let name: String
    /// How many elements of gradients were compared, over all shapes.
    public let elements: Int
    /// The largest relative error of a tensor; see ``GradientError/relativeError``.
    public let relativeError: Double
    /// The tensor that has it: a parameter's name, or its place among the inputs.
    public let worstTensor: String
    /// The step of the differences.
    public let step: Double
    /// How far `Float` is from `Double` at most; see ``Verification/precisionTolerance``.
    public let precisionDifference: Double
    /// How many mistakes were made on purpose.
    public let mutants: Int
    /// Those that no shape revealed.
    public let missed: [String]

    /// Whether all errors are within the tolerance.
    public let areDerivativesRight: Bool
    /// Whether `Float` is close enough to `Double`.
    public let arePrecisionsAlike: Bool

    /// How many mistakes were noticed.
    public var caught: Int { mutants - missed.count }
    /// Whether nothing is wrong.
    public var isPassed: Bool { areDerivativesRight && arePrecisionsAlike && missed.isEmpty }
  }

  /// One row for each operation, layer and model, in order.
  public let rows: [Row]

  /// How many elements of gradients were compared.
  public var elements: Int { rows.reduce(0) { $0 + $1.elements } }
  /// How many mistakes were made on purpose.
  public var mutants: Int { rows.reduce(0) { $0 + $1.mutants } }
  /// How many of them were noticed.
  public var caught: Int { rows.reduce(0) { $0 + $1.caught } }
  /// How far `Float` is from `Double` at most, NaN if something is not a number.
  public var precisionDifference: Double {
    rows.map(\.precisionDifference).reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
  }
  /// Whether nothing is wrong.
  public var isPassed: Bool { rows.allSatisfy(\.isPassed) }
}
