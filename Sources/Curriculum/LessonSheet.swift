public import Visualization

/// The page that a lesson writes: paragraphs, tables and pictures as text, and beside the text what
/// tests and files want of it: every number that is checked against a document, and the pictures.
public struct LessonSheet: Sendable {
  /// The width and the colours of the page.
  public let style: PictureStyle
  /// Where the trained model of the package lies.
  public let checkpoint: String
  /// Whether lessons that train or measure do less of it, which shows the same, less clearly.
  public let isBrief: Bool
  /// Whether a training step is also shown in the trained model, stage by stage.
  public let isTraced: Bool
  /// What has been written so far.
  public private(set) var text = ""
  /// The worked numbers that were computed and printed, in order.
  public private(set) var findings: [Finding] = []
  /// The pictures, each a whole SVG document.
  public private(set) var pictures: [String] = []
  /// Other numbers by name, for those who want to judge a lesson without reading it.
  public internal(set) var values: [String: Double] = [:]

  /// An empty page.
  public init(
    style: PictureStyle = PictureStyle(), checkpoint: String = "checkpoints/every-effort",
    isBrief: Bool = false, isTraced: Bool = false
  ) {
    (self.style, self.checkpoint) = (style, checkpoint)
    (self.isBrief, self.isTraced) = (isBrief, isTraced)
  }

  // MARK: Text

  /// The text as the style allows it, before it is measured.
  private func plain(_ text: String) -> String { style.isASCII ? asciiText(text) : text }

  mutating func begin(_ title: String) {
    let title = plain(title)
    if !text.isEmpty { text += "\n\n" }
    text += title + "\n" + String(repeating: style.isASCII ? "=" : "═", count: displayWidth(title))
    text += "\n"
  }

  /// A title within the lesson.
  mutating func section(_ title: String) {
    let title = plain(title)
    text += "\n" + title + "\n"
    text += String(repeating: style.isASCII ? "-" : "─", count: displayWidth(title)) + "\n"
  }

  /// A paragraph.
  mutating func say(_ paragraph: String) {
    text += "\n" + wrapped(plain(paragraph), width: style.width).joined(separator: "\n") + "\n"
  }

  /// Lines as they are, indented.
  mutating func lines(_ lines: [String]) {
    text += "\n" + lines.map { $0.isEmpty ? "" : "  " + plain($0) }.joined(separator: "\n") + "\n"
  }

  /// Lines as they are, indented.
  mutating func lines(_ lines: String...) { self.lines(lines) }

  /// A table whose first column stands on the left, the others on the right.
  mutating func table(_ titles: [String], _ rows: [[String]], leftColumns: Int = 1) {
    let columns = titles.enumerated().map {
      (title: plain($0.element), alignment: $0.offset < leftColumns ? Alignment.left : .right)
    }
    block(Visualization.table(columns, rows: rows.map { $0.map(plain) }, style: style))
  }

  /// Rows of numbers with a label for each row and, if wanted, each column.
  mutating func numbers(
    _ title: String, _ rows: [[Double]], rows labels: [String], columns: [String]? = nil,
    places: Int = 4
  ) {
    let titles = columns ?? (0..<(rows.first?.count ?? 0)).map { "[\($0)]" }
    table(
      [title] + titles,
      zip(labels, rows).map { label, row in [label] + row.map { decimal($0, places) } })
  }

  /// Attention weights as a heat map, which is also a picture.
  mutating func heatMap(_ title: String, _ tokens: [String], _ weights: [[Double]]) {
    grid(title, queries: tokens, keys: tokens, weights)
    let weights = weights.map { $0.map { Float($0) } }
    let map = AttentionMap(tokens: tokens, weights: [[weights]])
    pictures.append(attentionSVG(map, layer: 0, head: 0, title: title))
  }

  /// Attention of one sequence to another, as text alone.
  mutating func grid(
    _ title: String, queries: [String], keys: [String], _ weights: [[Double]]
  ) {
    text += "\n" + wrapped(plain(title), width: style.width).joined(separator: "\n") + "\n"
    text += attentionGrid(
      queries: queries, keys: keys, weights: weights.map { $0.map { Float($0) } }, style: style)
    text += "\n"
  }

  /// What one word attends to, as arcs over the sentence; this, too, is a picture.
  mutating func arcs(_ title: String, _ tokens: [String], from word: Int, _ weights: [Double]) {
    text += "\n" + wrapped(plain(title), width: style.width).joined(separator: "\n") + "\n\n"
    let weights = weights.map { Float($0) }
    text += attentionArcs(tokens: tokens, from: word, weights: weights, style: style) + "\n"
    pictures.append(attentionArcsSVG(tokens: tokens, from: word, weights: weights, title: title))
  }

