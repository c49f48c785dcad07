import Synchronization

/// One recorded operation: what it read, and how its gradient goes back to that.
final class Node<Scalar: TensorScalar> {
  let operation: StaticString
  /// Later operations have larger numbers, so that newest first is a reverse topological order.
  let order: Int
  var inputs: [Tensor<Scalar>]
  /// How often the inputs had been changed in place, all together.
  let inputVersions: Int
  var backward: Tensor<Scalar>.Derivative?
  var isFound = false

  init(
    _ operation: StaticString, _ inputs: [Tensor<Scalar>],
    _ backward: @escaping Tensor<Scalar>.Derivative
  ) {
    self.operation = operation
    self.order = nextOrder.wrappingAdd(1, ordering: .relaxed).newValue
    self.inputs = inputs
    self.inputVersions = Self.versions(inputs)
    self.backward = backward
  }

  /// Whether an input is no longer what the operation has read.
  var isOutdated: Bool { Self.versions(inputs) != inputVersions }

  private static func versions(_ inputs: [Tensor<Scalar>]) -> Int {
    inputs.reduce(0) { $0 + $1.storage.memory.version }
  }

  /// Lets go of all that only this operation holds, without recursion: a chain of a hundred thousand
  /// operations would overflow the stack.
  static func release(_ node: Node) {
    if node.inputs.isEmpty { return }
    var unreferenced = [node]
    while let node = unreferenced.popLast() {
      node.backward = nil  // it holds the inputs as well
      var inputs = node.inputs
      node.inputs = []
      while var input = inputs.popLast() {
        guard case .operation(let next) = input.history, isKnownUniquelyReferenced(&input) else {
          continue
        }
        input.history = .none
        unreferenced.append(next)
      }
    }
  }
}

private let nextOrder = Atomic<Int>(0)

/// How a tensor came to be.
enum History<Scalar: TensorScalar> {
  /// It was given, or computed without recording.
  case none
  /// It is the result of an operation.
  case operation(Node<Scalar>)
  /// It was the result of an operation, and `backward()` has been through.
  case consumed
}

extension Tensor {
  /// Sends the gradient of an operation's output back to its inputs; it is given both. It must not
  /// hold the output's tensor, which would hold it in turn.
  package typealias Derivative =
    (_ upstream: Storage<Scalar>, _ output: Storage<Scalar>) -> Void

  /// Makes the result of an operation and, where a gradient will be wanted, records how to get it.
  /// Every operation comes through here.
  ///
  /// - Parameters:
  ///   - inputs: What it is computed from; read only where somebody looks at it, as in recording.
  ///   - mode: What operations do besides computing.
  ///   - compute: Writes all elements of the result.
  ///   - backward: Adds to the gradients of the inputs that want one; made only to be recorded.
  @specialized(where Scalar == Float)
  static func recorded(
    _ operation: StaticString, shape: [Int], from inputs: @autoclosure () -> [Tensor],
    in mode: GraphMode = .current, compute: (_ output: Storage<Scalar>) -> Void,
    backward: @autoclosure () -> Derivative
  ) -> Tensor {
    let output = Storage<Scalar>(count: shape.reduce(1, *))
    return recorded(
      operation, shape: shape, from: inputs(), into: output, in: mode, compute: compute,
      backward: backward())
  }

  /// The same, for an output whose memory exists already.
  @specialized(where Scalar == Float)
  static func recorded(
    _ operation: StaticString, shape: [Int], from inputs: @autoclosure () -> [Tensor],
    into output: Storage<Scalar>, in mode: GraphMode = .current,
    compute: (_ output: Storage<Scalar>) -> Void, backward: @autoclosure () -> Derivative
  ) -> Tensor {
    compute(output)
    mode.watch?.check(output, of: operation, shape, inputs())
    let result = Tensor(shape: shape, storage: output)
    guard mode.isRecording else { return result }
    let inputs = inputs()
    for input in inputs where input.wantsGradient { result.wantsGradient = true }
    if result.wantsGradient { result.history = .operation(Node(operation, inputs, backward())) }
    return result
  }

