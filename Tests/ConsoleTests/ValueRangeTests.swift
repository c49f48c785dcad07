import Testing

@testable import Console

@Suite struct ValueRangeTests {
  @Test(arguments: [
    ("2500", 2_500), ("2_500", 2_500), ("1e4", 10_000), ("-3", -3), ("+3", 3),
    ("9223372036854775807", Int.max),
  ])
  func wholeNumbersAreRead(text: String, number: Int) {
    #expect(Int(argument: text) == number)
  }

  @Test(arguments: ["", "_", "x", "1.5", "1e-1", "9223372036854775808", "1e30", "0x10", "٣", "1 "])
  func otherTextsAreNoWholeNumbers(text: String) {
    #expect(Int(argument: text) == nil)
  }

  @Test(arguments: [("0.1", 0.1), ("3e-4", 3e-4), (".5", 0.5), ("-1", -1), ("1_000", 1_000)])
  func numbersAreRead(text: String, number: Double) {
    #expect(Double(argument: text) == number)
  }

  @Test(arguments: ["nan", "inf", "-infinity", "1e999", "0x1p3", "0,5", "", "e"])
  func otherTextsAreNoNumbers(text: String) {
    #expect(Double(argument: text) == nil)
  }

  @Test func rangesSayWhatTheyAsk() {
    #expect((1...).requirement == "at least 1")
    #expect((0.0...1).requirement == "from 0 to 1")
    #expect((0.0..<0.5).requirement == "at least 0 and less than 0.5")
    let share: RangeAbove<Double> = .above(0, through: 1)
    #expect(share.requirement == "greater than 0 and at most 1")
    #expect(!share.contains(0) && share.contains(1e-9) && share.contains(1) && !share.contains(1.1))
    let positive: RangeAbove<Double> = .above(0)
    #expect(positive.requirement == "greater than 0")
    #expect(positive.contains(1e9))
  }
}
