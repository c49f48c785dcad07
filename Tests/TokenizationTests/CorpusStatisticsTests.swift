import Foundation
import Testing
import Tokenization

@Suite struct CorpusStatisticsTests {
  /// a b a c a b: by hand, H(x) = ½ ln 2 + ⅓ ln 3 + ⅙ ln 6. Of 5 pairs 3 begin with a (b, c, b)
  /// and 2 go on from b or c for certain, so H(y | x) = ⅗ (⅔ ln 3/2 + ⅓ ln 3).
  private let example = CorpusStatistics(ids: [0, 1, 0, 2, 0, 1], vocabularySize: 3)

  @Test func entropiesOfAnExampleByHand() throws {
    #expect(example.tokenCount == 6)
    let (ln2, ln3): (Double, Double) = (log(2), log(3))
    #expect(abs(example.uniformEntropy - ln3) < 1e-12)
    let unigram = ln2 / 2 + ln3 / 3 + (ln2 + ln3) / 6
    #expect(abs(example.unigramEntropy - unigram) < 1e-12)
    let bigram = 0.6 * ((ln3 - ln2) * 2 / 3 + ln3 / 3)
    #expect(abs(try #require(example.bigramEntropy) - bigram) < 1e-12)
  }

  /// Context 2 has the windows aba, bac, aca, cab. Position 1: after a (twice) b or c, after b and
  /// c always a: ½ ln 2. Position 2: after ab, ba, ac and ca one continuation each: 0.
  @Test func theFloorOfAnExampleByHand() throws {
    #expect(abs(try #require(example.entropyFloor(context: 2)) - log(2.0) / 4) < 1e-12)
  }

  /// The sum over positions as it is defined, against the telescoped one.
  @Test(arguments: 1...6) func theFloorIsTheMeanOverPositions(context: Int) throws {
    let ids = (0..<Int32(200)).map { index -> Int32 in (index * index + index / 3) % 5 }
    let statistics = CorpusStatistics(ids: ids, vocabularySize: 5)
    let windows = (0..<(ids.count - context)).map { Array(ids[$0...($0 + context)]) }
    var expected = 0.0
    for position in 1...context {
      for (_, group) in Dictionary(grouping: windows, by: { $0[..<position] }) {
        for (_, same) in Dictionary(grouping: group, by: { $0[position] }) {
          let share = Double(same.count) / Double(group.count)
          expected -= Double(same.count) / Double(windows.count) * log(share)
        }
      }
    }
    let floor = statistics.entropyFloor(context: context)
    #expect(abs(try #require(floor) - expected / Double(context)) < 1e-12)
  }

  @Test func tooShortACorpusHasNoFloor() {
    let single = CorpusStatistics(ids: [0], vocabularySize: 1)
    #expect(single.unigramEntropy == 0)
    #expect(single.bigramEntropy == nil)
    #expect(example.entropyFloor(context: 6) == nil)
    #expect(example.entropyFloor(context: 5) != nil)
    #expect(example.entropyFloor(context: 0) == nil)
  }
}
