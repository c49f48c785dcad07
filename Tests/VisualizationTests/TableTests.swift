import Testing
import Visualization

@Suite struct TableTests {
  private let rows = [["addition", "1,234", "passes"], ["日本", "3", "fails"]]

  @Test func columnsAreAligned() {
    #expect(
      table([("name", .left), ("elements", .right), ("verdict", .left)], rows: rows) == """
        name      elements  verdict
        ────────  ────────  ───────
        addition     1,234  passes
        日本             3  fails
        """)
  }

  @Test func theWidestColumnIsCropped() {
    let text = table(
      [("name", .left), ("elements", .right), ("verdict", .left)],
      rows: [["a very long name of an operation", "3", "passes"]],
      style: PictureStyle(width: 36, isASCII: true))
    #expect(
      text == """
        name               elements  verdict
        -----------------  --------  -------
        a very long name…         3  passes
        """)
  }
}
