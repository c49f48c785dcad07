public import Autograd

/// A decoder in the shape of GPT-2 (Radford et al. 2019): it predicts the next token from those
/// before it.
///
/// ```
/// ids ─ tokens ─(+ positions)─ block ─ block ─ … ─ norm ─ head ─ logits
///                                │
///                    x + attention(norm1(x)) ─ x + feedForward(norm2(x))
/// ```
public struct GPT<Scalar: TensorScalar>: SequenceModel {
  /// The sizes and choices it was made with.
  public let configuration: GPTConfiguration
  /// Everything that it can learn.
  public let parameters: ParameterStore<Scalar>

  /// The vectors of the tokens, `[V, C]`.
  public let tokens: Embedding<Scalar>
  /// The vectors of the positions, `[context, C]`, where they are learned.
  public let positions: Embedding<Scalar>?
  /// The layers, in order.
  public let blocks: [TransformerBlock<Scalar>]
  /// The last normalisation.
  public let norm: LayerNorm<Scalar>
  /// The output head, `[V, C]`: the token embeddings themselves where it is tied.
  public let head: Tensor<Scalar>

  private let dropout: Dropout<Scalar>
  private let waves: Tensor<Scalar>?
  private let angles: RotaryAngles<Scalar>?

  /// Plans a model; ``ParameterStore/initialize(seed:)`` gives it numbers.
  ///
  /// Weights begin normal with the configuration's deviation, those that end a branch with that divided by
  /// √(2 · layers) (Radford et al. 2019, section 2.3), biases with 0.
  public init(_ configuration: GPTConfiguration) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    parameters = ParameterStore()
    let root = parameters.root
    let (width, context) = (configuration.width, configuration.contextLength)
    let deviation = configuration.initializerDeviation

    tokens = Embedding(
      configuration.vocabularySize, width, deviation: deviation, in: root["tokens"])
    positions =
      configuration.positions == .learned
      ? Embedding(context, width, deviation: deviation, in: root["positions"]) : nil
    dropout = Dropout(configuration.dropout, in: root["dropout"])
    blocks = (0..<configuration.layers).map {
      TransformerBlock(configuration, in: root["blocks"][$0])
    }
    norm = LayerNorm(width, epsilon: configuration.layerNormEpsilon, in: root["norm"])
    head =
      configuration.isTied
      ? tokens.weight
      : Embedding(configuration.vocabularySize, width, deviation: deviation, in: root["head"])
        .weight

