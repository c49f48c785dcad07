import Foundation

/// Draws what one token attends to as arcs over the sentence, heavy for a weight of at least half the
/// largest, with every weight to two decimals under its token.
///
/// - Parameters:
///   - tokens: the sentence.
///   - focus: which token attends.
///   - weights: its weight on each token; those below 0.005 get no arc, nor does the token itself.
///   - style: the width, and whether to draw in ASCII.
public func attentionArcs(
  tokens: [String], from focus: Int, weights: [Float], style: PictureStyle = PictureStyle()
) -> String {
  let arcs = Arcs(tokens, focus, weights)
  let labels = tokens.map(visible)
  let widths = labels.map { max(4, displayWidth($0)) }
  let starts = widths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1 + 1) }
  let centers = widths.indices.map { starts[$0] + widths[$0] / 2 }
  let signs = style.isASCII ? Arcs.ascii : Arcs.lines

  var rows: [String] = []
  for (height, token) in arcs.order.enumerated() {
    var cells = [Character](repeating: " ", count: starts[tokens.count])
    let pen = arcs.isHeavy(token) ? signs.heavy : signs.light
    for column in min(centers[token], centers[focus])...max(centers[token], centers[focus]) {
      cells[column] = pen.line
    }
    // What is further away passes above, and comes down on both sides.
    for other in arcs.order[(height + 1)...] {
      cells[centers[other]] = (arcs.isHeavy(other) ? signs.heavy : signs.light).fall
    }
    if height + 1 < arcs.order.count { cells[centers[focus]] = signs.light.fall }
    cells[centers[token]] = token < focus ? pen.left : pen.right
    if height + 1 == arcs.order.count || cells[centers[focus]] == pen.line {
      cells[centers[focus]] = token < focus ? pen.right : pen.left
    }
    rows.insert(String(cells), at: 0)
  }
  func row(_ texts: [String]) -> String {
    zip(texts, widths).map { text, width in
      let left = max(0, (width - displayWidth(text) + 1) / 2)
      return fitted(String(repeating: " ", count: left) + text, to: width + 1)
    }.joined()
  }
  rows.append(row(labels))
  rows.append(row(weights.map { String(format: "%.2f", $0) }))
  return rows.map { line in
    cropped(String(line.reversed().drop { $0 == " " }.reversed()), to: style.width)
  }.joined(separator: "\n")
}

/// As ``attentionArcs(tokens:from:weights:style:)``, as an SVG document; arcs are wider and darker for more.
public func attentionArcsSVG(
  tokens: [String], from focus: Int, weights: [Float], title: String
) -> String {
  let arcs = Arcs(tokens, focus, weights)
  let labels = tokens.map { cropped(visible($0), to: 14) }
  let widths = labels.map { max(44, 8 * displayWidth($0) + 12) }
  let starts = widths.reduce(into: [16]) { $0.append($0[$0.count - 1] + $1) }
  let centers = widths.indices.map { starts[$0] + widths[$0] / 2 }
  let reach = arcs.order.map { abs(centers[$0] - centers[focus]) }.max() ?? 0
  let base = 48 + reach / 4 + 10
  let (width, height) = (max(starts[tokens.count] + 16, 8 * displayWidth(title) + 24), base + 56)
  let (ink, quiet) = ("#1c1d1f", "#5f6368")
  var lines = svgOpening(title: title, width: width, height: height)
  for token in arcs.order.reversed() {
    let (from, to, weight) = (centers[focus], centers[token], Double(weights[token]))
    lines.append(
      #"<path d="M \#(from) \#(base) Q \#((from + to) / 2) \#(base - abs(from - to) / 2) \#(to) \#(base)" "#
        + #"fill="none" stroke="\#(RGB.blue(0.3 + 0.7 * weight).hexadecimal)" "#
        + #"stroke-width="\#(String(format: "%.1f", 1 + 7 * weight))"/>"#)
  }
  for (token, label) in labels.enumerated() {
    let weight = String(format: "%.2f", weights[token])
    let bold = token == focus ? #" font-weight="bold""# : ""
    lines.append(
      #"<text x="\#(centers[token])" y="\#(base + 20)" text-anchor="middle" "#
        + #"fill="\#(ink)"\#(bold)>\#(escapedForXML(label))</text>"#)
    lines.append(
      #"<text x="\#(centers[token])" y="\#(base + 40)" text-anchor="middle" fill="\#(quiet)">\#(weight)</text>"#
    )
  }
  return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
}

/// The arcs of one token.
private struct Arcs {
  typealias Pen = (line: Character, fall: Character, left: Character, right: Character)
  static let lines: (light: Pen, heavy: Pen) = (("─", "│", "┌", "┐"), ("━", "┃", "┏", "┓"))
  static let ascii: (light: Pen, heavy: Pen) = (("-", "|", "+", "+"), ("=", "|", "#", "#"))

  /// The tokens that get an arc, the nearest first.
  let order: [Int]
  private let weights: [Float]
  private let largest: Float

  init(_ tokens: [String], _ focus: Int, _ weights: [Float]) {
    guard tokens.count == weights.count, tokens.indices.contains(focus) else {
      fatalError(
        "attentionArcs: \(weights.count) weights of token \(focus) for \(tokens.count) tokens")
    }
    self.weights = weights
    order = tokens.indices.filter { $0 != focus && weights[$0] >= 0.005 }
      .sorted { (abs($0 - focus), $0) < (abs($1 - focus), $1) }
    largest = order.map { weights[$0] }.max() ?? 0
  }

  func isHeavy(_ token: Int) -> Bool { weights[token] >= largest / 2 }
}
