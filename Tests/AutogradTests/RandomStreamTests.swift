import Autograd
import Testing

@Suite struct RandomStreamTests {
  /// The reference implementation of SplitMix64 from the seed 0; see prng.di.unimi.it/splitmix64.c.
  @Test func itIsSplitMix64() {
    var state = RandomStream(seed: 3, "x").key
    let stream = RandomStream(seed: 3, "x")
    for index in 0..<100 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      #expect(stream.bits(at: index) == z ^ (z >> 31))
    }
  }

  @Test func seedNameAndStepEachMakeAnotherStream() {
    let streams = [
      RandomStream(seed: 1, "a"), RandomStream(seed: 2, "a"), RandomStream(seed: 1, "b"),
      RandomStream(seed: 1, "a", step: 1),
    ]
    #expect(Set(streams.map { $0.bits(at: 0) }).count == streams.count)
    #expect(RandomStream(seed: 1, "a").bits(at: 5) == streams[0].bits(at: 5))
  }

  @Test func droppingMovesTheStart() {
    let stream = RandomStream(seed: 1, "a")
    #expect((0..<5).allSatisfy { stream.dropping(7).bits(at: $0) == stream.bits(at: 7 + $0) })
  }

  @Test func uniformNumbersAreSpreadEvenly() {
    let stream = RandomStream(seed: 1, "a")
    var bins = Array(repeating: 0, count: 10)
    for index in 0..<10_000 {
      bins[Int(10 * stream.uniform(at: index))] += 1
      #expect((0..<7).contains(stream.integer(below: 7, at: index)))
    }
    // Five standard deviations of a binomial: 5 √(10⁴ · 0.1 · 0.9).
    #expect(bins.allSatisfy { abs($0 - 1_000) < 150 })
  }

  @Test(arguments: [1, 2, 3, 17, 64, 1000])
  func aPermutationHoldsEachIndexOnce(_ count: Int) {
    let order = (0..<count).map { RandomStream(seed: 1, "a").permuted($0, of: count) }
    #expect(order.sorted() == Array(0..<count))
    #expect(count < 17 || order != Array(0..<count))
  }
}
