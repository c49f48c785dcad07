public import Autograd

/// A linear layer, `y = x W + b`.
public struct Linear<Scalar: TensorScalar> {
  /// W, `[inputs, outputs]`.
  public let weight: Tensor<Scalar>
  /// b, `[outputs]`.
  public let bias: Tensor<Scalar>?

  /// A layer from `inputs` to `outputs` features whose weights begin with the given deviation.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, deviation: Double = 0.02,
    in scope: ParameterScope<Scalar>
  ) {
    weight = scope.parameter("weight", [inputs, outputs], .normal(deviation: deviation))
    self.bias = bias ? scope.parameter("bias", [outputs], .zeros) : nil
  }

  /// `[…, inputs]` to `[…, outputs]`, added to `residual` where there is one.
  public func callAsFunction(
    _ x: Tensor<Scalar>, adding residual: Tensor<Scalar>? = nil
  ) -> Tensor<Scalar> {
    x.linear(weight, bias: bias, adding: residual)
  }

  /// It as the operations on single rows take it.
  var row: RowLayer<Scalar> { RowLayer(weight, bias) }
}

/// A table of vectors, one for each id.
public struct Embedding<Scalar: TensorScalar> {
  /// The table, `[count, width]`.
  public let weight: Tensor<Scalar>

  /// A table of `count` vectors of `width` features.
  public init(
    _ count: Int, _ width: Int, deviation: Double = 0.02, in scope: ParameterScope<Scalar>
  ) {
    weight = scope.parameter("weight", [count, width], .normal(deviation: deviation))
  }

  /// The vectors of `ids`, arranged in `shape`, with one more axis for the features.
  public func callAsFunction(_ ids: [Int32], shape: [Int]) -> Tensor<Scalar> {
    weight.rows(at: ids, shape: shape)
  }
}

/// Layer normalisation with a learned gain and shift (Ba, Kiros and Hinton 2016).
public struct LayerNorm<Scalar: TensorScalar> {
  /// The gain, `[width]`.
  public let weight: Tensor<Scalar>
  /// The shift, `[width]`.
  public let bias: Tensor<Scalar>
  /// What is added to the variance.
  public let epsilon: Double

  /// A layer for `width` features.
  public init(_ width: Int, epsilon: Double = 1e-5, in scope: ParameterScope<Scalar>) {
    weight = scope.parameter("weight", [width], .ones)
    bias = scope.parameter("bias", [width], .zeros)
    self.epsilon = epsilon
  }

  /// `[…, width]` to the same shape.
  public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    x.layerNorm(weight: weight, bias: bias, epsilon: epsilon)
  }

  /// It as the operations on single rows take it.
  var row: RowLayer<Scalar> { RowLayer(weight, bias) }
}

/// Drops a share of the elements while training (Srivastava et al. 2014).
public struct Dropout<Scalar: TensorScalar> {
  /// The share dropped.
  public let rate: Double
  private let stream: String

  /// Dropout whose random stream is named after its place in the model.
  public init(_ rate: Double, in scope: ParameterScope<Scalar>) {
    self.rate = rate
    stream = scope.path
  }

  /// The same shape; the same numbers when `context` is nil. The first axis of `x` is the sequences.
  public func callAsFunction(_ x: Tensor<Scalar>, _ context: StepContext?) -> Tensor<Scalar> {
    guard let context, rate > 0 else { return x }
    return x.dropout(rate, context.stream(stream, perSequence: x.count / max(x.shape[0], 1)))
  }

  /// `x + dropout(branch)`. The branch ends in a linear layer, which adds x by itself while nothing is
  /// dropped.
  func residual(
    _ x: Tensor<Scalar>, _ context: StepContext?,
    branch: (_ adding: Tensor<Scalar>?) -> Tensor<Scalar>
  ) -> Tensor<Scalar> {
    guard context != nil, rate > 0 else { return branch(x) }
    return x + self(branch(nil), context)
  }

  /// The rate and the stream for an operation that drops its own elements.
  func forAttention(
    _ context: StepContext?, perSequence count: Int
  ) -> (rate: Double, stream: RandomStream)? {
    guard let context, rate > 0 else { return nil }
    return (rate, context.stream(stream, perSequence: count))
  }
}