    waves =
      configuration.positions == .sinusoidal
      ? sinusoidalPositions(length: context, width: width) : nil
    angles =
      configuration.positions == .rotary
      ? RotaryAngles(length: context, size: width / configuration.heads) : nil
  }

  /// A model with the numbers it begins with.
  public init(_ configuration: GPTConfiguration, seed: UInt64) throws(ConfigurationError) {
    try self.init(configuration)
    parameters.initialize(seed: seed)
  }

  /// The logits of the token that follows each position.
  ///
  /// - Parameters:
  ///   - ids: `[sequences, T]`, row by row; T is at most the context.
  ///   - keyLengths: How many ids of each sequence are real, if some end in padding.
  ///   - observer: Is shown the attention weights of each layer.
  /// - Returns: `[sequences, T, V]`.
  public func callAsFunction(
    _ ids: [Int32], sequences: Int = 1, keyLengths: [Int]? = nil, context: StepContext? = nil,
    observer: AttentionObserver<Scalar>? = nil
  ) -> Tensor<Scalar> {
    let features = hidden(
      ids, sequences: sequences, keyLengths: keyLengths, context: context, observer: observer)
    return features.linear(head, transposingWeight: true)
  }

  /// The features `[sequences, T, C]` behind the last normalisation.
  ///
  /// - Parameters:
  ///   - cache: The keys and values of earlier tokens, which it extends.
  ///   - stages: Is shown the features before the first block, after each, and after the last norm.
  @specialized(where Scalar == Float)
  public func hidden(
    _ ids: [Int32], sequences: Int = 1, keyLengths: [Int]? = nil,
    cache: KeyValueCache<Scalar>? = nil, context: StepContext? = nil,
    observer: AttentionObserver<Scalar>? = nil, stages: ((Tensor<Scalar>) -> Void)? = nil
  ) -> Tensor<Scalar> {
    let start = cache?.count ?? 0
    let length = ids.count / max(sequences, 1)
    require(
      sequences > 0 && length > 0 && ids.count == sequences * length
        && start + length <= contextLength,
      "GPT: \(ids.count) ids in \(sequences) sequences from position \(start) do not fit the context "
        + "of \(contextLength)")
    let mask = AttentionMask(isCausal: true, keyLengths: keyLengths)

    var x = embedded(ids, sequences, length, from: start)
    x = dropout(x, context)
    stages?(x)
    for (layer, block) in blocks.enumerated() {
      x = block(
        x, mask: mask, angles: angles, cache: cache.map { ($0, layer) }, context: context,
        observer: observer.map { observer in { observer(layer, $0) } })
      stages?(x)
    }
    cache?.advance(by: length)
    x = norm(x)
    stages?(x)
    return x
  }

  /// The tokens' vectors with their positions: [B, T, C].
  private func embedded(
    _ ids: [Int32], _ sequences: Int, _ length: Int, from start: Int
  ) -> Tensor<Scalar> {
    let x = tokens(ids, shape: [sequences, length])
    let places = (start..<start + length).map(Int32.init)
    if let positions { return x + positions(places, shape: [length]) }
    guard let waves else { return x }
    return x.scaled(by: Double(configuration.width).squareRoot()) + waves.rows(at: places)
  }

  /// The cross-entropy of the targets, in nats; see ``Model/loss(_:dividedBy:context:)``.
  @specialized(where Scalar == Float)
  public func loss(
    _ batch: TokenBatch, dividedBy count: Int, context: StepContext?
  ) -> Tensor<Scalar> {
    hidden(batch.inputs, sequences: batch.sequences, context: context)
      .crossEntropy(head: head, targets: batch.targets, dividedBy: count)
  }

  // MARK: One token after the other

  /// Keeps a copy of each matrix in bfloat16, half the size of the parameters, so that generating
  /// under ``ComputePrecision/bfloat16`` reads half the bytes for each token.
  public func packForGeneration() {
    for block in blocks {
      let attention = block.attention
      for layer in [attention.query, attention.key, attention.value, attention.output] {
        layer.weight.keepPacked()
      }
      block.feedForward.expand.weight.keepPacked()
      block.feedForward.project.weight.keepPacked()
    }
    head.keepPacked(transposed: true)
  }

  /// How many tokens it sees at most, T.
  public var contextLength: Int { configuration.contextLength }

  /// How many different tokens there are, V.
  public var vocabularySize: Int { configuration.vocabularySize }

  /// An empty key–value cache for `sequences` texts side by side.
  public func makeState(sequences: Int) -> KeyValueCache<Scalar> {
    KeyValueCache(
      layers: blocks.count, sequences: sequences, capacity: contextLength,
      width: configuration.width)
  }

  /// Takes in `ids`, `[sequences, T]`, and returns the logits of those that follow, `[sequences, V]`.
  /// Nothing is recorded.
  @specialized(where Scalar == Float)
  public func logits(
    next ids: [Int32], sequences: Int, state: KeyValueCache<Scalar>
  ) -> Tensor<Scalar> {
    withoutGradients {
      let features = hidden(ids, sequences: sequences, cache: state)
      let length = ids.count / sequences
      let last = length == 1 ? features : features.split([length - 1, 1], axis: 1)[1]
      return last.linear(head, transposingWeight: true).reshaped([sequences, vocabularySize])
    }
  }

  /// A cache of its own with these rows of `state`.
  public func state(_ rows: [Int], of state: KeyValueCache<Scalar>) -> KeyValueCache<Scalar> {
    state.selecting(rows)
  }
}

/// One layer: attention, then a feed-forward network, each on the normalised input and added to it
/// (pre-norm, Radford et al. 2019, section 2.3).
///
/// It is a class, so that who walks through the layers counts one reference each, not those of all parts.
public final class TransformerBlock<Scalar: TensorScalar> {
  /// The normalisation before the attention.
  public let norm1: LayerNorm<Scalar>
  /// How tokens gather from each other.
  public let attention: MultiHeadAttention<Scalar>
  /// The normalisation before the feed-forward network.
  public let norm2: LayerNorm<Scalar>
  /// What each token makes of it by itself.
  public let feedForward: FeedForward<Scalar>

