import Autograd

extension CheckRow {
  /// Softmax and its logarithm, layer norm and cross-entropy.
  static var normalisations: [CheckRow] {
    [
      alongAxes("softmax") { $0.softmax(axis: $1) },
      CheckRow("masked softmax") {
        [
          Check("masked softmax", [[1, 1]]) { $0[0].softmax(mask: .causal(queries: 1, keys: 1)) },
          Check("masked softmax", [[3, 17]]) { $0[0].softmax(mask: .causal(queries: 3, keys: 17)) },
          Check("masked softmax", [[3, 3, 33]]) {
            $0[0].softmax(mask: Mask((0..<33).map { $0 % 3 != 1 }, shape: [33]))
          },
          Check("masked softmax", [[3, 3, 3]]) {
            $0[0].softmax(mask: .causal(queries: 3, keys: 3))
          },
        ]
      },
      alongAxes("log softmax") { $0.logSoftmax(axis: $1) },
      CheckRow("layer norm", layerNormShapes { [$0] }) { $0[0].layerNorm() },
      CheckRow("layer norm, weight", layerNormShapes { [$0, $0.suffix(1)] }) {
        $0[0].layerNorm(weight: $0[1])
      },
      CheckRow("layer norm, bias", layerNormShapes { [$0, $0.suffix(1)] }) {
        $0[0].layerNorm(bias: $0[1])
      },
      CheckRow("layer norm, weight and bias", layerNormShapes { [$0, $0.suffix(1), $0.suffix(1)] })
      {
        $0[0].layerNorm(weight: $0[1], bias: $0[2])
      },
      CheckRow("cross entropy") {
        [(1, 1), (3, 17), (3, 33), (17, 3), (3, 3)].flatMap {
          (rows: Int, classes: Int) -> [Check<Scalar>] in
          let targets = (0..<rows).map { Int32(($0 * 7 + 2) % classes) }
          let reductions: [LossReduction] = [.mean, .sum, .divided(by: 7)]
          return reductions.map { reduction in
            Check<Scalar>("cross entropy", [[rows, classes]]) {
              $0[0].crossEntropy(targets, reduction)
            }
          }
        }
      },
      CheckRow("cross entropy, ignored targets") {
        [
          Check("ignored", [[3, 17]]) { $0[0].crossEntropy([-100, 16, -100]) },
          Check("ignored", [[1, 3, 3]]) { $0[0].crossEntropy([2, -1, 0], ignoring: -1, .sum) },
          Check("all ignored", [[1, 33]]) { $0[0].crossEntropy([-100]) },
          Check("each row", [[3, 33]]) { $0[0].tokenLosses([32, -100, 0]) },
        ]
      },
    ]
  }

  /// Every axis of three, and rows of 1 (whose gradient is 0), 17 and 33 elements.
  private static func alongAxes(
    _ name: String, _ function: @escaping (Tensor<Scalar>, _ axis: Int) -> Tensor<Scalar>
  ) -> CheckRow {
    CheckRow(name) {
      [[1], [33], [3, 17], [3, 3]].map { shape in Check(name, [shape]) { function($0[0], -1) } }
        + [0, 1, 2].map { axis in Check(name, [[3, 17, 3]]) { function($0[0], axis) } }
    }
  }

  /// Rows of 3, 17 and 33 elements, and one of a single element, which normalises to 0.
  private static func layerNormShapes(_ shapes: ([Int]) -> [[Int]]) -> [[[Int]]] {
    [[3, 1], [1, 33], [3, 17], [3, 3, 3]].map(shapes)
  }
}
