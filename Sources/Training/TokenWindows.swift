import Autograd
public import Checkpoints
public import Transformer

/// The windows of a corpus that a model learns from: each has `context` tokens and, one further on,
/// the token that follows each of them.
public struct TokenWindows: Sendable {
  /// The corpus.
  public let ids: TokenSequence
  /// The length of a window.
  public let context: Int

  private let seed: UInt64

  /// The windows of `ids`, which holds at least `context` + 1.
  public init(_ ids: [Int32], context: Int, seed: UInt64) {
    self.init(TokenSequence(ids), context: context, seed: seed)
  }

  /// The windows of `ids`, which holds at least `context` + 1; those of a file are read one by one.
  public init(_ ids: TokenSequence, context: Int, seed: UInt64) {
    require(
      context > 0 && ids.count > context,
      "windows: \(ids.count) tokens hold no window of \(context) and the token after it")
    (self.ids, self.context, self.seed) = (ids, context, seed)
  }

  /// How many windows there are, one for each place to start.
  public var count: Int { ids.count - context }

  /// The windows number `first`..<`first + size` of an endless random order, in which each epoch has
  /// every window once. The order is a function of the seed and the number alone.
  ///
  /// - Throws: ``CheckpointError`` if the ids of a file can be read no longer.
  public func batch(from first: Int, size: Int) throws(CheckpointError) -> TokenBatch {
    try batch(
      startingAt: (first..<first + size).map { number in
        RandomStream(seed: seed, "batches", step: number / count)
          .permuted(number % count, of: count)
      })
  }

  /// The windows that start at the given places; throws as ``batch(from:size:)`` does.
  public func batch(startingAt starts: [Int]) throws(CheckpointError) -> TokenBatch {
    let windows = try starts.map { start throws(CheckpointError) in
      try ids.ids(start..<start + context + 1)
    }
    return TokenBatch(
      inputs: windows.flatMap { $0.dropLast() }, targets: windows.flatMap { $0.dropFirst() },
      sequences: starts.count)
  }

  /// Fixed windows, one behind the other and at most `limit` batches of `size`, on which evaluations
  /// of different models can be compared; throws as ``batch(from:size:)`` does.
  public func evaluationBatches(
    size: Int, limit: Int = 200
  ) throws(CheckpointError) -> [TokenBatch] {
    let starts = Array(stride(from: 0, through: count - 1, by: context))
    let firsts = stride(from: 0, to: starts.count, by: size).prefix(limit)
    return try firsts.map { first throws(CheckpointError) in
      try batch(startingAt: Array(starts[first..<min(first + size, starts.count)]))
    }
  }
}

extension Model {
  /// The mean loss of the tokens of `batches`, in nats, without dropout.
  public func meanLoss(over batches: [Batch]) -> Double where Batch == TokenBatch {
    var (total, tokens) = (0.0, 0)
    for batch in batches {
      let count = batch.targets.count { $0 != -100 }
      if count == 0 { continue }
      let share = withoutGradients { loss(batch, dividedBy: count, context: nil).scalar }
      total += Double(share) * Double(count)
      tokens += count
    }
    return total / Double(max(tokens, 1))
  }
}
