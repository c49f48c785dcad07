import Autograd
import Foundation
import Visualization

/// A value as a lesson prints it.
struct Shown {
  let lines: [String]

  init(_ value: Double) { lines = [digits(value)] }

  init(_ value: Double, places: Int) { lines = [decimal(value, places)] }

  init(_ value: Int) { lines = [grouped(value)] }

  init(_ text: String) { lines = [text] }

  init(lines: [String]) { self.lines = lines }

  init(_ values: [Double]) { lines = [values.map { digits($0) }.joined(separator: "  ")] }

  /// A shape.
  init(shape: [Int]) {
    lines = ["[" + shape.map { String($0) }.joined(separator: ", ") + "]"]
  }

  /// Rows of numbers, the columns aligned.
  init(_ rows: [[Double]]) {
    let texts = rows.map { $0.map { digits($0) } }
    let widths = (0..<(texts.first?.count ?? 0)).map { column in
      texts.map { displayWidth($0[column]) }.max() ?? 0
    }
    lines = texts.map { row in
      zip(row, widths).map { fitted($0, to: $1, .right) }.joined(separator: "  ")
    }
  }

  init(_ tensor: Tensor<Double>) {
    switch tensor.rank {
    case 0: self.init(tensor.scalar)
    case 1: self.init(tensor.scalars)
    default: self.init(tensor.rows)
    }
  }
}

/// A number to six decimal places without trailing zeros; one below 10⁻⁴ to six significant digits.
func digits(_ value: Double) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "−∞" : "∞" }
  if value != 0, abs(value) < 1e-4 { return String(format: "%.5e", value) }
  if value == value.rounded(), abs(value) < 1e15 { return grouped(Int(value)) }
  return trimmed(decimal(value, 6))
}

/// A number rounded to twelve places, so that a difference of a last bit or two is none.
func withoutNoise(_ value: Double) -> Double { (value * 1e12).rounded() / 1e12 }

/// A number with a fixed count of decimal places, −∞ and NaN in words, and no "-0.00".
func decimal(_ value: Double, _ places: Int) -> String {
  guard value.isFinite else { return digits(value) }
  let text = String(format: "%.\(places)f", value)
  return text.contains { "123456789".contains($0) } ? text : text.replacing("-", with: "")
}

/// A whole number, its digits in groups of three from five digits on.
func grouped(_ number: Int) -> String {
  guard number.magnitude >= 10_000 else { return String(number) }
  var text = ""
  for (index, digit) in String(number.magnitude).reversed().enumerated() {
    if index > 0, index.isMultiple(of: 3) { text = "," + text }
    text = String(digit) + text
  }
  return (number < 0 ? "-" : "") + text
}

/// A share as a percentage with one decimal place.
func percent(_ share: Double, places: Int = 1) -> String { decimal(share * 100, places) + "%" }

private func trimmed(_ text: String) -> String {
  guard text.contains(".") else { return text }
  let digits = text.reversed().drop { $0 == "0" }
  return String(digits.drop { $0 == "." }.reversed())
}
