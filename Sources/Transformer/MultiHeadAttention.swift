public import Autograd

/// What one layer's attention looked like: its number and the weights `[B, H, Tq, Tk]` before
/// dropout, each row summing to 1.
public typealias AttentionObserver<Scalar: TensorScalar> = (
  _ layer: Int, _ weights: Tensor<Scalar>
) -> Void

/// Several heads of scaled dot-product attention (Vaswani et al. 2017, section 3.2.2):
/// `Q = X W_Q`, `K = X W_K`, `V = X W_V`, `y = [head₁ … head_H] W_O`.
///
/// The four matrices are parameters of their own; the heads lie side by side in their columns.
public struct MultiHeadAttention<Scalar: TensorScalar> {
  /// W_Q, `[C, C]`: what a token looks for.
  public let query: Linear<Scalar>
  /// W_K, `[C, C]`: what a token offers to be found by.
  public let key: Linear<Scalar>
  /// W_V, `[C, C]`: what a token hands over when it is found.
  public let value: Linear<Scalar>
  /// W_O, `[C, C]`: how the heads' findings are mixed.
  public let output: Linear<Scalar>
  /// How many heads there are, H.
  public let heads: Int

  private let dropout: Dropout<Scalar>

  /// Attention over `width` features with `heads` heads, which divide it.
  ///
  /// - Parameters:
  ///   - dropout: The share of attention weights dropped while training.
  ///   - deviation: The deviation with which W_Q, W_K and W_V begin.
  ///   - outputDeviation: That of W_O; the same by default.
  public init(
    width: Int, heads: Int, dropout: Double = 0, deviation: Double = 0.02,
    outputDeviation: Double? = nil, in scope: ParameterScope<Scalar>
  ) {
    require(
      heads > 0 && width % heads == 0, "attention: \(heads) heads do not divide the width \(width)")
    self.heads = heads
    query = Linear(width, width, deviation: deviation, in: scope["query"])
    key = Linear(width, width, deviation: deviation, in: scope["key"])
    value = Linear(width, width, deviation: deviation, in: scope["value"])
    output = Linear(width, width, deviation: outputDeviation ?? deviation, in: scope["output"])
    self.dropout = Dropout(dropout, in: scope["dropout"])
  }

  /// Lets each position of `queries` gather from the positions of `keysAndValues`.
  ///
  /// - Parameters:
  ///   - queries: `[B, Tq, C]`.
  ///   - keysAndValues: `[B, Tk, C]` for attention across two sequences; the queries by default.
  ///   - residual: What the result is added to, `[B, Tq, C]`, if anything.
  ///   - angles: The angles of rotary positions, if any.
  ///   - cache: Earlier keys and values, and the layer whose they are.
  ///   - observer: Is shown the weights.
  /// - Returns: `[B, Tq, C]`.
  public func callAsFunction(
    queries: Tensor<Scalar>, keysAndValues: Tensor<Scalar>? = nil,
    adding residual: Tensor<Scalar>? = nil, mask: AttentionMask,
    angles: RotaryAngles<Scalar>? = nil, cache: (KeyValueCache<Scalar>, layer: Int)? = nil,
    context: StepContext? = nil, observer: ((Tensor<Scalar>) -> Void)? = nil
  ) -> Tensor<Scalar> {
    let source = keysAndValues ?? queries
    var (q, k, v) = (query(queries), key(source), value(source))
    if let angles {
      let start = cache?.0.count ?? 0
      (q, k) = (q.rotated(by: angles, from: start), k.rotated(by: angles, from: start))
    }
    var filled = k.shape[1]
    if let (cache, layer) = cache { (k, v, filled) = cache.append(layer: layer, k, v) }

    observer?(.attentionWeights(query: q, key: k, heads: heads, mask: mask, keyCount: filled))
    let gathered = Tensor.attention(
      query: q, key: k, value: v, heads: heads, mask: mask,
      dropout: dropout.forAttention(context, perSequence: heads * q.shape[1] * filled),
      keyCount: filled)
    return output(gathered, adding: residual)
  }
}
