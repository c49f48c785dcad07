import Testing

@testable import Curriculum

@Suite struct PlainTextTests {
  @Test func signsAreSpelledOut() {
    #expect(
      asciiText("softmax(Q Kᵀ / √d_k) → “V” · 2") == "softmax(Q K^T / sqrt(d_k)) -> \"V\" * 2")
    // A full stop between two numbers would be read as a decimal point.
    #expect(asciiText("6·4 + 1·2") == "6*4 + 1*2")
  }

  /// Only blocks, bars and arcs remain, which lessons do not draw where the style is ASCII, and Hindi.
  @Test func everyPageCanBePrinted() {
    for (name, sheet) in WorkedNumbersTests.sheets {
      let strange = Set(asciiText(sheet.text).unicodeScalars.filter { !$0.isASCII })
        .filter {
          !("\u{2500}"..."\u{259F}").contains($0) && !("\u{900}"..."\u{97F}").contains($0)
            && $0 != "●"
        }
      #expect(strange.isEmpty, "\(name): \(strange)")
    }
  }

  @Test func theGlossaryCanBePrinted() {
    for term in Term.all {
      let strange = asciiText(term.page()).filter { !$0.isASCII }
      #expect(strange.isEmpty, "\(term.page())")
    }
  }
}
