public import Autograd
public import Transformer

/// A token that a model has put behind a text.
public struct GeneratedToken<Scalar: TensorScalar>: Sendable {
  /// The number of the sample that it belongs to, from 0.
  public let sample: Int
  /// The token chosen.
  public let id: Int32
  /// The logits of the model that it was chosen from, `[V]`.
  public let logits: [Scalar]
}

/// Several continuations of one prompt, computed side by side and each chosen by itself.
///
/// The choices of a sample depend on the seed and its number alone, not on how many there are.
/// Only the last `contextLength` tokens are seen. While they fit, each new one costs one row of
/// attention; beyond that, the last `contextLength` tokens are computed anew from position 0.
public struct ParallelGenerator<M: SequenceModel> {
  private let model: M
  private let options: SamplingOptions
  private let usesCache: Bool

  /// The numbers of the samples that go on, in the order of their rows.
  private var samples: [Int]
  /// What each of them has come to, the prompt included; all are equally long.
  private var texts: [[Int32]]
  private var state: M.State
  /// Which tokens of the texts are in the state.
  private var known = 0..<0
  private var index = 0

  /// A generator behind `prompt`, which has at least one token; of a longer one than the model sees,
  /// the end counts.
  ///
  /// - Parameter usesCache: Whether earlier tokens are remembered rather than computed again. The
  ///   tokens are the same.
  public init(
    _ model: M, prompt: [Int32], samples: Int = 1, options: SamplingOptions, usesCache: Bool = true
  ) {
    require(!prompt.isEmpty, "generating: expected a prompt of at least one token, found none")
    require(samples > 0, "generating: expected at least one sample, found \(samples)")
    (self.model, self.options, self.usesCache) = (model, options, usesCache)
    self.samples = Array(0..<samples)
    texts = Array(repeating: prompt, count: samples)
    state = model.makeState()
  }

  /// Chooses the next token of each sample that goes on.
  @specialized(where M == GPT<Float>)
  public mutating func next() -> [GeneratedToken<M.Scalar>] {
    guard let length = texts.first?.count else { return [] }
    // Before the first choice all texts are the prompt, which is computed once.
    let rows = index == 0 ? 1 : samples.count
    let start = Swift.max(0, length - model.contextLength)
    if !usesCache || index == 0 || start != known.lowerBound {
      state = model.makeState(sequences: rows)
      known = start..<start
    }
    let ids = texts.prefix(rows).flatMap { $0[known.upperBound...] }
    let logits = model.logits(next: ids, sequences: rows, state: state).scalars
    known = start..<length
    if rows < samples.count {
      state = model.state(Array(repeating: 0, count: samples.count), of: state)
    }

    var tokens: [GeneratedToken<M.Scalar>] = []
    for (row, sample) in samples.enumerated() {
      let first = row % rows * model.vocabularySize
      let own = rows == 1 ? logits : Array(logits[first..<first + model.vocabularySize])
      let id = options.choose(own, at: index, sample: sample, after: texts[row])
      tokens.append(GeneratedToken(sample: sample, id: id, logits: own))
      texts[row].append(id)
    }
    index += 1
    return tokens
  }

  /// Leaves out samples that have come to their end.
  public mutating func finish(_ finished: Set<Int>) {
    let rows = samples.indices.filter { !finished.contains(samples[$0]) }
    guard rows.count < samples.count else { return }
    samples = rows.map { samples[$0] }
    texts = rows.map { texts[$0] }
    if !rows.isEmpty { state = model.state(rows, of: state) }
  }
}
