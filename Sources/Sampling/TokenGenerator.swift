import Autograd
public import Transformer

/// The tokens that a model puts behind a prompt, one after the other, without an end.
///
/// ```swift
/// for token in TokenGenerator(model, prompt: ids, options: .greedy).prefix(20) { print(token.id) }
/// ```
/// ``ParallelGenerator`` makes several continuations of one prompt at once.
public struct TokenGenerator<M: SequenceModel>: Sequence, IteratorProtocol {
  private var samples: ParallelGenerator<M>

  /// A generator behind `prompt`; see ``ParallelGenerator/init(_:prompt:samples:options:usesCache:)``.
  public init(_ model: M, prompt: [Int32], options: SamplingOptions, usesCache: Bool = true) {
    samples = ParallelGenerator(model, prompt: prompt, options: options, usesCache: usesCache)
  }

  /// Chooses the next token; never nil.
  @specialized(where M == GPT<Float>)
  public mutating func next() -> GeneratedToken<M.Scalar>? { samples.next().first }
}
