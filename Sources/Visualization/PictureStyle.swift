import Foundation

/// What a picture made of text may use: a width, colours, characters beyond ASCII.
public struct PictureStyle: Sendable {
  /// The greatest width in columns.
  public var width: Int
  /// The colours of the terminal.
  public var colors: ColorSupport
  /// Whether only ASCII characters may be drawn; a token keeps its own.
  public var isASCII: Bool

  /// Makes a style; without arguments it suits any file and terminal of 80 columns.
  public init(width: Int = 80, colors: ColorSupport = .none, isASCII: Bool = false) {
    self.width = width
    self.colors = colors
    self.isASCII = isASCII
  }
}

/// The kinds of colour that a picture can use; all of it can be read without any.
public enum ColorSupport: Sendable {
  case none, indexed256, trueColor

  /// Takes the best kind for a terminal of so many colours; with 16 there is no scale of blues.
  public init(colors: Int) {
    self =
      switch colors {
      case ..<256: .none
      case ..<(1 << 24): .indexed256
      default: .trueColor
      }
  }
}

/// A colour of the screen, each part from 0 to 255.
struct RGB: Equatable {
  var red: Int, green: Int, blue: Int

  /// ColorBrewer's sequential scale "Blues", which matplotlib draws attention with.
  private static let blues = [
    RGB(red: 247, green: 251, blue: 255), RGB(red: 222, green: 235, blue: 247),
    RGB(red: 198, green: 219, blue: 239), RGB(red: 158, green: 202, blue: 225),
    RGB(red: 107, green: 174, blue: 214), RGB(red: 66, green: 146, blue: 198),
    RGB(red: 33, green: 113, blue: 181), RGB(red: 8, green: 81, blue: 156),
    RGB(red: 8, green: 48, blue: 107),
  ]

  /// The blue for a value from 0 (nearly white) to 1 (dark).
  static func blue(_ value: Double) -> RGB {
    let position = min(max(value, 0), 1) * Double(blues.count - 1)
    let index = min(Int(position), blues.count - 2)
    let (low, high, part) = (blues[index], blues[index + 1], position - Double(index))
    func between(_ path: KeyPath<RGB, Int>) -> Int {
      Int((Double(low[keyPath: path]) * (1 - part) + Double(high[keyPath: path]) * part).rounded())
    }
    return RGB(red: between(\.red), green: between(\.green), blue: between(\.blue))
  }

  /// Relative luminance from 0 (black) to 1 (white), by WCAG 2.2.
  var luminance: Double {
    func linear(_ part: Int) -> Double {
      let value = Double(part) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The nearest colour of xterm's 6 × 6 × 6 cube, and its number.
  var indexed: (color: RGB, index: Int) {
    let levels = [0, 95, 135, 175, 215, 255]
    func nearest(_ part: Int) -> Int {
      levels.indices.min { abs(levels[$0] - part) < abs(levels[$1] - part) } ?? 0
    }
    let (r, g, b) = (nearest(red), nearest(green), nearest(blue))
    return (RGB(red: levels[r], green: levels[g], blue: levels[b]), 16 + 36 * r + 6 * g + b)
  }
}

/// Puts a text on a background, in black or white, whichever has the greater contrast with it.
func painted(_ text: String, on background: RGB, _ colors: ColorSupport) -> String {
  // Contrast is (brighter + 0.05) / (darker + 0.05), so it is equal at √(1.05 · 0.05) − 0.05.
  func isDark(_ color: RGB) -> Bool { color.luminance < 0.179 }
  switch colors {
  case .none: return text
  case .indexed256:
    let (color, index) = background.indexed
    return "\u{1B}[48;5;\(index);38;5;\(isDark(color) ? 231 : 16)m\(text)\u{1B}[0m"
  case .trueColor:
    let (r, g, b) = (background.red, background.green, background.blue)
    let ink = isDark(background) ? "255;255;255" : "0;0;0"
    return "\u{1B}[48;2;\(r);\(g);\(b);38;2;\(ink)m\(text)\u{1B}[0m"
  }
}
