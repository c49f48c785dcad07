import Autograd

/// Compares every derivative of the package with central differences: each operation at several odd
/// shapes, each layer, and every parameter of whole small models.
///
/// What it compares runs in double precision on the same code that trains in single precision. It
/// also makes mistakes in the derivatives on purpose (``Mutation``), and each has to be noticed.
///
/// ```swift
/// let report = Verification().run()
/// report.isPassed  // true
/// ```
public struct Verification: Sendable {
  /// The step of the differences for numbers up to 1; for larger ones it grows with them.
  public let step = 1e-5
  /// The largest relative error that passes; see ``GradientError/relativeError``.
  public var tolerance: Double
  /// The largest difference of `Float` from `Double` that passes: results and gradients, relative
  /// to the largest element of the same tensor, or to 10⁻² of the largest gradient of the check.
  ///
  /// `Float` resolves 6e-8; sums over a few hundred rounded terms and quotients leave 1e-4 of room.
  public let precisionTolerance = 1e-4

  /// Verification with a tolerance; 1e-9 is usual where a derivative is right.
  public init(tolerance: Double = 1e-6) { self.tolerance = tolerance }

  /// The names of all rows, in order.
  public static var names: [String] { CheckRow<Double>.all.map(\.name) }

  /// The names under which the graph records the operations that the rows check.
  public static var operations: Set<String> {
    Set(
      CheckRow<Double>.all.flatMap { row in
        row.checks().flatMap { $0.function().recordedOperations.map(\.name) }
      })
  }

  /// Checks the rows of the given names, all by default.
  ///
  /// - Parameter progress: Is told before each row which one it is and how many there are.
  public func run(
    _ names: [String] = names,
    progress: (_ name: String, _ index: Int, _ count: Int) -> Void = { _, _, _ in }
  ) -> VerificationReport {
    let rows = zip(CheckRow<Double>.all, CheckRow<Float>.all).filter { names.contains($0.0.name) }
    return VerificationReport(
      rows: rows.enumerated().map { index, row in
        progress(row.0.name, index, rows.count)
        return verify(row.0, row.1)
      })
  }

  private func verify(
    _ row: CheckRow<Double>, _ single: CheckRow<Float>
  ) -> VerificationReport.Row {
    let trials = row.checks().map { Trial($0, step: step) }
    let errors = trials.flatMap { $0.errors() }
    let mutants = trials.reduce(into: [Mutant]()) { all, trial in
      for mutant in Mutant.all(in: trial.check) where !all.contains(mutant) { all.append(mutant) }
    }
    func fails(_ trial: Trial) -> Bool { !trial.errors().allSatisfy(passes) }

    let missedMutants = mutants.filter { mutant in
      !trials.contains { trial in mutant.mutation.during { fails(trial) } }
    }
    let missedTerms = row.flawed.filter { flaw in
      !zip(trials, flaw.checks()).contains { fails($0.replacingFunction(with: $1)) }
    }
    let differences = zip(row.checks(), single.checks()).map { precisionDifference($0, $1) }
    let worst = errors.max { $0.relativeError < $1.relativeError || $1.relativeError.isNaN }
    return VerificationReport.Row(
      name: row.name, elements: errors.reduce(0) { $0 + $1.elements },
      relativeError: worst?.relativeError ?? .nan, worstTensor: worst?.name ?? "", step: step,
      precisionDifference: largest(differences), mutants: mutants.count + row.flawed.count,
      missed: missedMutants.map(\.description) + missedTerms.map { "without \($0.term)" },
      areDerivativesRight: errors.allSatisfy(passes),
      arePrecisionsAlike: largest(differences) <= precisionTolerance)
  }

  private func passes(_ error: GradientError) -> Bool { error.relativeError <= tolerance }
}

/// A check and the differences taken of it.
private struct Trial {
  let check: Check<Double>
  let differences: CentralDifferences

  init(_ check: Check<Double>, step: Double) {
    self.check = check
    differences = CentralDifferences(of: check.inputs, step: step, seed: 1, check.function)
  }

  private init(_ check: Check<Double>, _ differences: CentralDifferences) {
    (self.check, self.differences) = (check, differences)
  }

  func errors() -> [GradientError] { differences.errors(of: check.inputs, check.function) }

  /// The same differences for another derivative of the same function.
  func replacingFunction(with other: Check<Double>) -> Trial { Trial(other, differences) }
}

/// A mistake that can be made in a check.
private struct Mutant: Equatable, CustomStringConvertible {
  let operation: String
  let input: Int
  let alteration: Mutation.Alteration

  var mutation: Mutation { Mutation(of: operation, input: input, alteration) }
  var description: String { "\(operation), input \(input) \(alteration)" }

  /// Every mistake in what an operation sends to one of its inputs, but those that change nothing:
  /// transposing what is not square, and flipping the signs of an operation that occurs twice, as
  /// two flips on one path cancel.
  static func all(in check: Check<Double>) -> [Mutant] {
    let operations = check.function().recordedOperations
    return operations.flatMap { operation in
      let isPair = operations.count { $0.name == operation.name } == 2
      return operation.inputs.enumerated().filter { $1.requiresGradient }.flatMap { index, input in
        let axes = input.shape.suffix(2)
        let isSquare = axes.count == 2 && axes.first == axes.last && axes.last != 1
        return Mutation.Alteration.allCases
          .filter { $0 == .transposed ? isSquare : $0 == .negated ? !isPair : true }
          .map { Mutant(operation: operation.name, input: index, alteration: $0) }
      }
    }
  }
}

/// How far results and gradients in single precision are from those in double precision.
private func precisionDifference(_ double: Check<Double>, _ single: Check<Float>) -> Double {
  let (exact, rounded) = (resultAndGradients(double), resultAndGradients(single))
  let overall = largest(exact.dropFirst().joined())
  return largest(
    exact.indices.map { i in
      let difference = largest(zip(exact[i], rounded[i]).map { $0 - $1 })
      let size = max(largest(exact[i]), i == 0 ? 0 : 1e-2 * overall)
      return difference == 0 ? 0 : difference / size
    })
}

private func resultAndGradients<Scalar>(_ check: Check<Scalar>) -> [[Double]] {
  let result = check.function()
  result.backward(Values.normal.tensor(result.shape, RandomStream(seed: 1, "upstream")))
  let gradients = check.inputs.map { $0.gradient?.scalars ?? Array(repeating: 0, count: $0.count) }
  return ([result.scalars] + gradients).map { $0.map { Double($0) } }
}

/// The largest magnitude; NaN if there is one.
private func largest(_ values: some Sequence<Double>) -> Double {
  values.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, abs($1)) }
}
