/// Draws a text as its tokens: each piece in a cell of its own, with its number below.
///
///     Every  effort  moves
///        17     203      5
///
/// - Parameters:
///   - tokens: the pieces, which may hold anything, and their numbers.
///   - style: the width, at which lines are broken; neighbours have different blues where there are
///     colours.
public func tokenStrip(
  _ tokens: [(piece: String, number: String)], style: PictureStyle = PictureStyle()
) -> String {
  var lines: [(pieces: String, numbers: String)] = []
  var used = 0
  for (index, token) in tokens.enumerated() {
    let piece = visible(token.piece)
    let width = min(max(displayWidth(piece), token.number.count), max(style.width, 1))
    if used == 0 || used + 2 + width > style.width {
      lines.append(("", ""))
      used = 0
    }
    let gap = used == 0 ? "" : "  "
    let cell = fitted(piece, to: width)
    let number = fitted(token.number, to: width)
    lines[lines.count - 1].pieces +=
      gap + painted(cell, for: index % 2 == 0 ? 0.125 : 0.375, style.colors)
    lines[lines.count - 1].numbers += gap + number
    used += gap.count + width
  }
  return lines.map { trimmedEnd($0.pieces) + "\n" + trimmedEnd($0.numbers) }
    .joined(separator: "\n\n")
}
