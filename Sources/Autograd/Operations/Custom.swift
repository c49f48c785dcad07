extension Tensor {
  /// An operation of one's own, made of a forward computation and its derivative.
  ///
  /// ```swift
  /// func cube(_ x: Tensor<Float>) -> Tensor<Float> {
  ///   .operation("cube", from: [x]) { x * x * x } derivative: { dy, _ in [dy * x * x * 3] }
  /// }
  /// ```
  /// Check it with ``gradientErrors(of:step:seed:_:)``.
  ///
  /// - Parameters:
  ///   - forward: Computes the result; what it does is not recorded.
  ///   - derivative: Given the upstream gradient and the result, computes the gradient of each input,
  ///     in order and of its shape, or nil where it is 0 everywhere. It must not hold the result in
  ///     any other way.
  public static func operation(
    _ name: StaticString, from inputs: [Tensor], forward: () -> Tensor,
    derivative: @escaping (_ upstream: Tensor, _ result: Tensor) -> [Tensor?]
  ) -> Tensor {
    let result = withoutGradients(forward)
    let shape = result.shape
    return recorded(
      name, shape: shape, from: inputs, into: result.storage,
      compute: { _ in },
      backward: { upstream, output in
        func constant(_ storage: Storage<Scalar>) -> Tensor {
          Tensor(shape: shape, storage: storage)
        }
        let gradients = withoutGradients { derivative(constant(upstream), constant(output)) }
        require(
          gradients.count == inputs.count,
          "\(name): \(gradients.count) gradients for \(inputs.count) inputs")
        for (input, gradient) in zip(inputs, gradients) {
          guard let gradient, let sum = input.gradientSum() else { continue }
          require(
            gradient.shape == input.shape,
            "\(name): a gradient of shape \(gradient.shape) for an input of shape \(input.shape)")
          Kernel.accumulate(gradient.storage, into: sum)
        }
      })
  }
}
