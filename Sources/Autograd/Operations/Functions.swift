/// The forms of the Gaussian error linear unit (Hendrycks and Gimpel 2016).
public enum GELU: String, Sendable, CaseIterable {
  /// `½x(1 + tanh(√(2/π)(x + 0.044715x³)))`, as in GPT-2.
  case tanh
  /// `x Φ(x)` with the normal distribution Φ.
  case exact
}

/// Functions of each element by itself.
extension Tensor {
  /// `y = eˣ`. Backward: `dx += dy y`.
  public func exp() -> Tensor {
    Self.recorded(
      "exp", shape: shape, from: [self],
      compute: { y in Kernel.exp(storage, y) },
      backward: { [self] dy, y in
        if let dx = gradientSum() { Kernel.accumulateProduct(dy, y, into: dx) }
      })
  }

  /// The natural logarithm, `y = ln x`. Backward: `dx += dy / x`.
  public func log() -> Tensor {
    Self.recorded(
      "log", shape: shape, from: [self],
      compute: { y in Kernel.log(storage, y) },
      backward: { [self] dy, _ in
        if let dx = gradientSum() { Kernel.accumulateQuotient(dy, storage, times: 1, into: dx) }
      })
  }

  /// `y = xᵖ`. Backward: `dx += dy p xᵖ⁻¹`.
  public func power(_ exponent: Double) -> Tensor {
    Self.recorded(
      "power", shape: shape, from: [self],
      compute: { y in Kernel.power(storage, exponent, y) },
      backward: { [self] dy, _ in
        if let dx = gradientSum() { Kernel.powerBackward(storage, exponent, dy, into: dx) }
      })
  }

  /// The hyperbolic tangent, `y = tanh x`. Backward: `dx += dy (1 - y²)`.
  public func tanh() -> Tensor {
    Self.recorded(
      "tanh", shape: shape, from: [self],
      compute: { y in Kernel.tanh(storage, y) },
      backward: { [self] dy, y in
        if let (dx, beta) = gradientProduct() {
          Kernel.tanhBackward(y, dy, beta: beta, into: dx)
        }
      })
  }

  /// The logistic function, `y = 1 / (1 + e⁻ˣ)`. Backward: `dx += dy y (1 - y)`.
  public func sigmoid() -> Tensor {
    Self.recorded(
      "sigmoid", shape: shape, from: [self],
      compute: { y in Kernel.sigmoid(storage, y) },
      backward: { [self] dy, y in
        if let (dx, beta) = gradientProduct() {
          Kernel.sigmoidBackward(y, dy, beta: beta, into: dx)
        }
      })
  }

  /// The rectified linear unit, `y = max(x, 0)`. Backward: `dx += dy` where `x > 0`.
  public func relu() -> Tensor {
    Self.recorded(
      "relu", shape: shape, from: [self],
      compute: { y in Kernel.relu(storage, y) },
      backward: { [self] dy, _ in
        if let (dx, beta) = gradientProduct() {
          Kernel.reluBackward(storage, dy, beta: beta, into: dx)
        }
      })
  }

  /// The Gaussian error linear unit, `y = x Φ(x)` or its tanh form.
  ///
  /// Backward, exact: `dx += dy (Φ(x) + x φ(x))` with the density φ. Tanh form, with
  /// `u = √(2/π)(x + 0.044715x³)` and `t = tanh u`: `dx += dy (½(1 + t) + ½x(1 - t²)u′)`.
  @specialized(where Scalar == Float)
  public func gelu(_ form: GELU = .tanh) -> Tensor {
    switch form {
    case .tanh:
      Self.recorded(
        "gelu", shape: shape, from: [self],
        compute: { y in Kernel.gelu(storage, y) },
        backward: { [self] dy, _ in
          if let (dx, beta) = gradientProduct() {
            Kernel.geluBackward(storage, dy, beta: beta, into: dx)
          }
        })
    case .exact:
      Self.recorded(
        "gelu exact", shape: shape, from: [self],
        compute: { y in Kernel.geluExact(storage, y) },
        backward: { [self] dy, _ in
          if let dx = gradientSum() { Kernel.geluExactBackward(storage, dy, into: dx) }
        })
    }
  }

  /// Sets a share of the elements to 0 and scales the others by `1 / (1 - rate)`, so that the
  /// expected value stays (Srivastava et al. 2014).
  ///
  /// Backward: the same elements are dropped from `dy`, drawn again from `stream` instead of kept.
  ///
  /// - Parameter rate: The share to drop, in 0..<1; at 0 nothing happens.
  @specialized(where Scalar == Float)
  public func dropout(_ rate: Double, _ stream: RandomStream) -> Tensor {
    require(rate >= 0 && rate < 1, "dropout: expected a rate in 0..<1, found \(rate)")
    if rate == 0 { return self }
    let keep = 1 - rate
    return Self.recorded(
      "dropout", shape: shape, from: [self],
      compute: { y in Kernel.dropout(storage, keep: keep, key: stream.key, y) },
      backward: { [self] dy, _ in
        if let dx = gradientSum() {
          Kernel.dropoutBackward(dy, keep: keep, key: stream.key, into: dx)
        }
      })
  }
}
