import Foundation

/// Draws the attention weights of one head: a row for each query, a column for each key, the
/// weights to two decimals, and the sum of each row.
///
/// A weight of exactly 0 right of the diagonal, where a causal mask lets nothing through, is a dot.
/// The diagonal ends at the last query and the last key, as it does beside a key–value cache. Where
/// there are more keys than fit, the last are shown; the sums remain those of whole rows.
///
/// - Parameters:
///   - queries: the tokens that attend.
///   - keys: the tokens that are attended to.
///   - weights: a row of `keys.count` weights for each query.
///   - style: the width and colours; with colours each weight stands on a blue, darker for more.
public func attentionGrid(
  queries: [String], keys: [String], weights: [[Float]], style: PictureStyle = PictureStyle()
) -> String {
  guard weights.count == queries.count, weights.allSatisfy({ $0.count == keys.count }) else {
    fatalError(
      "attentionGrid: expected \(queries.count) rows of \(keys.count) weights, "
        + "found rows of \(weights.map(\.count))")
  }
  let rowLabels = queries.map(visible), columnLabels = keys.map(visible)
  let labelWidth = min(12, rowLabels.map(displayWidth).max() ?? 0)
  // A cell has a space before its digits; the sums take 7 columns.
  let available = style.width - labelWidth - 7
  let widest = min(10, columnLabels.map(displayWidth).max() ?? 0)
  let cellWidth = max(4, min(widest, available / max(1, keys.count) - 1))
  let shown = min(keys.count, max(1, available / (cellWidth + 1)))
  let columns = keys.indices.suffix(shown)
  let rows = queries.indices.suffix(queries.count == keys.count ? shown : queries.count)
  let dot = style.isASCII ? "." : "·"

  func cell(_ row: Int, _ column: Int) -> String {
    let weight = weights[row][column]
    let isMasked = weight == 0 && column - row > keys.count - queries.count
    guard !isMasked else { return fitted(dot, to: cellWidth + 1, .right) }
    let text = fitted(String(format: "%.2f", weight), to: cellWidth + 1, .right)
    return painted(text, for: Double(weight), style.colors)
  }

  // Each token ends above its column; where cells are too narrow for them, two lines take turns.
  let headers = widest > cellWidth ? 2 : 1
  var lines = (0..<headers).map { line in
    columns.enumerated().reduce(into: "") { text, place in
      guard place.offset % headers == line else { return }
      let end = labelWidth + (place.offset + 1) * (cellWidth + 1)
      let room = min(end, headers * (cellWidth + 1) - 1)
      let label = cropped(columnLabels[place.element], to: room)
      text = fitted(text, to: end - displayWidth(label)) + label
    }
  }
  lines[headers - 1] =
    fitted(lines[headers - 1], to: labelWidth + shown * (cellWidth + 1)) + "    sum"
  lines.insert(
    contentsOf: [
      "rows: attending from (queries)", "columns: attending to (keys); \(dot) is masked",
    ], at: 0)
  for row in rows {
    let cells = columns.map { cell(row, $0) }.joined()
    let sum = String(format: "%7.2f", weights[row].reduce(0, +))
    lines.append(fitted(rowLabels[row], to: labelWidth, .right) + cells + sum)
  }
  if shown < keys.count {
    lines.append("the last \(shown) of \(keys.count) keys; sums are over all of them")
  }
  return lines.joined(separator: "\n")
}
