import Foundation

/// Draws how the loss fell: a curve over the steps, with axes.
///
/// The curve is the mean loss of the steps in each half column, so noise does not hide it. Losses
/// that are not finite are left out.
///
/// - Parameters:
///   - training: the training loss after each step, in nats per token.
///   - validation: the validation loss where it was measured; each is a mark of its own.
///   - references: losses to compare with, such as ln V, each a labelled horizontal line.
///   - height: the lines of the plot itself; axes and titles take four to five more.
///   - style: the width, and whether to draw with ASCII alone instead of braille dots.
public func lossCurve(
  training: [(step: Int, loss: Double)], validation: [(step: Int, loss: Double)] = [],
  references: [(label: String, loss: Double)] = [], height: Int = 12,
  style: PictureStyle = PictureStyle()
) -> String {
  let training = training.filter(\.loss.isFinite), validation = validation.filter(\.loss.isFinite)
  let losses = (training + validation).map(\.loss) + references.map(\.loss)
  let steps = (training + validation).map { Double($0.step) }
  guard let lowest = losses.min(), let highest = losses.max(), let first = steps.min(),
    let last = steps.max()
  else { return "no loss was recorded" }

  let names = references.map { "\($0.label) \(String(format: "%.2f", $0.loss))" }
  // What is not the plot: the numbers of the axis and, to the right, the names of the references.
  let nameWidth = min(style.width / 3, (names.map(displayWidth).max() ?? -1) + 1)
  let gutter = 7
  let size = (columns: max(10, style.width - gutter - nameWidth), rows: max(2, height))
  let x = Axis(first, last, dots: size.columns * 2)
  let y = Axis(highest, lowest, dots: size.rows * 4)
  let glyphs = style.isASCII ? PlotGlyphs.ascii : .unicode

  var plot = DotCanvas(columns: size.columns, rows: size.rows)
  plot.draw(dotColumns(training.map { (x.dot(Double($0.step)), y.dot($0.loss)) }))
  var rows = plot.rows(isASCII: style.isASCII)
  var rowNames = [String?](repeating: nil, count: size.rows)
  for (reference, name) in zip(references, names) {
    let row = y.dot(reference.loss) / 4
    rows[row] = rows[row].map { $0 == " " ? glyphs.reference : $0 }
    // Two names do not share a line: the later one takes the nearest that is free.
    let free = rowNames.indices.filter { rowNames[$0] == nil }
    if let place = free.min(by: { abs($0 - row) < abs($1 - row) }) { rowNames[place] = name }
  }
  for point in validation {
    rows[y.dot(point.loss) / 4][x.dot(Double(point.step)) / 2] = glyphs.validation
  }

  var tickLabels = [String?](repeating: nil, count: size.rows)
  let tickValues = ticks(lowest, highest, about: size.rows / 2 + 1)
  let places = tickValues.count < 2 ? 2 : -Int(floor(log10(tickValues[1] - tickValues[0])))
  for tick in tickValues {
    tickLabels[y.dot(tick) / 4] = String(format: "%.*f", max(1, places), tick)
  }
  var lines = ["loss (nats per token)"]
  for row in rows.indices {
    let tick = tickLabels[row]
    let name = rowNames[row].map { " " + cropped($0, to: nameWidth - 1) } ?? ""
    lines.append(
      fitted(tick ?? "", to: gutter - 2, .right) + " "
        + String(tick == nil ? glyphs.wall : glyphs.tick) + String(rows[row]) + name)
  }
  lines += horizontalAxis(x, columns: size.columns, glyphs: glyphs).map {
    String(repeating: " ", count: gutter - 1) + $0
  }
  if !validation.isEmpty {
    lines.append(
      String(repeating: " ", count: gutter) + "\(glyphs.curve) training   "
        + "\(glyphs.validation) validation")
  }
  return lines.map(trimmedEnd).joined(separator: "\n")
}

/// The characters of a plot.
private struct PlotGlyphs {
  var wall, tick, corner, floor, floorTick, reference, validation, curve: Character

