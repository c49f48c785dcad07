import Autograd
public import Transformer

/// The tokens that a model puts behind a prompt, one after the other, without an end.
///
/// ```swift
/// for token in TokenGenerator(model, prompt: ids, options: .greedy).prefix(20) { print(token.id) }
/// ```
/// Only the last `contextLength` tokens are seen. While they fit, each new one costs one row of
/// attention; beyond that, the last `contextLength` tokens are computed anew from position 0.
public struct TokenGenerator<M: SequenceModel>: Sequence, IteratorProtocol {
  /// One generated token.
  public struct Token {
    /// The token chosen.
    public let id: Int32
    /// The logits it was chosen from, `[V]`.
    public let logits: [M.Scalar]
  }

  private let model: M
  private let options: SamplingOptions
  private let usesCache: Bool
  /// The tokens seen so far, as far back as the model sees.
  private var window: [Int32]
  /// How many tokens of the window, from its front, are in the state.
  private var known = 0
  private var state: M.State
  private var index = 0

  /// A generator behind `prompt`, which has at least one token; of a longer one than the model sees,
  /// the end counts.
  ///
  /// - Parameter usesCache: Whether earlier tokens are remembered rather than computed again. The
  ///   tokens are the same.
  public init(_ model: M, prompt: [Int32], options: SamplingOptions, usesCache: Bool = true) {
    require(!prompt.isEmpty, "generating: expected a prompt of at least one token, found none")
    self.model = model
    self.options = options
    self.usesCache = usesCache
    window = Array(prompt.suffix(model.contextLength))
    state = model.makeState()
  }

  /// Chooses the next token; never nil.
  @specialized(where M == GPT<Float>)
  public mutating func next() -> Token? {
    if window.count > model.contextLength {
      window.removeFirst(window.count - model.contextLength)
      known = 0
    }
    if !usesCache { known = 0 }
    if known == 0 { state = model.makeState() }
    let logits = model.logits(next: Array(window[known...]), state: state).scalars
    known = window.count
    let id = options.choose(logits, at: index)
    index += 1
    window.append(id)
    return Token(id: id, logits: logits)
  }
}
