import Checkpoints
import Foundation
import Sampling
import TestSupport
import Testing

@Suite struct SamplerTests {
  /// Logits whose softmax is 0.4, 0.3, 0.2, 0.1, out of order.
  private let logits = [0.2, 0.4, 0.1, 0.3].map { log($0) + 5 }

  private func expect(
    _ options: SamplingOptions, _ expected: [(id: Int32, probability: Double)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = options.distribution(logits)
    #expect(found.map(\.id) == expected.map(\.id), sourceLocation: sourceLocation)
    let error = largestDifference(found.map(\.probability), expected.map(\.probability))
    #expect(error < 1e-15, sourceLocation: sourceLocation)
  }

  // MARK: By hand

  @Test func everything() {
    expect(SamplingOptions(temperature: 1), [(1, 0.4), (3, 0.3), (0, 0.2), (2, 0.1)])
  }

  /// At temperature ½ the probabilities are squared: 16, 9, 4 and 1 of 30.
  @Test func temperature() {
    expect(
      SamplingOptions(temperature: 0.5),
      [(1, 16 / 30.0), (3, 9 / 30.0), (0, 4 / 30.0), (2, 1 / 30.0)])
  }

  @Test func topK() {
    expect(SamplingOptions(temperature: 1, topK: 2), [(1, 4 / 7.0), (3, 3 / 7.0)])
    expect(SamplingOptions(temperature: 1, topK: 1), [(1, 1)])
    #expect(SamplingOptions(temperature: 1, topK: 9).distribution(logits).count == 4)
  }

  /// The fewest that together reach the share: the one that crosses it belongs to them.
  @Test func topP() {
    expect(SamplingOptions(temperature: 1, topP: 0.65), [(1, 4 / 7.0), (3, 3 / 7.0)])
    expect(
      SamplingOptions(temperature: 1, topP: 0.75), [(1, 4 / 9.0), (3, 3 / 9.0), (0, 2 / 9.0)])
    expect(SamplingOptions(temperature: 1, topP: 0.05), [(1, 1)])
    expect(SamplingOptions(temperature: 1, topP: 0), [(1, 1)])
  }

  /// Temperature first, then top-k, then top-p of what is left: 16, 9 and 4 of 29, of which 16 and 9
  /// are 0.86.
  @Test func together() {
    expect(
      SamplingOptions(temperature: 0.5, topK: 3, topP: 0.85), [(1, 16 / 25.0), (3, 9 / 25.0)])
  }

  /// Those at least so likely as a share of the likeliest: 0.4, 0.3 and 0.2 are half of 0.4 or more.
  @Test func minP() {
    expect(
      SamplingOptions(temperature: 1, minP: 0.49), [(1, 4 / 9.0), (3, 3 / 9.0), (0, 2 / 9.0)])
    expect(SamplingOptions(temperature: 1, minP: 0.51), [(1, 4 / 7.0), (3, 3 / 7.0)])
    expect(SamplingOptions(temperature: 1, minP: 1), [(1, 1)])
    // At temperature ½ the shares of the likeliest are 1, 9/16, 1/4 and 1/16.
    expect(SamplingOptions(temperature: 0.5, minP: 0.5), [(1, 16 / 25.0), (3, 9 / 25.0)])
  }

  /// Positive logits are divided, negative ones multiplied, each once however often it came.
  @Test func repetitionPenalty() {
    let options = SamplingOptions(temperature: 1, repetitionPenalty: 2)
    let found = options.distribution([4, -1, 1, 3.0], after: [0, 1, 0])
    let expected = candidates([2, -2, 1, 3.0])
    #expect(found == expected)
    let greedy = SamplingOptions(temperature: 0, repetitionPenalty: 2)
    #expect(greedy.choose([4, -1, 1, 3.0], at: 0, after: [0, 1, 0]) == 3)
    #expect(greedy.choose([4, -1, 1, 3.0], at: 0) == 0)
  }

  // MARK: Transformers

  /// What Transformers' processors keep, and how likely it is then.
  @Test func asTransformers() throws {
    let path = GoldenModel.fixtures.appending(path: "sampling/processors.json").path
    let cases = try JSONField(readingFile: path).elements()
    #expect(cases.count == 12)
    for field in cases {
      func ids(_ key: String) throws -> [Int32] {
        try field.member(key).elements().map { try Int32($0.integer()) }
      }
      func numbers(_ key: String) throws -> [Double] {
        try field.member(key).elements().map { try $0.double() }
      }
      let options = SamplingOptions(
        temperature: try field.member("temperature").double(),
        topK: try field.member("top_k").integer(), topP: try field.member("top_p").double(),
        minP: try field.member("min_p").double(),
        repetitionPenalty: try field.member("repetition_penalty").double())
      let logits = try numbers("logits").map { Float($0) }
      let found = try options.distribution(logits, after: ids("history"))
      let name = try field.member("name").string()
      #expect(try found.map(\.id) == ids("ids"), "\(name)")
      #expect(
        try largestDifference(found.map(\.probability), numbers("probabilities")) < 1e-6, "\(name)")
    }
  }