  static let unicode = PlotGlyphs(
    wall: "│", tick: "┤", corner: "└", floor: "─", floorTick: "┬", reference: "┈",
    validation: "●", curve: "⠒")
  static let ascii = PlotGlyphs(
    wall: "|", tick: "+", corner: "+", floor: "-", floorTick: "+", reference: "-",
    validation: "o", curve: "*")
}

/// The way from a value to one of the dots between the two ends of an axis.
private struct Axis {
  let start, end: Double
  let dots: Int

  init(_ start: Double, _ end: Double, dots: Int) {
    (self.start, self.end, self.dots) = (start, end, dots)
  }

  func dot(_ value: Double) -> Int {
    guard start != end else { return dots / 2 }
    return Int(((value - start) / (end - start) * Double(dots - 1)).rounded())
  }
}

/// The multiples of 1, 2 or 5 times a power of ten between two values, about so many.
private func ticks(_ low: Double, _ high: Double, about count: Int) -> [Double] {
  guard high > low else { return [low] }
  let rough = (high - low) / Double(count)
  let power = pow(10, floor(log10(rough)))
  let step = ([1, 2, 5].map { $0 * power }.first { $0 >= rough }) ?? 10 * power
  return stride(from: (low / step).rounded(.up), through: (high / step).rounded(.down), by: 1)
    .map { $0 * step }
}

/// The line below the plot, its numbers, and its title.
private func horizontalAxis(_ axis: Axis, columns: Int, glyphs: PlotGlyphs) -> [String] {
  var line = [glyphs.corner] + Array(repeating: glyphs.floor, count: columns)
  var numbers = ""
  for tick in ticks(axis.start, axis.end, about: max(3, columns / 8)) where tick == tick.rounded() {
    let column = axis.dot(tick) / 2 + 1
    let label = String(Int(tick))
    let start = min(column - label.count / 2, columns + 1 - label.count)
    guard start > numbers.count || numbers.isEmpty else { continue }
    line[column] = glyphs.floorTick
    numbers += String(repeating: " ", count: max(0, start - numbers.count)) + label
  }
  return [String(line), numbers, String(repeating: " ", count: max(0, columns / 2 - 1)) + "step"]
}

/// The mean height of the points in each column of dots, with straight lines over empty columns.
private func dotColumns(_ points: [(x: Int, y: Int)]) -> [(x: Int, y: Int)] {
  let means = Dictionary(grouping: points, by: \.x)
    .map { (x: $0, y: $1.map(\.y).reduce(0, +) / $1.count) }
    .sorted { $0.x < $1.x }
  guard let first = means.first else { return [] }
  return zip(means, means.dropFirst()).reduce(into: [first]) { result, pair in
    let (from, to) = pair
    for x in from.x + 1...to.x {
      result.append((x, from.y + (to.y - from.y) * (x - from.x) / (to.x - from.x)))
    }
  }
}

/// A field of dots, two by four to a character, as braille has them.
private struct DotCanvas {
  private var cells: [[UInt32]]

  init(columns: Int, rows: Int) {
    cells = Array(repeating: Array(repeating: 0, count: columns), count: rows)
  }

  /// Draws a curve that has one height in each column of dots, joined by upright lines.
  mutating func draw(_ curve: [(x: Int, y: Int)]) {
    var previous: Int?
    for (x, y) in curve {
      for height in min(y, previous ?? y)...max(y, previous ?? y) { set(x, height) }
      previous = y
    }
  }

  /// The characters of the field: braille, or a star for any dot.
  func rows(isASCII: Bool) -> [[Character]] {
    cells.map { row in
      row.map { dots in
        if dots == 0 { return " " }
        return isASCII ? "*" : Character(Unicode.Scalar(0x2800 + dots) ?? "*")
      }
    }
  }

  private mutating func set(_ x: Int, _ y: Int) {
    // Unicode numbers the dots of braille down the columns, the lowest row last.
    let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
    cells[y / 4][x / 2] |= bits[x % 2][y % 4]
  }
}
