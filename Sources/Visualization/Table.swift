/// Lays out a table: a header, a rule, and a line for each row, the columns two spaces apart.
///
/// - Parameters:
///   - columns: the titles, each with the side on which its column stands.
///   - rows: a text for each column.
///   - style: a column that makes the table wider than this is cropped, the widest first.
public func table(
  _ columns: [(title: String, alignment: Alignment)], rows: [[String]],
  style: PictureStyle = PictureStyle()
) -> String {
  let lines = [columns.map(\.title)] + rows
  var widths = columns.indices.map { column in
    lines.map { displayWidth($0[column]) }.max() ?? 0
  }
  let available = style.width - 2 * (columns.count - 1)
  while widths.reduce(0, +) > max(available, 4 * columns.count),
    let widest = widths.indices.max(by: { widths[$0] < widths[$1] })
  {
    widths[widest] -= 1
  }
  let texts = lines.map { line in
    trimmedEnd(
      columns.indices.map { fitted(line[$0], to: widths[$0], columns[$0].alignment) }
        .joined(separator: "  "))
  }
  let rule = widths.map { String(repeating: style.isASCII ? "-" : "─", count: $0) }
    .joined(separator: "  ")
  return ([texts[0], rule] + texts.dropFirst()).joined(separator: "\n")
}
