import Foundation

/// Numbers as people read them, the same in every locale.
public enum Format {
  /// Groups the digits of a whole number by thousands: `12,345`.
  public static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }

  /// Says how many: `12,345`, `1.2 million`, `3.4 billion`.
  public static func count(_ number: Int) -> String {
    // Half of the last digit below the unit, so that 999,960 is not "1.0 million" by surprise
    // but 999,999,999 is not "1000.0 million" either.
    switch number.magnitude {
    case 999_950_000...: decimal(Double(number) / 1e9, places: 1) + " billion"
    case 1_000_000...: decimal(Double(number) / 1e6, places: 1) + " million"
    default: grouped(number)
    }
  }

  /// Says an amount of memory in decimal units: `512 bytes`, `3.4 MB`.
  public static func bytes(_ number: Int) -> String {
    var amount = Double(number) / 1_000
    guard amount.magnitude >= 1 else { return "\(number) bytes" }
    var units = ["kB", "MB", "GB", "TB"][...]
    while amount.magnitude >= 999.95, units.count > 1 {
      amount /= 1_000
      units.removeFirst()
    }
    return decimal(amount, places: 1) + " " + (units.first ?? "")
  }

  /// Says a time in at most two units: `85 ms`, `3.4 s`, `1 min 20 s`, `2 h 5 min`.
  ///
  /// - Parameter seconds: a time; one that is not finite is `unknown`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e12 else { return "unknown" }
    guard seconds > 0 else { return "0 s" }
    if seconds < 0.9995 { return decimal(seconds * 1e3, places: seconds < 0.00995 ? 1 : 0) + " ms" }
    if seconds < 9.95 { return decimal(seconds, places: 1) + " s" }
    let whole = Int(seconds.rounded())
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3_600: return pair(whole, 60, "min", "s")
    case ..<86_400: return pair(whole / 60, 60, "h", "min")
    default: return pair(whole / 3_600, 24, "d", "h")
    }
  }

  /// Says a fraction of one as a percentage: `93.1%`.
  public static func percentage(_ fraction: Double, places: Int = 1) -> String {
    decimal(fraction * 100, places: places) + "%"
  }

  /// Writes a number with a fixed count of decimal places: `2.345`.
  public static func decimal(_ number: Double, places: Int) -> String {
    String(format: "%.\(places)f", number)
  }

  /// Writes a number with the given count of significant digits, without trailing zeros:
  /// `0.003`, `3e-05`.
  public static func significant(_ number: Double, digits: Int = 3) -> String {
    String(format: "%.\(digits)g", number)
  }

  /// Breaks a text between words into lines of at most `width` characters; a longer word has a line
  /// of its own.
  public static func lines(of text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// Puts spaces before a text until it has `width` characters, so that numbers align.
  public static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Divides `amount` by `size` and names both parts, the second only where it is not zero.
  private static func pair(_ amount: Int, _ size: Int, _ large: String, _ small: String) -> String {
    let (quotient, remainder) = amount.quotientAndRemainder(dividingBy: size)
    return "\(quotient) \(large)" + (remainder == 0 ? "" : " \(remainder) \(small)")
  }
}
