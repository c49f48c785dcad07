import Console
import MiniTransformer
import Verification
import Visualization

/// The table: a line for each operation, layer and model, with the largest relative error, how many
/// mutants were caught and how far Float is from Double.
func rows(_ report: VerificationReport, width: Int) -> String {
  table(
    [
      ("checked", .left), ("elements", .right), ("error", .right), ("step", .right),
      ("mutants", .right), ("Float", .right), ("", .left),
    ],
    rows: report.rows.map { row in
      [
        row.name, Format.grouped(row.elements), scientific(row.relativeError),
        Format.significant(row.step), "\(row.caught)/\(row.mutants)",
        scientific(row.precisionDifference), row.isPassed ? "pass" : "FAIL",
      ]
    },
    style: PictureStyle(width: max(width, 100)))
}

/// What all rows say together, and what is wrong with those that fail.
func summary(_ report: VerificationReport, _ verification: Verification) -> String {
  let failures = report.rows.filter { !$0.isPassed }.map { row in
    var faults: [String] = []
    if !row.areDerivativesRight {
      faults.append("\(row.worstTensor) is off by \(scientific(row.relativeError))")
    }
    if !row.arePrecisionsAlike {
      faults.append("Float is off by \(scientific(row.precisionDifference))")
    }
    faults += row.missed.map { "not noticed: \($0)" }
    return "FAIL \(row.name): \(faults.joined(separator: "; "))\n"
  }
  let passed = report.rows.count(where: \.isPassed)
  return failures.joined()
    + "\(passed) of \(report.rows.count) pass: \(Format.grouped(report.elements)) elements within "
    + "\(Format.significant(verification.tolerance)), \(Format.grouped(report.caught)) of "
    + "\(Format.grouped(report.mutants)) mutants caught, Float within "
    + "\(scientific(report.precisionDifference)) of Double"
}

/// The report for programs; a number that JSON cannot hold is null.
func json(_ report: VerificationReport, _ verification: Verification) -> JSON {
  func number(_ value: Double) -> JSON { value.isFinite ? .double(value) : .null }
  let rows = report.rows.map { row -> JSON in
    [
      "name": .string(row.name), "elements": .integer(Int64(row.elements)),
      "largest_relative_error": number(row.relativeError),
      "worst_tensor": .string(row.worstTensor), "step": .double(row.step),
      "mutants": .integer(Int64(row.mutants)), "caught": .integer(Int64(row.caught)),
      "missed": .array(row.missed.map(JSON.string)),
      "float_difference": number(row.precisionDifference), "passed": .bool(row.isPassed),
    ]
  }
  return [
    "passed": .bool(report.isPassed), "tolerance": .double(verification.tolerance),
    "elements": .integer(Int64(report.elements)), "mutants": .integer(Int64(report.mutants)),
    "caught": .integer(Int64(report.caught)),
    "float_difference": number(report.precisionDifference),
    "float_tolerance": .double(verification.precisionTolerance), "rows": .array(rows),
  ]
}

/// A small number in two digits and an exponent: `3.1e-10`.
private func scientific(_ number: Double) -> String { Format.significant(number, digits: 2) }

/// The answer is no.
struct FailedVerification: ExplainedError {
  let description: String
  var cause: FailureCause { .negativeResult }

  init(_ report: VerificationReport) {
    let names = report.rows.filter { !$0.isPassed }.map(\.name)
    description =
      "\(names.count) of \(report.rows.count) checks fail: "
      + names.joined(separator: ", ")
  }
}
