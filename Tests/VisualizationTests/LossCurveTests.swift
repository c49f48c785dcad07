import Testing
import Visualization

@Suite struct LossCurveTests {
  private typealias Point = (step: Int, loss: Double)

  /// A straight fall from 5 to 0 ends in opposite corners.
  @Test func aFallGoesFromCornerToCorner() {
    let points: [Point] = (0...100).map { ($0, 5 - Double($0) / 20) }
    let picture = lossCurve(training: points, height: 6, style: PictureStyle(width: 27))
    #expect(
      picture == """
        loss (nats per token)
              │⠉⠳⢤⣀
          4.0 ┤   ⠈⠓⠦⣄
              │      ⠈⠙⠲⢤⡀
          2.0 ┤          ⠉⠓⠦⣄
              │             ⠈⠙⠲⣄⡀
          0.0 ┤                 ⠉⠳⢤
              └┬─────────┬────────┬
               0        50      100
                       step
        """)
  }

  @Test func validationAndReferencesAreToldApart() {
    let training: [Point] = (1...50).map { ($0, 4 - 3 * Double($0) / 50) }
    let picture = lossCurve(
      training: training, validation: [(25, 3), (50, 2.5)],
      references: [("ln V", 4.5), ("floor", 0.5), ("bigram", 0.52)], height: 8,
      style: PictureStyle(width: 50, isASCII: true))
    #expect(
      picture == """
        loss (nats per token)
              |------------------------------- ln V 4.50
          4.0 +*****
              |    *******
          3.0 +          *****o
          2.0 +               ******         o
              |                    *******
          1.0 +                          ***** bigram 0.52
              |------------------------------- floor 0.50
              +------------+-----------+------
                          20          40
                            step
               * training   o validation
        """)
  }

  @Test func oneValueNeedsNoRange() {
    let picture = lossCurve(training: [(1, 2)], height: 3, style: PictureStyle(width: 30))
    #expect(picture.contains("2.00 ┤"))
    #expect(picture.contains("1"))
  }

  @Test func whatIsNotFiniteIsLeftOut() {
    let picture = lossCurve(training: [(1, 2), (2, .nan), (3, .infinity), (4, 1)], height: 4)
    #expect(picture == lossCurve(training: [(1, 2), (4, 1)], height: 4))
    #expect(lossCurve(training: [(1, .nan)]) == "no loss was recorded")
    #expect(lossCurve(training: []) == "no loss was recorded")
  }

  @Test(arguments: [20, 40, 80, 200], [0, 1, 1e-6, 1e6])
  func everyLineFits(width: Int, scale: Double) {
    let points: [Point] = (1...1_000).map { ($0 * 1_000, scale * (1 + 1 / Double($0))) }
    let picture = lossCurve(
      training: points, validation: points.suffix(3),
      references: [("a reference with a very long name indeed", scale)],
      style: PictureStyle(width: width))
    for line in picture.split(separator: "\n") {
      #expect(displayWidth(String(line)) <= max(width, 32), "\(line)")
    }
  }
}
