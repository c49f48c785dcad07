import Foundation

/// Draws a bar for each candidate's probability, `you  ████████  93.1%`, to an eighth of a column.
///
/// - Parameters:
///   - candidates: tokens with probabilities from 0 to 1, in the order in which they are shown.
///   - style: the width; a bar takes at most 30 columns of it.
public func probabilityBars(
  _ candidates: [(token: String, probability: Double)], style: PictureStyle = PictureStyle()
) -> String {
  let labels = candidates.map { visible($0.token) }
  let labelWidth = min(20, labels.map(displayWidth).max() ?? 0)
  let barWidth = min(30, max(4, style.width - labelWidth - 10))
  return zip(labels, candidates).map { label, candidate in
    let bar = bar(candidate.probability, width: barWidth, isASCII: style.isASCII)
    let percentage = String(format: "%6.1f%%", candidate.probability * 100)
    return fitted(label, to: labelWidth) + "  " + fitted(bar, to: barWidth) + " " + percentage
  }
  .joined(separator: "\n")
}

/// A bar whose full length of `width` columns means 1.
private func bar(_ value: Double, width: Int, isASCII: Bool) -> String {
  let length = unitClamped(value) * Double(width)
  guard !isASCII else { return String(repeating: "#", count: Int(length.rounded())) }
  let (whole, eighths) = Int((length * 8).rounded()).quotientAndRemainder(dividingBy: 8)
  let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  return String(repeating: "█", count: whole) + parts[eighths]
}
