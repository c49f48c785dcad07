import Autograd

/// One function of some tensors whose derivative is checked at one set of shapes.
struct Check<Scalar: TensorScalar> {
  /// What the function reads and may learn from; each requires a gradient.
  let inputs: [Tensor<Scalar>]
  let function: () -> Tensor<Scalar>

  /// A function of tensors of the given shapes, filled with numbers drawn from a stream of `name`.
  init(
    _ name: String, _ shapes: [[Int]], _ values: Values = .normal,
    _ function: @escaping ([Tensor<Scalar>]) -> Tensor<Scalar>
  ) {
    let inputs = shapes.enumerated().map { index, shape in
      values.tensor(shape, RandomStream(seed: 1, "\(name), \(shapes), input \(index)"))
        as Tensor<Scalar>
    }
    self.init(inputs: inputs) { function(inputs) }
  }

  init(inputs: [Tensor<Scalar>], function: @escaping () -> Tensor<Scalar>) {
    (self.inputs, self.function) = (inputs, function)
  }
}

/// From where on the number line the inputs of a check come; all are of size about 1.
enum Values {
  /// Anywhere.
  case normal
  /// At least ½ from 0, where a function has a kink or a pole.
  case awayFromZero
  /// At least ½, where a function is defined for positive numbers only.
  case positive

  /// The numbers are those of a `Float`, so that the same check reads the same numbers in both
  /// precisions.
  func scalars<Scalar: TensorScalar>(_ count: Int, _ stream: RandomStream) -> [Scalar] {
    Tensor<Double>(normal: stream, shape: [count]).scalars.map { normal in
      let value =
        switch self {
        case .normal: normal
        case .awayFromZero: normal < 0 ? normal - 0.5 : normal + 0.5
        case .positive: abs(normal) + 0.5
        }
      return Scalar(Float(value))
    }
  }

  func tensor<Scalar: TensorScalar>(_ shape: [Int], _ stream: RandomStream) -> Tensor<Scalar> {
    Tensor(scalars(shape.reduce(1, *), stream), shape: shape, requiresGradient: true)
  }
}

/// The checks that make one row of the report: one thing at several shapes.
struct CheckRow<Scalar: TensorScalar> {
  let name: String
  let checks: () -> [Check<Scalar>]
  /// The same checks of derivatives that lack a term, which must fail.
  let flawed: [(term: String, checks: () -> [Check<Scalar>])]

  init(
    _ name: String, flawed: [(term: String, checks: () -> [Check<Scalar>])] = [],
    checks: @escaping () -> [Check<Scalar>]
  ) {
    (self.name, self.checks, self.flawed) = (name, checks, flawed)
  }

  /// One function at several sets of shapes.
  init(
    _ name: String, _ shapes: [[[Int]]], _ values: Values = .normal,
    _ function: @escaping ([Tensor<Scalar>]) -> Tensor<Scalar>
  ) {
    self.init(name) { shapes.map { Check(name, $0, values, function) } }
  }

  /// All rows of the report, in order.
  static var all: [CheckRow] {
    arithmetic + functions + movement + products + normalisations + attention + custom
      + writtenOut + layers + models
  }
}