  /// Where this tensor's gradient is summed, cleared before the first contribution, or nil if
  /// nobody wants it. Derivatives add to it.
  @specialized(where Scalar == Float)
  package func gradientSum() -> Storage<Scalar>? {
    guard let (sum, factor) = gradientProduct() else { return nil }
    if factor == 0 { Kernel.fill(0, sum) }
    return sum
  }

  /// The same for a derivative that multiplies what is there by a factor: 0, which clears nothing
  /// and reads nothing, for the first contribution, else 1.
  @specialized(where Scalar == Float)
  package func gradientProduct() -> (sum: Storage<Scalar>, factor: Double)? {
    guard wantsGradient else { return nil }
    let isShared = gradientIsShared()
    if let present = gradientStorage {
      defer { isGradientEmpty = false }
      return (isShared ? copyGradient(present) : present, isGradientEmpty ? 0 : 1)
    }
    let sum = Storage<Scalar>(count: count)
    gradientStorage = sum
    return (sum, 0)
  }

  /// Adds `factor` times a gradient that is at hand already. The first is not copied but shared, until
  /// something is added to it.
  @specialized(where Scalar == Float)
  package func addGradient(_ contribution: Storage<Scalar>, times factor: Double = 1) {
    guard wantsGradient else { return }
    if gradientStorage == nil && factor == 1 && contribution.count == count {
      gradientStorage = contribution
    } else if let sum = gradientSum() {
      Kernel.accumulate(contribution, times: factor, into: sum)
    }
  }

  /// Adds ∂self/∂x · `upstream` to the gradient of every `x` that requires one and from which this
  /// tensor was computed.
  ///
  /// It visits the operations newest first and frees each behind it, so it can be called once for
  /// each computation. Gradients of intermediate results are freed as well; those of given tensors
  /// stay and add up over calls.
  ///
  /// - Parameter upstream: The gradient of this tensor itself, of its shape; 1 by default, for a
  ///   tensor of one element.
  /// - Complexity: O(operations · log(operations)) and what their derivatives cost.
  @specialized(where Scalar == Float)
  public func backward(_ upstream: Tensor? = nil) {
    require(
      upstream?.shape ?? [] == shape || (upstream == nil && count == 1),
      "backward: the gradient it starts from must have the shape \(shape), "
        + "found \(upstream.map { "\($0.shape)" } ?? "none")")
    require(
      requiresGradient, "backward: nothing that this tensor was computed from requires a gradient")
    guard let sum = gradientSum() else { return }
    if let upstream {
      Kernel.accumulate(upstream.storage, into: sum)
    } else {
      Kernel.fill(1, sum)
    }

    let mode = GraphMode.current
    var operations = recordedAncestors()
    while let tensor = operations.popLast() {
      guard case .operation(let node) = tensor.history else { continue }
      tensor.history = .consumed
      guard let upstream = tensor.gradientStorage, let derivative = node.backward else { continue }
      if node.isOutdated {
        fatalError(
          "backward: an input of \(node.operation), one of the shapes \(node.inputs.map(\.shape)), "
            + "was changed in place after the operation had read it")
      }
      if let mutation = mode.mutation, mutation.applies(to: node.operation, node.inputs.count) {
        mutation.run(on: node.inputs[mutation.input]) { derivative(upstream, tensor.storage) }
      } else {
        derivative(upstream, tensor.storage)
      }
      mode.watch?.checkGradients(of: node.operation, node.inputs)
      tensor.gradientStorage = nil
      node.backward = nil
    }
  }

  /// The results of operations from which this one was computed, itself included, oldest first.
  private func recordedAncestors() -> [Tensor] {
    var found: [Tensor] = []
    var frontier = [self]
    while let tensor = frontier.popLast() {
      switch tensor.history {
      case .none: continue
      case .consumed:
        fatalError(
          "backward: this graph has been walked and freed already; compute the result again to "
            + "walk it again")
      case .operation(let node):
        if node.isFound { continue }
        node.isFound = true
        found.append(tensor)
        for input in node.inputs where input.isComputed { frontier.append(input) }
      }
    }
    found.sort { $0.creationOrder < $1.creationOrder }
    return found
  }

  private var isComputed: Bool {
    if case .none = history { false } else { true }
  }

  private var creationOrder: Int {
    if case .operation(let node) = history { node.order } else { 0 }
  }
}
