import TestSupport
import Testing

@testable import Tokenization

@Suite struct PairTableTests {
  @Test func keepsTheFirstNumberOfAPair() {
    var random = TestRandom(seed: 7)
    var table = PairTable()
    var expected: [TokenPair: Int32] = [:]
    for number in 0..<Int32(3_000) {
      let pair = TokenPair(Int32(random.below(40)), Int32(random.below(40)))
      let kept = expected[pair] ?? number
      #expect(table.insert(pair, number) == kept)
      expected[pair] = kept
    }
    for (pair, number) in expected { #expect(table[pair] == number) }
    #expect(table[TokenPair(41, 0)] == nil && table.count == expected.count)
    #expect(TokenPair(.max, 7).left == .max && TokenPair(.max, 7).right == 7)
  }
}
