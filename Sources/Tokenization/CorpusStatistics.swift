import Foundation

/// What the counts of a corpus say about the loss to expect, in nats per token.
///
/// A model that knows nothing starts at ``uniformEntropy``; one that knows how common each token is
/// reaches ``unigramEntropy``; one that sees one token back, ``bigramEntropy``; and none that sees
/// the last T tokens of this corpus gets below ``entropyFloor(context:)`` on it.
public struct CorpusStatistics: Sendable {
  private let ids: [Int32]
  /// The number of distinct tokens, V.
  public let vocabularySize: Int

  /// The statistics of a corpus written as token ids.
  public init(ids: [Int32], vocabularySize: Int) {
    self.ids = ids
    self.vocabularySize = vocabularySize
  }

  /// The number of tokens, N.
  public var tokenCount: Int { ids.count }

  /// ln V, the cross-entropy of a guess that gives all tokens the same probability.
  public var uniformEntropy: Double { log(Double(vocabularySize)) }

  /// −Σ p(x) ln p(x) over the tokens of the corpus.
  ///
  /// - Complexity: O(N)
  public var unigramEntropy: Double { blockEntropy(length: 1, starts: ids.indices) }

  /// −Σ p(x, y) ln p(y | x) over neighbouring tokens; nil for fewer than 2 tokens.
  ///
  /// - Complexity: O(N)
  public var bigramEntropy: Double? { entropyFloor(context: 1) }

  /// The least mean loss that a model with a context of T tokens can have over all windows of the
  /// corpus; nil if no window of T + 1 tokens fits.
  ///
  /// That is the mean over t = 1…T of the empirical entropy of the next token given the first t of
  /// its window, H(x₁…xₜ₊₁) − H(x₁…xₜ), counted over all windows of T + 1 tokens. By the chain rule
  /// (Cover and Thomas, Elements of Information Theory, theorem 2.5.1) the sum telescopes, to
  /// (H(x₁…x_T₊₁) − H(x₁)) / T.
  ///
  /// - Complexity: O(N · T)
  public func entropyFloor(context: Int) -> Double? {
    guard context > 0, ids.count > context else { return nil }
    let starts = 0..<(ids.count - context)
    let windows = blockEntropy(length: context + 1, starts: starts)
    return max(0, windows - blockEntropy(length: 1, starts: starts)) / Double(context)
  }

  /// The entropy of the blocks of `length` tokens that begin at the given places.
  private func blockEntropy(length: Int, starts: Range<Int>) -> Double {
    var counts: [ArraySlice<Int32>: Int] = [:]
    for start in starts { counts[ids[start..<(start + length)], default: 0] += 1 }
    // Sorted, so that the rounding of the sum does not depend on the order of the dictionary.
    let total = Double(starts.count)
    return counts.values.sorted().reduce(0) { sum, count in
      sum - Double(count) / total * log(Double(count) / total)
    }
  }
}
