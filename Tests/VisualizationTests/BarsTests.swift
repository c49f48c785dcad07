import Testing
import Visualization

@Suite struct BarsTests {
  @Test func barsAreAlignedByDisplayWidth() {
    let bars = probabilityBars(
      [("you", 0.931), ("\n", 0.04), ("日本", 0.02), (" the", 0.0001), ("nan", .nan)],
      style: PictureStyle(width: 30))
    #expect(
      bars == """
        you   ██████████████▉    93.1%
        ⏎     ▋                   4.0%
        日本  ▍                   2.0%
        ␣the                      0.0%
        nan                       nan%
        """)
  }

  @Test(arguments: [
    (0.0, ""), (0.5, "███████████████"), (1.0, "██████████████████████████████"),
    (1 / 240.0, "▏"), (7 / 240.0, "▉"), (8 / 240.0, "█"), (-1.0, ""),
  ])
  func aBarIsExactToAnEighth(probability: Double, bar: String) {
    let line = probabilityBars([("a", probability)])
    #expect(line.filter { "▏▎▍▌▋▊▉█".contains($0) } == bar)
    #expect(displayWidth(line) == 41)
  }

  @Test func asciiDrawsHashes() {
    let line = probabilityBars([("a", 0.5)], style: PictureStyle(isASCII: true))
    #expect(line == "a  ###############                  50.0%")
  }
}
