/// The columns a text takes in a terminal: 2 for an East Asian or emoji character, 0 for a combining
/// mark, otherwise 1.
///
/// Source: Unicode Standard Annex 11 (East Asian Width) and Technical Standard 51 (emoji).
public func displayWidth(_ text: String) -> Int {
  text.reduce(0) { $0 + displayWidth($1) }
}

/// The side of its column on which a text stands.
public enum Alignment: Sendable {
  case left, right
}

/// Fills a text with spaces to `width` columns, or crops it there, with `…` for what is left out.
public func fitted(_ text: String, to width: Int, _ alignment: Alignment = .left) -> String {
  let text = cropped(text, to: width)
  let space = String(repeating: " ", count: max(0, width - displayWidth(text)))
  return alignment == .left ? text + space : space + text
}

/// Crops a text to at most `width` columns, with `…` for what is left out.
public func cropped(_ text: String, to width: Int) -> String {
  guard displayWidth(text) > width else { return text }
  guard width > 0 else { return "" }
  var kept = "", used = 0
  for character in text {
    used += displayWidth(character)
    guard used < width else { break }
    kept.append(character)
  }
  return kept + "…"
}

/// Leaves out the spaces at the end of a line.
func trimmedEnd(_ line: String) -> String {
  line.replacing(/\ +$/, with: "")
}

/// Makes a token visible on one line: a line end is `⏎`, a tab `⇥`, a space at either end `␣`, any
/// other control character its picture.
public func visible(_ token: String) -> String {
  func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " }
  let leading = token.unicodeScalars.prefix(while: isSpace).count
  let trailing = token.unicodeScalars.reversed().prefix(while: isSpace).count
  var text = ""
  for (index, scalar) in token.unicodeScalars.enumerated() {
    let isEdge = index < leading || index >= token.unicodeScalars.count - trailing
    switch scalar {
    case "\n": text.unicodeScalars.append("⏎")
    case "\t": text.unicodeScalars.append("⇥")
    case " " where isEdge: text.unicodeScalars.append("␣")
    case "\0"..<" ": text.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? scalar)
    case "\u{7F}"..."\u{9F}": text.unicodeScalars.append("␡")
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text
}

/// The columns of what a reader takes for one character.
private func displayWidth(_ character: Character) -> Int {
  if let ascii = character.asciiValue { return (32..<127).contains(ascii) ? 1 : 0 }
  let scalars = character.unicodeScalars
  // An emoji is two columns however many scalars it is joined from; U+FE0F asks for its picture.
  if scalars.contains(where: { $0.properties.isEmojiPresentation || $0 == "\u{FE0F}" }) { return 2 }
  return scalars.reduce(0) { $0 + displayWidth($1) }
}

private func displayWidth(_ scalar: Unicode.Scalar) -> Int {
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .control, .lineSeparator, .paragraphSeparator: return 0
  case .format: return scalar == "\u{AD}" ? 1 : 0
  default: break
  }
  // The vowels and final consonants of Hangul join the syllable before them.
  if (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FF).contains(scalar.value) {
    return 0
  }
  return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
}

/// The scalars that Unicode calls wide or full-width, without the emoji.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF,
  0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
  0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF,
  0x1F200...0x1F265, 0x20000...0x3FFFD,
]
