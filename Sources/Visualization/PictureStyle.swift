import Foundation

/// What a picture made of text may use: a width, colours, characters beyond ASCII.
public struct PictureStyle: Sendable {
  /// The greatest width in columns.
  public var width: Int
  /// The colours of the terminal.
  public var colors: ColorSupport
  /// Whether to draw with ASCII characters alone; tokens and labels keep their own.
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

/// The nearest number from 0 to 1; 0 for what is not a number.
func unitClamped(_ value: Double) -> Double {
  value > 0 ? min(value, 1) : 0
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
    let position = unitClamped(value) * Double(blues.count - 1)
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

  /// Whether white stands out on it more than black: contrast is (brighter + 0.05) / (darker + 0.05),
  /// and both have the same on a luminance of √(1.05 · 0.05) − 0.05.
  var isDark: Bool { luminance < 0.179 }

  /// As in `#08306b`.
  var hexadecimal: String { String(format: "#%02x%02x%02x", red, green, blue) }

  /// The same scale in the 6 × 6 × 6 cube of xterm's 256 colours, chosen by eye: the nearest
  /// colours of the cube are tinged with green.
  private static let indexedBlues = [231, 189, 153, 111, 74, 68, 32, 25, 18]

  /// The blue for a value from 0 to 1 in xterm's cube, and its number.
  static func indexedBlue(_ value: Double) -> (color: RGB, index: Int) {
    let steps = Double(indexedBlues.count - 1)
    let index = indexedBlues[Int((unitClamped(value) * steps).rounded())]
    let levels = [0, 95, 135, 175, 215, 255], place = index - 16
    let color = RGB(
      red: levels[place / 36], green: levels[place / 6 % 6], blue: levels[place % 6])
    return (color, index)
  }
}

/// Puts a text on the blue for a value, in black or white, whichever has the greater contrast.
func painted(_ text: String, for value: Double, _ colors: ColorSupport) -> String {
  switch colors {
  case .none: return text
  case .indexed256:
    let (color, index) = RGB.indexedBlue(value)
    return "\u{1B}[48;5;\(index);38;5;\(color.isDark ? 231 : 16)m\(text)\u{1B}[0m"
  case .trueColor:
    let color = RGB.blue(value), ink = color.isDark ? "255;255;255" : "0;0;0"
    return "\u{1B}[48;2;\(color.red);\(color.green);\(color.blue);38;2;\(ink)m\(text)\u{1B}[0m"
  }
}
