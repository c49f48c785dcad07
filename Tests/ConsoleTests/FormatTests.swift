import Testing

@testable import Console

@Suite struct FormatTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (123_456, "123,456"),
    (-1_234_567, "-1,234,567"), (.min, "-9,223,372,036,854,775,808"),
  ])
  func digitsAreGrouped(number: Int, text: String) {
    #expect(Format.grouped(number) == text)
  }

  @Test(arguments: [
    (12_345, "12,345"), (999_999, "999,999"), (1_234_567, "1.2 million"),
    (999_949_999, "999.9 million"), (999_950_000, "1.0 billion"),
  ])
  func countsAreRounded(number: Int, text: String) {
    #expect(Format.count(number) == text)
  }

  @Test(arguments: [
    (0, "0 bytes"), (999, "999 bytes"), (3_400_000, "3.4 MB"), (999_949, "999.9 kB"),
    (999_950, "1.0 MB"), (2_000_000_000_000_000, "2000.0 TB"),
  ])
  func bytesTakeTheFittingUnit(number: Int, text: String) {
    #expect(Format.bytes(number) == text)
  }

  @Test(arguments: [
    (0, "0 s"), (-1, "0 s"), (0.0004, "0.4 ms"), (0.85, "850 ms"), (0.9999, "1.0 s"),
    (3.44, "3.4 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min"), (80, "1 min 20 s"),
    (3_599.6, "1 h"), (7_500, "2 h 5 min"), (97_200, "1 d 3 h"), (.infinity, "unknown"),
    (.nan, "unknown"), (1e300, "unknown"),
  ])
  func durationsHaveTwoUnitsAtMost(seconds: Double, text: String) {
    #expect(Format.duration(seconds) == text)
  }

  @Test func numbersHaveTheAskedDigits() {
    #expect(Format.percentage(0.9314) == "93.1%")
    #expect(Format.percentage(1, places: 0) == "100%")
    #expect(Format.decimal(2.3456, places: 3) == "2.346")
    #expect(Format.significant(0.003) == "0.003")
    #expect(Format.significant(3e-5) == "3e-05")
    #expect(Format.right("7", 4) == "   7")
    #expect(Format.right("12345", 4) == "12345")
  }

  @Test func linesBreakBetweenWords() {
    #expect(Format.lines(of: "one two  three", width: 7) == ["one two", "three"])
    #expect(Format.lines(of: "one two three", width: 6) == ["one", "two", "three"])
    #expect(Format.lines(of: "unbreakable it is", width: 5) == ["unbreakable", "it is"])
    #expect(Format.lines(of: " ", width: 5) == [])
  }
}
