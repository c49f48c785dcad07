/// How far the gradient of one tensor is from what central differences give.
public struct GradientError: Sendable {
  /// The tensor's name, or its place among the inputs.
  public let name: String
  /// How many of its elements were compared: all.
  public let elements: Int
  /// The largest |analytic − numeric|, divided by the largest |numeric| of the tensor, or by 10⁻³ of
  /// the largest gradient in the same check where that is greater: a gradient that is exactly 0, as
  /// that of a key's bias, has no relative error of its own.
  public let relativeError: Double
}

/// Compares the gradients of `inputs` with central differences, element by element:
/// `dL/dx ≈ (L(x + h) − L(x − h)) / 2h` with `h = step · max(1, |x|)` and `L = Σ rᵢ yᵢ`, where `y`
/// is the result of `function` and `r` a random upstream gradient.
///
/// - Parameters:
///   - inputs: What `function` reads; each requires a gradient. They are changed in place and put
///     back.
///   - seed: The seed of the upstream gradient.
/// - Returns: One error for each input, in order; about 1e-9 where the derivative is right.
/// - Complexity: Two calls of `function` for each element.
public func gradientErrors(
  of inputs: [Tensor<Double>], step: Double = 1e-5, seed: UInt64 = 1,
  _ function: () -> Tensor<Double>
) -> [GradientError] {
  CentralDifferences(of: inputs, step: step, seed: seed, function).errors(of: inputs, function)
}

/// The gradients of a function without its derivative; they are taken once, to compare any number of
/// derivatives with them.
package struct CentralDifferences {
  private let upstream: Tensor<Double>
  private let gradients: [[Double]]

  /// Takes the differences; see ``gradientErrors(of:step:seed:_:)``.
  package init(
    of inputs: [Tensor<Double>], step: Double, seed: UInt64, _ function: () -> Tensor<Double>
  ) {
    let upstream = Tensor<Double>(
      normal: RandomStream(seed: seed, "upstream gradient"),
      shape: withoutGradients { function().shape })
    let weights = upstream.scalars
    func loss() -> Double {
      withoutGradients { zip(weights, function().scalars).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    gradients = inputs.map { input in
      (0..<input.count).map { i in
        let value = input.storage[i]
        let h = step * max(1, abs(value))
        defer { input.storage[i] = value }
        input.storage[i] = value + h
        let above = loss()
        input.storage[i] = value - h
        return (above - loss()) / (2 * h)
      }
    }
    self.upstream = upstream
  }

  /// Compares with them what `backward()` makes of `function`, the one they were taken of, or one
  /// of the same numbers with another derivative.
  package func errors(
    of inputs: [Tensor<Double>], _ function: () -> Tensor<Double>
  ) -> [GradientError] {
    for input in inputs { input.clearGradient() }
    function().backward(upstream)
    let analytic = inputs.map { $0.gradient?.scalars ?? Array(repeating: 0, count: $0.count) }
    for input in inputs { input.clearGradient() }

    func largest(_ values: some Sequence<Double>) -> Double {
      // `max` would drop a NaN, which must fail the check instead.
      values.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, abs($1)) }
    }
    let overall = largest(gradients.joined())
    return inputs.indices.map { i in
      let difference = largest(zip(analytic[i], gradients[i]).map { $0 - $1 })
      let size = max(largest(gradients[i]), 1e-3 * overall)
      return GradientError(
        name: inputs[i].name ?? "input \(i)", elements: inputs[i].count,
        relativeError: difference == 0 ? 0 : difference / size)
    }
  }
}
