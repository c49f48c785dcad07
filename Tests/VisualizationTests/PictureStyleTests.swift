import Testing

@testable import Visualization

@Suite struct PictureStyleTests {
  @Test(arguments: [
    (0, ColorSupport.none), (16, .none), (256, .indexed256), (16_777_216, .trueColor),
  ])
  func theTerminalsColoursAreMapped(colors: Int, support: ColorSupport) {
    #expect(ColorSupport(colors: colors) == support)
  }

  @Test func theScaleGoesFromWhiteToDark() {
    #expect(RGB.blue(0) == RGB(red: 247, green: 251, blue: 255))
    #expect(RGB.blue(0.5) == RGB(red: 107, green: 174, blue: 214))
    #expect(RGB.blue(0.5625) == RGB(red: 87, green: 160, blue: 206))
    #expect(RGB.blue(1) == RGB(red: 8, green: 48, blue: 107))
    #expect(RGB.blue(-1) == RGB.blue(0) && RGB.blue(2) == RGB.blue(1))
    #expect(RGB.blue(.nan) == RGB.blue(0))
  }

  @Test func moreWeightIsDarkerAndDigitsStayReadable() {
    // WCAG asks for a contrast of 4.5 at least.
    func contrast(_ color: RGB) -> Double {
      max(1.05 / (color.luminance + 0.05), (color.luminance + 0.05) / 0.05)
    }
    let values = (0...100).map { Double($0) / 100 }
    for scale in [values.map { RGB.blue($0) }, values.map { RGB.indexedBlue($0).color }] {
      #expect(zip(scale, scale.dropFirst()).allSatisfy { $0.luminance >= $1.luminance })
      #expect(scale.allSatisfy { contrast($0) >= 4.5 })
    }
  }

  /// The luminance of a colour by WCAG's definition, computed by hand.
  @Test func luminanceIsThatOfWCAG() {
    #expect(RGB(red: 0, green: 0, blue: 0).luminance == 0)
    #expect(abs(RGB(red: 255, green: 255, blue: 255).luminance - 1) < 1e-12)
    #expect(abs(RGB(red: 0, green: 255, blue: 0).luminance - 0.7152) < 1e-12)
    #expect(abs(RGB(red: 119, green: 119, blue: 119).luminance - 0.1845) < 1e-4)
  }

  @Test func theInkContrastsWithTheBackground() {
    #expect(painted("x", for: 1, .none) == "x")
    #expect(painted("x", for: 0.5, .trueColor).contains("38;2;0;0;0m"))
    #expect(painted("x", for: 0.75, .trueColor).contains("38;2;255;255;255m"))
    #expect(painted("x", for: 0.5, .indexed256).contains("38;5;16m"))
    #expect(painted("x", for: 0, .indexed256) == "\u{1B}[48;5;231;38;5;16mx\u{1B}[0m")
    #expect(painted("x", for: 1, .indexed256) == "\u{1B}[48;5;18;38;5;231mx\u{1B}[0m")
    #expect(
      painted("x", for: 1, .trueColor)
        == "\u{1B}[48;2;8;48;107;38;2;255;255;255mx\u{1B}[0m")
  }
}
