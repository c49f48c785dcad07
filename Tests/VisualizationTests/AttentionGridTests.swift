import Testing
import Visualization

@Suite struct AttentionGridTests {
  private let tokens = ["Every", "moves", "日本", "\n"]
  private let weights: [[Float]] = [
    [1, 0, 0, 0], [0.25, 0.75, 0, 0], [0.5, 0, 0.5, 0], [0.1, 0.2, 0.3, 0.4],
  ]

  @Test func aCausalHeadIsAGridWithDigits() {
    #expect(
      attentionGrid(queries: tokens, keys: tokens, weights: weights) == """
        rows: attending from (queries)
        columns: attending to (keys); · is masked
              Every moves  日本     ⏎    sum
        Every  1.00     ·     ·     ·   1.00
        moves  0.25  0.75     ·     ·   1.00
         日本  0.50  0.00  0.50     ·   1.00
            ⏎  0.10  0.20  0.30  0.40   1.00
        """)
  }

  /// Beside a cache there are more keys than queries, and the last of both are the same token.
  @Test func theMaskIsAlignedToTheEnd() {
    let grid = attentionGrid(
      queries: ["c"], keys: ["a", "b", "c"], weights: [[0.5, 0.5, 0]],
      style: PictureStyle(isASCII: true))
    #expect(grid.hasSuffix("c 0.50 0.50 0.00   1.00"))
    let pair = attentionGrid(
      queries: ["b", "c"], keys: ["a", "b", "c"], weights: [[0.5, 0.5, 0], [1, 0, 0]],
      style: PictureStyle(isASCII: true))
    #expect(pair.hasSuffix("b 0.50 0.50    .   1.00\nc 1.00 0.00 0.00   1.00"))
  }

  @Test func aHeadWithoutAMaskHasDigitsEverywhere() {
    let grid = attentionGrid(
      queries: ["a", "b"], keys: ["a", "b"], weights: [[0.5, 0.5], [1, 0]])
    #expect(grid.hasSuffix("a 0.50 0.50   1.00\nb 1.00 0.00   1.00"))
  }

  @Test func longTokensTakeTurnsAboveNarrowCells() {
    let words = ["transformer", "attention", "query", "key", "value", "softmax"]
    let rows = words.indices.map { row in words.indices.map { Float($0 == row ? 1 : 0) } }
    let grid = attentionGrid(
      queries: words, keys: words, weights: rows, style: PictureStyle(width: 49))
    let lines = grid.split(separator: "\n")
    #expect(lines[2] == "       transfor…     query     value")
    #expect(lines[3] == "            attention       key   softmax    sum")
    #expect(lines[4] == "transformer 1.00    ·    ·    ·    ·    ·   1.00")
    #expect(lines.allSatisfy { displayWidth(String($0)) <= 49 })
  }

  @Test func tooManyTokensAreCropped() {
    let many = (0..<30).map { "t\($0)" }
    let rows = many.indices.map { row in
      many.indices.map { $0 > row ? 0 : 1 / Float(row + 1) }
    }
    let grid = attentionGrid(
      queries: many, keys: many, weights: rows, style: PictureStyle(width: 40))
    let lines = grid.split(separator: "\n")
    #expect(lines[2] == "     t24  t25  t26  t27  t28  t29    sum")
    #expect(lines[3] == "t24 0.04    ·    ·    ·    ·    ·   1.00")
    #expect(lines.count == 10)
    #expect(lines[9] == "the last 6 of 30 keys; sums are over all of them")
  }

  @Test func anOverlongKeyAboveTheFirstColumnStaysInTheGrid() {
    let keys = (0..<20).map { "key number \($0)" }
    let grid = attentionGrid(
      queries: ["q"], keys: keys, weights: [Array(repeating: 0.05, count: 20)])
    #expect(grid.split(separator: "\n").allSatisfy { displayWidth(String($0)) <= 80 })
  }

  @Test func coloursChangeNoDigit() {
    let plain = attentionGrid(queries: tokens, keys: tokens, weights: weights)
    for colors in [ColorSupport.indexed256, .trueColor] {
      let painted = attentionGrid(
        queries: tokens, keys: tokens, weights: weights, style: PictureStyle(colors: colors))
      #expect(painted != plain)
      #expect(painted.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }
  }

  @Test func weightsThatAreNotNumbersAreShown() {
    let grid = attentionGrid(
      queries: ["a"], keys: ["a"], weights: [[.nan]], style: PictureStyle(colors: .trueColor))
    #expect(grid.contains("nan"))
  }
}
