/// The function between the two layers of a feed-forward network.
public enum Activation: String, Sendable, CaseIterable {
  /// The tanh form of the Gaussian error linear unit, as in GPT-2.
  case gelu
  /// The exact form.
  case geluExact
  /// The rectified linear unit, as in Vaswani et al. 2017.
  case relu

  /// The function of each element.
  public func callAsFunction<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    switch self {
    case .gelu: x.gelu()
    case .geluExact: x.gelu(.exact)
    case .relu: x.relu()
    }
  }
}
