import TestSupport
import Testing

@testable import Tokenization

@Suite struct ByteStringTableTests {
  /// Against a dictionary, with many strings of few bytes.
  @Test func numbersStringsAsTheyCome() {
    var random = TestRandom(seed: 3)
    var table = ByteStringTable()
    var expected: [[UInt8]: Int] = [:]
    for _ in 0..<5_000 {
      let string = (0..<random.below(5)).map { _ in UInt8(random.below(8)) }
      let (number, isNew) = table.insert(string[...])
      #expect(isNew == (expected[string] == nil))
      #expect(expected[string] ?? expected.count == number)
      expected[string] = number
    }
    #expect(table.count == expected.count)
    for (string, number) in expected {
      #expect(table.number(of: string[...]) == number)
      #expect(Array(table[number]) == string)
    }
    #expect(table.number(of: [9]) == nil)
  }
}
