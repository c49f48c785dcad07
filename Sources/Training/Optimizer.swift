import Foundation
public import Autograd
public import Transformer

/// How parameters follow their gradients.
public enum OptimizerAlgorithm: Sendable, Equatable {
  /// Stochastic gradient descent: `v ← momentum v + (1 - dampening) g`, `p ← p - rate v`, or with
  /// Nesterov's look ahead `p ← p - rate (g + momentum v)`. `penalty · p` is added to g.
  case sgd(
    momentum: Double = 0, dampening: Double = 0, isNesterov: Bool = false, penalty: Double = 0)
  /// Adam (Kingma and Ba 2015). `penalty · p` is added to g.
  case adam(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, penalty: Double = 0)
  /// Adam with decoupled weight decay (Loshchilov and Hutter 2019): `p ← p - rate · decay · p` for
  /// parameters of two or more axes.
  case adamW(beta1: Double = 0.9, beta2: Double = 0.95, epsilon: Double = 1e-8, decay: Double = 0.1)
}

/// Updates the parameters of a model from their gradients.
///
/// Parameters that are frozen or have no gradient stay as they are. An update consumes the
/// gradients.
public final class Optimizer<Scalar: TensorScalar> {
  /// How parameters follow their gradients.
  public let algorithm: OptimizerAlgorithm
  /// How many updates were made; the corrections of Adam's averages depend on it.
  package(set) public var updates = 0

  private let parameters: ParameterStore<Scalar>
  /// The running mean of the gradients (SGD: the velocity), and that of their squares.
  private let mean: Storage<Scalar>
  private let square: Storage<Scalar>

  /// An optimizer for `parameters`, which are allocated.
  public init(_ algorithm: OptimizerAlgorithm, _ parameters: ParameterStore<Scalar>) {
    guard let values = parameters.values else {
      fatalError("optimizer: the model has no memory yet")
    }
    self.algorithm = algorithm
    self.parameters = parameters
    _ = parameters.gatherGradients()
    func zeros(_ count: Int) -> Storage<Scalar> {
      let storage = Storage<Scalar>(count: count)
      Kernels.fill(0, storage)
      return storage
    }
    mean = zeros(values.count)
    if case .sgd = algorithm { square = zeros(0) } else { square = zeros(values.count) }
  }

  /// What it remembers of earlier gradients, laid out like the values of the parameters.
  package var averages: [(name: String, values: Storage<Scalar>)] {
    if case .sgd = algorithm { return [("mean", mean)] }
    return [("mean", mean), ("square", square)]
  }

  /// Makes one update.
  ///
  /// - Parameters:
  ///   - rate: The learning rate.
  ///   - factor: What the gradients are multiplied by first, for clipping.
  @specialized(where Scalar == Float)
  public func step(rate: Double, gradientFactor factor: Double = 1) {
    updates += 1
    for run in parameters.trainableRuns() {
      let mean = Storage(self.mean, from: run.offset, count: run.values.count)
      switch algorithm {
      case .sgd(let momentum, let dampening, let isNesterov, let penalty):
        // The first velocity is the first gradient, undamped, as in PyTorch.
        Kernels.sgd(
          run.values, run.gradients, velocity: mean,
          .init(
            factor: factor, rate: rate, momentum: momentum,
            dampening: updates == 1 ? 0 : dampening, penalty: penalty, isNesterov: isNesterov))
      case .adam(let beta1, let beta2, let epsilon, let penalty):
        adam(run, mean, factor, rate, beta1, beta2, epsilon, decay: 0, penalty: penalty)
      case .adamW(let beta1, let beta2, let epsilon, let decay):
        adam(
          run, mean, factor, rate, beta1, beta2, epsilon, decay: run.isMatrix ? decay : 0,
          penalty: 0)
      }
    }
    parameters.clearGradients()
  }

  private func adam(
    _ run: ParameterRun<Scalar>, _ mean: Storage<Scalar>, _ factor: Double, _ rate: Double,
    _ beta1: Double, _ beta2: Double, _ epsilon: Double, decay: Double, penalty: Double
  ) {
    let square = Storage(self.square, from: run.offset, count: run.values.count)
    Kernels.adam(
      run.values, run.gradients, mean: mean, square: square,
      .init(
        factor: factor, rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay,
        penalty: penalty, correction1: 1 - pow(beta1, Double(updates)),
        correction2: 1 - pow(beta2, Double(updates))))
  }
}

/// Neighbouring parameters that are updated alike, in one pass.
struct ParameterRun<Scalar: TensorScalar> {
  let offset: Int
  let isMatrix: Bool
  let values: Storage<Scalar>
  let gradients: Storage<Scalar>
}

extension ParameterStore {
  /// The parameters that have a gradient, in as few pieces as possible.
  func trainableRuns() -> [ParameterRun<Scalar>] {
    guard let values else { return [] }
    let gradients = gatherGradients()
    var spans: [(isMatrix: Bool, start: Int, end: Int)] = []
    var mayJoin = false
    for parameter in all {
      guard parameter.tensor.requiresGradient && parameter.tensor.hasGradient else {
        mayJoin = false
        continue
      }
      let isMatrix = parameter.tensor.rank >= 2
      let end = parameter.offset + parameter.tensor.count
      if mayJoin, let last = spans.last, last.isMatrix == isMatrix {
        spans[spans.count - 1].end = end  // the padding between them is 0 and stays 0
      } else {
        spans.append((isMatrix, parameter.offset, end))
      }
      mayJoin = true
    }
    return spans.map { span in
      let count = span.end - span.start
      return ParameterRun(
        offset: span.start, isMatrix: span.isMatrix,
        values: Storage(values, from: span.start, count: count),
        gradients: Storage(gradients, from: span.start, count: count))
    }
  }

  /// The Euclidean norm of all gradients together.
  @specialized(where Scalar == Float)
  public func gradientNorm() -> Double {
    trainableRuns().reduce(0) { $0 + Kernels.sumOfSquares($1.gradients) }.squareRoot()
  }
}

/// What to multiply gradients of this norm by so that it does not exceed `maximum` (Pascanu et al.
/// 2013): `min(1, maximum / (norm + 10⁻⁶))`.
public func clippingFactor(norm: Double, maximum: Double) -> Double {
  min(1, maximum / (norm + 1e-6))
}
