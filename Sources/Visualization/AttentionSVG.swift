import Foundation

/// Draws one head's attention as an SVG picture, a heat map with both axes named: the same bytes for
/// the same numbers.
///
/// - Parameters:
///   - map: the attention of all heads.
///   - layer: which layer, from 0.
///   - head: which of its heads, from 0.
///   - title: what stands above it; by default the layer and the head.
/// - Returns: A complete SVG document. Weights stand in their cells to two decimals, row sums beside
///   them; what a causal mask hides is a dot.
public func attentionSVG(
  _ map: AttentionMap, layer: Int, head: Int, title: String? = nil
) -> String {
  let title = title ?? "Layer \(layer), head \(head)"
  let rows = map.weights[layer][head], count = rows.count
  let labels = map.tokens.map { cropped(visible($0), to: 14) }
  // A monospaced character of 13 pixels is 8 wide; wide characters take two columns.
  let margin = max(40, 8 * (labels.map(displayWidth).max() ?? 0) + 12)
  let cell = 44
  let (left, top) = (margin + 26, margin + 62)
  let center = top + count * cell / 2
  let names = (keys: "attending to (keys)", queries: "attending from (queries)")
  let footer = "Each row sums to 1; · is hidden by the mask."
  // A small map is no smaller than the words around it.
  let width = max(left + count * cell + 64, 8 * max(displayWidth(title), displayWidth(footer)) + 24)
  let height = max(top + count * cell, center + 4 * names.queries.count) + 34

  var lines = svgOpening(title: title, width: width, height: height)
  func text(_ content: String, x: Int, y: Int, _ attributes: String = "", ink: String = "#1c1d1f") {
    lines.append(
      #"<text x="\#(x)" y="\#(y)" fill="\#(ink)"\#(attributes)>\#(escapedForXML(content))</text>"#)
  }
  let quiet = "#5f6368", middle = #" text-anchor="middle""#, end = #" text-anchor="end""#
  text(names.keys, x: left + count * cell / 2, y: 40, middle, ink: quiet)
  text(
    names.queries, x: 16, y: center,
    #"\#(middle) transform="rotate(-90 16 \#(center))""#, ink: quiet)
  text("sum", x: left + count * cell + 12, y: top - 8, ink: quiet)

  for (row, weights) in rows.enumerated() {
    let y = top + row * cell, base = y + cell / 2 + 4
    let x = left + row * cell + cell / 2 + 4
    text(labels[row], x: left - 8, y: base, end)
    text(labels[row], x: x, y: top - 8, #" transform="rotate(-90 \#(x) \#(top - 8))""#)
    for (column, weight) in weights.enumerated() {
      let x = left + column * cell
      if column > row && weight == 0 {
        text("·", x: x + cell / 2, y: base, middle, ink: quiet)
        continue
      }
      let color = RGB.blue(Double(weight))
      lines.append(
        #"<rect x="\#(x)" y="\#(y)" width="\#(cell - 1)" height="\#(cell - 1)" "#
          + #"fill="\#(color.hexadecimal)"/>"#)
      text(
        twoDecimals(Double(weight)), x: x + cell / 2, y: base, middle,
        ink: color.isDark ? "#ffffff" : "#000000")
    }
    text(
      twoDecimals(Double(weights.reduce(0, +))), x: left + count * cell + 12, y: base, ink: quiet)
  }
  text(footer, x: 12, y: height - 12, ink: quiet)
  lines.append("</svg>")
  return lines.joined(separator: "\n") + "\n"
}

private func twoDecimals(_ value: Double) -> String { String(format: "%.2f", value) }

/// How a picture of attention begins: the lines up to its title, on white.
func svgOpening(title: String, width: Int, height: Int) -> [String] {
  let ink = "#1c1d1f"
  return [
    #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(width) \#(height)" "#
      + #"width="\#(width)" height="\#(height)" role="img" font-family="ui-monospace, Menlo, "#
      + #"DejaVu Sans Mono, Consolas, monospace" font-size="13">"#,
    "<title>Attention: \(escapedForXML(title))</title>",
    #"<rect width="\#(width)" height="\#(height)" fill="white"/>"#,
    #"<text x="12" y="20" fill="\#(ink)" font-weight="bold">\#(escapedForXML(title))</text>"#,
  ]
}

/// A text inside XML; characters that XML does not have become U+FFFD.
func escapedForXML(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
