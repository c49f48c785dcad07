/// What GPT-2's pattern tells apart: `\p{L}`, `\p{N}`, `\s` and everything else.
enum ScalarClass: UInt8 {
  case letter, number, space, other

  init(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      self = Self.ascii[Int(scalar.value)]
    } else {
      self = ScalarClass(slowly: scalar)
    }
  }

  private init(slowly scalar: Unicode.Scalar) {
    let properties = scalar.properties
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      self = .letter
    case .decimalNumber, .letterNumber, .otherNumber: self = .number
    default: self = properties.isWhitespace ? .space : .other
    }
  }

  private static let ascii = (0..<0x80).map { ScalarClass(slowly: Unicode.Scalar($0)) }
}

extension Unicode.Scalar {
  /// Whether it is white space, `\s` in regular expressions over Unicode.
  var isSpace: Bool {
    isASCII ? self == " " || ("\t"..."\r").contains(self) : properties.isWhitespace
  }
}
