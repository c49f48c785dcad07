import Testing

@testable import Visualization

@Suite struct TokenStripTests {
  @Test func numbersStandBelowTheirPieces() {
    #expect(
      tokenStrip([("Every", "5"), (" effort", "1024"), ("\n", "0"), ("a", "12345")]) == """
        Every  ␣effort  ⏎  a
        5      1024     0  12345
        """)
    #expect(tokenStrip([]) == "")
  }

  /// A line ends where the width does; wide characters count as two columns.
  @Test func linesAreBroken() {
    let style = PictureStyle(width: 9)
    #expect(
      tokenStrip([("你好", "1"), ("नमस्ते", "2"), ("much too long", "3")], style: style) == """
        你好
        1

        नमस्ते
        2

        much too…
        3
        """)
  }

  @Test func neighboursDifferInColour() {
    let strip = tokenStrip([("a", "1"), ("b", "2")], style: PictureStyle(colors: .trueColor))
    let backgrounds = strip.matches(of: /48;2;(\d+);/).map { $0.output.1 }
    #expect(backgrounds.count == 2 && backgrounds[0] != backgrounds[1])
  }
}
