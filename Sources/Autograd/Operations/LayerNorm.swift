extension Tensor {
  /// Layer normalisation along the last axis (Ba, Kiros and Hinton 2016):
  /// `y = (x - mean) / √(variance + epsilon) · weight + bias`, the variance with divisor C.
  ///
  /// Backward, with `z` the normalised row, `s = 1 / √(variance + epsilon)` and `dz = dy weight`:
  /// `dx += s (dz - mean(dz) - z mean(dz z))`, `dweight += Σ dy z`, `dbias += Σ dy` over the rows.
  ///
  /// - Parameters:
  ///   - weight: `[C]` for a receiver `[…, C]`, or none.
  ///   - bias: `[C]`, or none.
  @specialized(where Scalar == Float)
  public func layerNorm(
    weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    let width = shape.last ?? 0
    require(
      width > 0 && weight?.isVector(of: width) ?? true && bias?.isVector(of: width) ?? true,
      "layer norm: an input \(shape) does not fit the weight \(weight?.shape ?? []) and the bias "
        + "\(bias?.shape ?? []); expected […, C], [C] and [C]")
    let statistics = Storage<Scalar>(count: 2 * rowCount)
    return Self.recorded(
      "layer norm", shape: shape, from: [self] + [weight, bias].compactMap(\.self),
      compute: { y in
        Kernel.layerNorm(
          storage, weight: weight, bias: bias, epsilon: epsilon, y, statistics: statistics)
      },
      backward: { [self] dy, _ in
        Kernel.layerNormBackward(
          storage, weight: weight, statistics: statistics, dy, dx: gradientSum(),
          dweight: weight?.gradientSum(), dbias: bias?.gradientSum())
      })
  }
}
