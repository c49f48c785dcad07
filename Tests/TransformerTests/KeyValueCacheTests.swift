import Autograd
import TestSupport
import Testing
import Transformer

@Suite struct KeyValueCacheTests {
  private func model<Scalar>(_ positions: PositionalEncoding) throws -> GPT<Scalar> {
    try GPT(
      GPTConfiguration(
        vocabularySize: 19, contextLength: 21, width: 24, layers: 3, heads: 4,
        positions: positions, initializerDeviation: 0.3), seed: 8)
  }

  private let ids = (0..<21).map { Int32($0 * 7 % 19) }

  /// However the tokens are handed over, the logits behind each piece are those of the whole text.
  /// Products of other sizes may be summed in another order, so the last bits may differ.
  @Test(arguments: PositionalEncoding.allCases, [[1], [5, 1], [3, 4, 2], [20, 1]])
  func cachedEqualsUncached(_ positions: PositionalEncoding, _ pieces: [Int]) throws {
    let double = try largestError(model(positions) as GPT<Double>, pieces)
    #expect(double <= 1e-13)
    let float = try largestError(model(positions) as GPT<Float>, pieces)
    #expect(float <= 1e-5)
  }

  private func largestError<Scalar>(_ model: GPT<Scalar>, _ pieces: [Int]) -> Double {
    let vocabulary = model.vocabularySize
    let whole = model(ids).scalars
    let cache = model.makeState()
    var error = 0.0
    var turn = 0
    while cache.count < ids.count {
      let size = min(pieces[turn % pieces.count], ids.count - cache.count)
      let logits = model.logits(next: Array(ids[cache.count..<cache.count + size]), state: cache)
      let expected = whole[(cache.count - 1) * vocabulary..<cache.count * vocabulary]
      error = max(error, largestDifference(logits.scalars, expected))
      turn += 1
    }
    return error
  }

  /// Several sequences side by side each keep to their own.
  @Test func severalSequences() throws {
    let model: GPT<Double> = try model(.rotary)
    let cache = KeyValueCache<Double>(layers: 3, sequences: 2, capacity: 6, width: 24)
    let texts: [[Int32]] = [[1, 2, 3, 4], [9, 8, 7, 6]]
    _ = model.hidden(texts.flatMap { $0.prefix(3) }, sequences: 2, cache: cache)
    let last = model.hidden(texts.map { $0[3] }, sequences: 2, cache: cache).scalars
    let expected = texts.flatMap { model.hidden($0).scalars.suffix(24) }
    #expect(largestDifference(last, expected) < 1e-13)
    #expect(cache.count == 4)
  }

  /// Sequences can be repeated, reordered and left out, and each goes on as it was.
  @Test func selectedSequences() throws {
    let model: GPT<Double> = try model(.learned)
    let texts: [[Int32]] = [[1, 2, 3], [9, 8, 7]]
    let cache = model.makeState(sequences: 2)
    _ = model.logits(next: texts.flatMap(\.self), sequences: 2, state: cache)
    let copy = model.state([1, 0, 1], of: cache)
    let logits = model.logits(next: [4, 5, 6], sequences: 3, state: copy)
    #expect(logits.shape == [3, 19])
    let expected = [texts[1] + [4], texts[0] + [5], texts[1] + [6]].flatMap {
      model($0).scalars.suffix(19)
    }
    #expect(largestDifference(logits.scalars, expected) < 1e-13)
    // The cache it was taken from is as it was.
    #expect((cache.count, copy.count) == (3, 4))
    let next = model.logits(next: [4, 5], sequences: 2, state: cache).scalars.prefix(19)
    #expect(largestDifference(next, model(texts[0] + [4]).scalars.suffix(19)) < 1e-13)
  }

  @Test func stepsLeaveNoHistory() throws {
    let model: GPT<Float> = try model(.learned)
    #expect(model.logits(next: [1, 2], state: model.makeState()).requiresGradient == false)
  }
}
