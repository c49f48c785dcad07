internal import CKernels

/// A layer, or a norm, as the operations on single rows take it.
package struct RowLayer<Scalar: TensorScalar> {
  let weight: Tensor<Scalar>
  let bias: Tensor<Scalar>?

  /// A matrix `[inputs, outputs]`, or the vector of a norm, and a bias.
  package init(_ weight: Tensor<Scalar>, _ bias: Tensor<Scalar>?) {
    (self.weight, self.bias) = (weight, bias)
  }

  /// It as the kernels take it; without `inputs` it is a norm.
  fileprivate func pointers(inputs: Int?, outputs: Int) -> row_layer {
    let fits =
      if let inputs {
        weight.rank == 2 && weight.shape[0] == inputs && weight.shape[1] == outputs
      } else {
        weight.isVector(of: outputs)
      }
    require(
      fits && bias?.isVector(of: outputs) ?? true,
      "branch: a layer \(weight.shape)\(bias.map { " with the bias \($0.shape)" } ?? "") does not lead "
        + "from \(inputs.map { "\($0) to " } ?? "")\(outputs) features")
    return unsafe row_layer(weight: weight.storage.base, bias: bias?.storage.base)
  }
}

/// A branch of a transformer block, `x + middle(norm(x)) W + b`, for one row x: what a small model does for
/// each token that it generates, in one operation instead of four or six. Nothing is recorded.
package struct RowBranch<Scalar: TensorScalar> {
  private let norm: RowLayer<Scalar>
  private let epsilon: Double
  private let output: RowLayer<Scalar>

  /// A branch that begins and ends with these layers.
  package init(norm: RowLayer<Scalar>, epsilon: Double, output: RowLayer<Scalar>) {
    (self.norm, self.epsilon, self.output) = (norm, epsilon, output)
  }

  /// Whether `x` can take this way: it is one row, nothing is recorded, watched or rounded, and a cache
  /// holds matrices of its width and `inner` features, so that they need not be read in their order.
  package static func suits(_ x: Tensor<Scalar>, inner: Int) -> Bool {
    let mode = GraphMode.current
    return x.count == x.shape.last && !mode.isRecording && mode.watch == nil
      && mode.precision == .float32 && row_is_far(inner, x.count) == 0
  }

  /// `x + f(norm(x) W₁ + b₁) W₂ + b₂`.
  ///
  /// - Parameter expand: W₁ and b₁.
  package func feedForward(
    _ x: Tensor<Scalar>, expand: RowLayer<Scalar>, _ activation: Activation
  ) -> Tensor<Scalar> {
    let code =
      switch activation {
      case .gelu: ACTIVATION_GELU
      case .geluExact: ACTIVATION_GELU_ERF
      case .relu: ACTIVATION_RELU
      }
    let (width, inner) = (x.count, expand.weight.shape.last ?? 0)
    let y = Storage<Scalar>(count: width)
    var branch = unsafe pointers(width, inner: inner)
    var layer = unsafe expand.pointers(inputs: width, outputs: inner)
    let workspace = unsafe Storage<Scalar>(count: branch_workspace(&branch, nil))
    unsafe Scalar.kernels.table.pointee.feed_forward_row(
      &branch, &layer, Int32(code), x.storage.base, y.base, workspace.base)
    return Tensor(shape: x.shape, storage: y)
  }

  /// `x + attention(q, K, V) W_O + b_O` with the query, the last key and the last value made from `norm(x)`.
  ///
  /// - Parameters:
  ///   - layers: Those of query, key and value.
  ///   - angles: The angles of rotary positions, if any.
  ///   - keys: `[1, rows, C]`, of which row `position` is written.
  ///   - values: The same for values.
  ///   - position: How many rows there were before.
  package func attention(
    _ x: Tensor<Scalar>,
    layers: (query: RowLayer<Scalar>, key: RowLayer<Scalar>, value: RowLayer<Scalar>), heads: Int,
    angles: RotaryAngles<Scalar>?, keys: Tensor<Scalar>, values: Tensor<Scalar>, position: Int
  ) -> Tensor<Scalar> {
    let (width, rows) = (x.count, keys.count / x.count)
    require(
      keys.shape == [1, rows, width] && values.shape == keys.shape && 0..<rows ~= position,
      "branch: keys \(keys.shape) and values \(values.shape) have no row \(position) of \(width)")
    require(
      heads > 0 && width % heads == 0, "branch: \(heads) heads do not divide the width \(width)")
    let size = width / heads
    require(
      angles.map { $0.size == size && position < $0.cosines.shape[0] } ?? true,
      "branch: there are no angles for heads of \(size) at position \(position)")
    var shape = unsafe attention_shape(
      batches: 1, heads: heads, queries: 1, keys: position + 1, key_rows: rows, size: size,
      workers: parallel_workers(), query_stride: width, key_stride: width, value_stride: width,
      output_stride: width, causal: 1, key_lengths: nil, scale: 1 / Double(size).squareRoot(),
      keep: 1, random_key: 0, bfloat16: 0)
    let y = Storage<Scalar>(count: width)
    var branch = unsafe pointers(width, inner: width)
    var query = unsafe layers.query.pointers(inputs: width, outputs: width)
    var key = unsafe layers.key.pointers(inputs: width, outputs: width)
    var value = unsafe layers.value.pointers(inputs: width, outputs: width)
    let workspace = unsafe Storage<Scalar>(count: branch_workspace(&branch, &shape))
    let offset = position * size / 2
    unsafe Scalar.kernels.table.pointee.attention_row(
      &branch, &query, &key, &value, &shape, angles.map { unsafe $0.cosines.storage.base + offset },
      angles.map { unsafe $0.sines.storage.base + offset }, x.storage.base, keys.storage.base,
      values.storage.base, y.base, workspace.base)
    return Tensor(shape: x.shape, storage: y)
  }

  private func pointers(_ width: Int, inner: Int) -> row_branch {
    unsafe row_branch(
      width: width, inner: inner, norm: norm.pointers(inputs: nil, outputs: width),
      output: output.pointers(inputs: inner, outputs: width), epsilon: epsilon,
      workers: parallel_workers())
  }
}
