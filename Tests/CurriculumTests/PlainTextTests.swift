import Testing

@testable import Curriculum

@Suite struct PlainTextTests {
  @Test func signsAreSpelledOut() {
    #expect(
      asciiText("softmax(Q Kᵀ / √d_k) → “V” · 2") == "softmax(Q K^T / sqrt(d_k)) -> \"V\" . 2")
  }

  /// Only blocks and bars remain, which lessons do not draw where the style is ASCII.
  @Test func everyPageCanBePrinted() {
    for (name, sheet) in WorkedNumbersTests.sheets {
      let strange = Set(asciiText(sheet.text).unicodeScalars.filter { !$0.isASCII })
        .filter { !("\u{2580}"..."\u{259F}").contains($0) && $0 != "●" }
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