  /// A picture made elsewhere.
  mutating func block(_ picture: String) { text += "\n" + picture + "\n" }

  /// The end of a lesson: what holds now, and what is still missing.
  mutating func recap(_ holds: [String], missing: String? = nil) {
    section("To remember")
    for line in holds { item(line) }
    if let missing { say("Still missing: \(missing)") }
  }

  private mutating func item(_ line: String) {
    let lines = wrapped(plain(line), width: style.width - 2)
    text += zip(lines.indices, lines).map { ($0 == 0 ? plain("• ") : "  ") + $1 + "\n" }.joined()
  }

  // MARK: Worked numbers

  /// Puts what a document prints beside what is right.
  ///
  /// - Parameters:
  ///   - id: the name of the worked number.
  ///   - printed: what the document prints, if it prints a result.
  ///   - figures: the right values.
  ///   - verdict: how the document does.
  ///   - remark: in plain words, what is wrong or worth seeing.
  mutating func check(
    _ id: String, printed: String? = nil, _ figures: [Figure], _ verdict: Verdict = .supplied,
    _ remark: String = ""
  ) {
    findings.append(Finding(id: id, verdict: verdict, figures: figures))
    let entries =
      (printed.map { [(label: "printed", lines: [$0])] } ?? [])
      + figures.map { (label: plain($0.label), lines: $0.lines) }
    let room = max(20, style.width - 2)
    let width = min(26, entries.map { displayWidth($0.label) }.max() ?? 0)
    text += "\n"
    for entry in entries {
      // A label too long for its column has a line of its own.
      let fits = displayWidth(entry.label) <= width
      if !fits { text += "  " + entry.label + "\n" }
      let lines = entry.lines.flatMap { wrapped(plain($0), width: room - width - 2) }
      for (index, line) in lines.enumerated() {
        text += "  " + fitted(index == 0 && fits ? entry.label : "", to: width) + "  " + line + "\n"
      }
    }
    let judgement = [verdict.mark, remark].filter { !$0.isEmpty }.joined(separator: ": ")
    if !judgement.isEmpty {
      text += wrapped(plain(judgement), width: room).map { "  " + $0 + "\n" }.joined()
    }
  }

  /// As above, of a single value.
  mutating func check(
    _ id: String, printed: String? = nil, _ value: Shown, _ verdict: Verdict = .supplied,
    _ remark: String = ""
  ) {
    check(id, printed: printed, [Figure("", value, label: "right")], verdict, remark)
  }
}

/// How a document's printed number compares with the right one.
public enum Verdict: String, Sendable {
  /// It is right.
  case exact
  /// It is right in the digits that are printed.
  case rounded
  /// It is not what its inputs give.
  case wrong
  /// It contradicts another place of the same document.
  case inconsistent
  /// There is something to it, but less than it says.
  case overstated
  /// The document gives no result; it is supplied.
  case supplied = "reference"

  var mark: String {
    switch self {
    case .exact: "✓ right"
    case .rounded: "✓ right as rounded"
    case .wrong: "✗ wrong"
    case .inconsistent: "✗ contradicts itself"
    case .overstated: "✗ overstated"
    case .supplied: ""
    }
  }
}

/// A worked number: its name, the judgement, and the right values as they were printed.
public struct Finding: Sendable {
  /// The name of the worked number.
  public let id: String
  /// How the document does.
  public let verdict: Verdict
  /// The right values.
  public let figures: [Figure]
}

/// A right value under its name.
public struct Figure: Sendable {
  /// The name of the value within its worked number; empty where there is only one.
  public let key: String
  /// What stands before it on the page.
  public let label: String
  /// The value as printed, line by line, before lines were broken to the width of the page.
  public let lines: [String]

  init(_ key: String, _ value: Shown, label: String? = nil) {
    (self.key, self.label, lines) = (key, label ?? key, value.lines)
  }
}

/// Breaks a text between words into lines of at most `width` columns.
func wrapped(_ text: String, width: Int) -> [String] {
  guard displayWidth(text) > width else { return [text] }
  var lines: [String] = [], used = 0
  // Two spaces separate numbers; they stay two.
  for word in text.replacing("  ", with: " \u{0}").split(separator: " ") {
    let word = String(word).replacing("\u{0}", with: " ")
    let bare = String(word.drop { $0 == " " })
    if !lines.isEmpty, used + 1 + displayWidth(word) <= width {
      lines[lines.count - 1] += " " + word
      used += 1 + displayWidth(word)
    } else {
      lines.append(bare)
      used = displayWidth(bare)
    }
  }
  return lines
}