  private let dropout1: Dropout<Scalar>
  private let dropout2: Dropout<Scalar>

  /// A block of a model with this configuration.
  public init(_ configuration: GPTConfiguration, in scope: ParameterScope<Scalar>) {
    let (width, epsilon) = (configuration.width, configuration.layerNormEpsilon)
    let deviation = configuration.initializerDeviation
    let branchEnd = deviation / Double(2 * configuration.layers).squareRoot()
    norm1 = LayerNorm(width, epsilon: epsilon, in: scope["norm1"])
    attention = MultiHeadAttention(
      width: width, heads: configuration.heads, dropout: configuration.dropout,
      deviation: deviation, outputDeviation: branchEnd, in: scope["attention"])
    norm2 = LayerNorm(width, epsilon: epsilon, in: scope["norm2"])
    feedForward = FeedForward(
      width, hidden: configuration.hiddenWidth, activation: configuration.activation,
      deviation: deviation, outputDeviation: branchEnd, in: scope["feedForward"])
    dropout1 = Dropout(configuration.dropout, in: scope["dropout1"])
    dropout2 = Dropout(configuration.dropout, in: scope["dropout2"])
  }

  /// `[B, T, C]` to the same shape.
  public func callAsFunction(
    _ x: Tensor<Scalar>, mask: AttentionMask, angles: RotaryAngles<Scalar>? = nil,
    cache: (KeyValueCache<Scalar>, layer: Int)? = nil, context: StepContext? = nil,
    observer: ((Tensor<Scalar>) -> Void)? = nil
  ) -> Tensor<Scalar> {
    if let (cache, layer) = cache, context == nil, observer == nil, mask.keyLengths == nil,
      RowBranch.suits(x, inner: feedForward.expand.weight.shape[1])
    {
      return next(x, angles, cache, layer)
    }
    let y = dropout1.residual(x, context) {
      attention(
        queries: norm1(x), adding: $0, mask: mask, angles: angles, cache: cache, context: context,
        observer: observer)
    }
    return dropout2.residual(y, context) { feedForward(norm2(y), adding: $0) }
  }

  /// The same for a single token, `[1, 1, C]`: each branch is one operation, whose threads share more work.
  private func next(
    _ x: Tensor<Scalar>, _ angles: RotaryAngles<Scalar>?, _ cache: KeyValueCache<Scalar>,
    _ layer: Int
  ) -> Tensor<Scalar> {
    let (keys, values) = cache.rows(of: layer)
    let y = RowBranch(norm: norm1.row, epsilon: norm1.epsilon, output: attention.output.row)
      .attention(
        x, layers: (attention.query.row, attention.key.row, attention.value.row),
        heads: attention.heads, angles: angles, keys: keys, values: values, position: cache.count)
    return RowBranch(norm: norm2.row, epsilon: norm2.epsilon, output: feedForward.project.row)
      .feedForward(y, expand: feedForward.expand.row, feedForward.activation)
  }
}

/// Two linear layers with a function between them (Vaswani et al. 2017, section 3.3).
public struct FeedForward<Scalar: TensorScalar> {
  /// From the width to the hidden width.
  public let expand: Linear<Scalar>
  /// Back to the width.
  public let project: Linear<Scalar>
  /// The function between them.
  public let activation: Activation

  /// A network from `width` features over `hidden` and back.
  public init(
    _ width: Int, hidden: Int, activation: Activation = .gelu, deviation: Double = 0.02,
    outputDeviation: Double? = nil, in scope: ParameterScope<Scalar>
  ) {
    expand = Linear(width, hidden, deviation: deviation, in: scope["expand"])
    project = Linear(hidden, width, deviation: outputDeviation ?? deviation, in: scope["project"])
    self.activation = activation
  }

  /// `[…, width]` to the same shape, added to `residual` where there is one.
  public func callAsFunction(
    _ x: Tensor<Scalar>, adding residual: Tensor<Scalar>? = nil
  ) -> Tensor<Scalar> {
    project(activation(expand(x)), adding: residual)
  }
}
