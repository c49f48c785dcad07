public import Autograd

/// How a parameter begins.
public enum Initializer: Sendable, Equatable {
  /// All 0, as biases do.
  case zeros
  /// All 1, as the gains of layer norms do.
  case ones
  /// Normal deviates of mean 0 and this standard deviation.
  case normal(deviation: Double)
}

/// Every parameter of a model, in the order in which the layers made them.
///
/// Building a model only plans: it collects names, shapes and initializers. ``allocate()`` then lays
/// all values out in one piece of memory, and an optimizer all gradients in another, so that
/// clipping, an update and saving are single passes.
public final class ParameterStore<Scalar: TensorScalar> {
  /// One parameter of the plan.
  public struct Parameter {
    /// The dotted path under which a layer made it, such as `blocks.0.attention.query.weight`.
    public let name: String
    /// Its numbers, once allocated.
    public let tensor: Tensor<Scalar>
    /// How it begins.
    public let initializer: Initializer
    /// Where it begins in ``ParameterStore/values``.
    package let offset: Int
  }

  /// The parameters in order.
  public private(set) var all: [Parameter] = []
  private var indices: [String: Int] = [:]
  private var extent = 0

  /// All values and all gradients; each parameter begins at its offset.
  package private(set) var values: Storage<Scalar>?
  private var gradients: Storage<Scalar>?

  /// An empty plan.
  public init() {}

  /// Where a model's outermost layer makes its parameters.
  public var root: ParameterScope<Scalar> { ParameterScope(store: self, path: "") }

  /// How many numbers the parameters hold together.
  public var count: Int { all.reduce(0) { $0 + $1.tensor.count } }

  /// The parameter called `name`, or nil.
  public subscript(name: String) -> Tensor<Scalar>? { indices[name].map { all[$0].tensor } }

  func make(_ name: String, _ shape: [Int], _ initializer: Initializer) -> Tensor<Scalar> {
    require(values == nil, "parameter \(name): the model is allocated already")
    require(indices[name] == nil, "two parameters are named \(name)")
    let tensor = Tensor<Scalar>(planned: name, shape: shape)
    indices[name] = all.count
    all.append(Parameter(name: name, tensor: tensor, initializer: initializer, offset: extent))
    extent += (tensor.count + 15) / 16 * 16  // each begins on a cache line
    return tensor
  }

  /// Gives all parameters their memory; the values are 0 until they are initialised or loaded.
  public func allocate() {
    require(values == nil, "the parameters are allocated already")
    let values = Storage<Scalar>(count: extent)
    Kernels.fill(0, values)
    for parameter in all {
      parameter.tensor.allocate(
        Storage(values, from: parameter.offset, count: parameter.tensor.count))
    }
    self.values = values
  }

  /// Lays the gradients out like the values, if they are not yet; a model that does not learn does
  /// without.
  package func gatherGradients() -> Storage<Scalar> {
    if let gradients { return gradients }
    let gradients = Storage<Scalar>(count: extent)
    Kernels.fill(0, gradients)
    for parameter in all {
      parameter.tensor.moveGradient(
        to: Storage(gradients, from: parameter.offset, count: parameter.tensor.count))
    }
    self.gradients = gradients
    return gradients
  }

  /// Fills the parameters with what they begin with, allocating them if need be.
  ///
  /// A parameter's numbers depend on the seed and its name alone.
  public func initialize(seed: UInt64) {
    if values == nil { allocate() }
    for parameter in all {
      let storage = parameter.tensor.storage
      switch parameter.initializer {
      case .zeros: Kernels.fill(0, storage)
      case .ones: Kernels.fill(1, storage)
      case .normal(let deviation):
        let stream = RandomStream(seed: seed, parameter.name)
        Kernels.normal(stream, deviation: deviation, storage)
      }
    }
  }

  /// Keeps the parameters whose names satisfy `isFrozen` as they are: no gradient is computed for
  /// them, and optimizers pass them by. The others learn.
  public func freeze(where isFrozen: (_ name: String) -> Bool) {
    for parameter in all { parameter.tensor.requiresGradient = !isFrozen(parameter.name) }
  }

  /// Forgets all gradients.
  public func clearGradients() {
    for parameter in all { parameter.tensor.clearGradient() }
  }
}

/// A place in a model's tree of names; the only way to make a parameter.
///
/// A layer is given its scope and names its parameters in it once:
/// `scope["attention"]["query"].parameter("weight", …)` makes `attention.query.weight`.
public struct ParameterScope<Scalar: TensorScalar> {
  let store: ParameterStore<Scalar>

  /// The dotted path up to here, without a final dot.
  public let path: String

  /// The place called `component` inside this one.
  public subscript(component: String) -> ParameterScope {
    ParameterScope(store: store, path: path.isEmpty ? component : "\(path).\(component)")
  }

  /// The place number `index` inside this one.
  public subscript(index: Int) -> ParameterScope { self[String(index)] }

  /// Plans a parameter.
  public func parameter(
    _ name: String, _ shape: [Int], _ initializer: Initializer
  ) -> Tensor<Scalar> {
    store.make(self[name].path, shape, initializer)
  }
}
