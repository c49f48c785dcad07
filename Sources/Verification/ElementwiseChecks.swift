import Autograd

/// Shapes of one tensor: a single number, the odd lengths of which a vector of 4, 8 or 16 elements
/// leaves a rest, and a square, in which a transposed gradient is of the right shape but wrong.
let elementwiseShapes = [[[1]], [[3, 17]], [[33]], [[3, 3]]]

extension CheckRow {
  /// Sums, differences, products and quotients, either operand being the smaller.
  static var arithmetic: [CheckRow] {
    let shapes = [
      [[1], [1]], [[3, 17], [3, 17]], [[3, 17], [17]], [[17], [3, 17]], [[33], []], [[], [33]],
      [[3, 1, 3], [1, 3]], [[3, 3], [3, 3]],
    ]
    return [
      CheckRow("add", shapes) { $0[0] + $0[1] },
      CheckRow("subtract", shapes) { $0[0] - $0[1] },
      CheckRow("multiply", shapes) { $0[0] * $0[1] },
      CheckRow("divide", shapes, .awayFromZero) { $0[0] / $0[1] },
      CheckRow("scale", elementwiseShapes) { $0[0].scaled(by: -1.75) },
      CheckRow("negate", elementwiseShapes) { -$0[0] },
    ]
  }

  /// Functions of each element by itself.
  static var functions: [CheckRow] {
    [
      CheckRow("exp", elementwiseShapes) { $0[0].exp() },
      CheckRow("log", elementwiseShapes, .positive) { $0[0].log() },
      CheckRow("power", elementwiseShapes, .positive) { $0[0].power(-1.5) },
      CheckRow("power, whole exponent", elementwiseShapes) { $0[0].power(3) },
      CheckRow("tanh", elementwiseShapes) { $0[0].tanh() },
      CheckRow("sigmoid", elementwiseShapes) { $0[0].sigmoid() },
      CheckRow("relu", elementwiseShapes, .awayFromZero) { $0[0].relu() },
      CheckRow("gelu", elementwiseShapes) { $0[0].gelu() },
      CheckRow("gelu exact", elementwiseShapes) { $0[0].gelu(.exact) },
      CheckRow("dropout", elementwiseShapes) {
        $0[0].dropout(0.25, RandomStream(seed: 1, "dropout"))
      },
    ]
  }

  /// An operation that its user defines.
  static var custom: [CheckRow] {
    [
      CheckRow("custom", [[[1], [1]], [[3, 17], [3, 17]], [[3, 3], [3, 3]]]) { inputs in
        let (x, y) = (inputs[0], inputs[1])
        return .operation("custom", from: [x, y]) {
          x * x * y
        } derivative: { upstream, _ in
          [2 * (upstream * x * y), upstream * x * x]
        }
      }
    ]
  }
}