  // MARK: Order

  @Test func greedy() {
    expect(.greedy, [(1, 1)])
    #expect((0..<20).allSatisfy { SamplingOptions.greedy.choose(logits, at: $0) == 1 })
  }

  @Test func ofEquallyLikelyOnesTheFirst() {
    let ties = [1.0, 3, 2, 3, 3]
    #expect(SamplingOptions.greedy.choose(ties, at: 0) == 1)
    #expect(candidates(ties).map(\.id) == [1, 3, 4, 2, 0])
    #expect(
      (0...6).map { candidates(ties, atMost: $0).map(\.id) }
        == (0...6).map {
          Array([1, 3, 4, 2, 0].prefix($0))
        })
    #expect(SamplingOptions(temperature: 1, topK: 2).distribution(ties).map(\.id) == [1, 3])
  }

  /// Neither very large nor very different logits overflow.
  @Test(arguments: [1.0, 1e-3]) func extremes(_ temperature: Double) {
    let found = candidates([1e4, -1e4, 1e4] as [Float], temperature: temperature)
    #expect(found.map(\.id) == [0, 2, 1])
    #expect(found.map(\.probability) == [0.5, 0.5, 0])
  }

  /// More tokens than are put in order at first: 500 equally likely ones and one that is twice as
  /// likely.
  @Test func topPOfManyTokens() {
    let logits = (0..<500).map { $0 == 300 ? log(2.0) : 0 }
    let found = SamplingOptions(temperature: 1, topP: 0.8).distribution(logits)
    // 0.8 of 501 is 400.8: the first counts 2, so 399 others reach it.
    #expect(found.map(\.id) == [300] + (0..<300).map { $0 } + (301...399).map { $0 })
    #expect(abs(found[0].probability - 2 / 401.0) < 1e-12)
    #expect(
      SamplingOptions(temperature: 1, topP: 0.004).distribution(logits).map(\.id) == [300, 0])
  }

  // MARK: Chance

  /// Of 10,000 draws each token gets its share: χ² with 3 degrees of freedom is above 16.27 once in
  /// a thousand, and the seed is fixed.
  @Test(arguments: [1, 0.5]) func frequencies(_ temperature: Double) {
    let options = SamplingOptions(temperature: temperature, seed: 7)
    var counts: [Int32: Double] = [:]
    for index in 0..<10_000 { counts[options.choose(logits, at: index), default: 0] += 1 }
    let terms = options.distribution(logits).map { candidate in
      let expected = 10_000 * candidate.probability
      return pow((counts[candidate.id] ?? 0) - expected, 2) / expected
    }
    let chiSquared = terms.reduce(0, +)
    #expect(chiSquared < 16.27)
  }

  @Test func theSameSeedChoosesTheSame() {
    func draws(_ seed: UInt64) -> [Int32] {
      (0..<50).map { SamplingOptions(temperature: 1, seed: seed).choose(logits, at: $0) }
    }
    #expect(draws(1) == draws(1))
    #expect(draws(1) != draws(2))
  }

  /// Each sample has draws of its own; the first has those of a single one.
  @Test func samplesDrawForThemselves() {
    let options = SamplingOptions(temperature: 1, seed: 3)
    func draws(_ sample: Int) -> [Int32] {
      (0..<50).map { options.choose(logits, at: $0, sample: sample) }
    }
    #expect(draws(0) == (0..<50).map { options.choose(logits, at: $0) })
    #expect(Set((0..<5).map(draws)).count == 5)
  }

  /// What is left out is never drawn, whether or not the tokens had to be put in order.
  @Test(arguments: [
    SamplingOptions(temperature: 3, topK: 2), SamplingOptions(temperature: 1, minP: 0.7),
    SamplingOptions(temperature: 1, topP: 0.6),
    SamplingOptions(temperature: 1, topP: 0.99, minP: 0.7),
  ]) func onlyTheDistributionIsDrawn(_ options: SamplingOptions) {
    #expect(Set((0..<500).map { options.choose(logits, at: $0) }) == [1, 3])
  }

  /// Without an order, the draw is one among the same shares: all but those of min-p are 0.
  @Test func minPWithoutAnOrder() {
    let options = SamplingOptions(temperature: 1, minP: 0.7, seed: 5)
    var count = 0
    for index in 0..<10_000 where options.choose(logits, at: index) == 1 { count += 1 }
    // 4/7 of 10,000; the deviation is 49.
    #expect(abs(Double(count) - 40_000 / 7) < 200)
  }

}
