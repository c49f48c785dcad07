import Autograd

extension CheckRow {
  /// Matrix products under each transposition, and linear layers.
  static var products: [CheckRow] {
    [
      product("matmul", false, false), product("matmul, left transposed", true, false),
      product("matmul, right transposed", false, true),
      product("matmul, both transposed", true, true),
      linear("linear", isTransposed: false),
      linear("linear, weight transposed", isTransposed: true), linearAdding,
    ]
  }

  /// `[batch…, M, K]` times `[batch…, K, N]`, each stored transposed where asked: one number, a
  /// depth of 1, sizes around and beyond a tile of registers, batches on either side, a square.
  private static func product(_ name: String, _ left: Bool, _ right: Bool) -> CheckRow {
    CheckRow(name) {
      [
        ([], [], 1, 1, 1), ([], [], 3, 17, 1), ([], [], 3, 33, 17), ([], [], 17, 1, 33),
        ([3], [3], 1, 3, 17), ([3], [], 3, 1, 3), ([], [3], 3, 3, 1), ([3, 1], [1, 3], 1, 3, 3),
        ([], [], 3, 3, 3),
      ].map { (a: [Int], b: [Int], m: Int, n: Int, k: Int) in
        Check(name, [a + (left ? [k, m] : [m, k]), b + (right ? [n, k] : [k, n])]) {
          $0[0].matmul($0[1], transposingSelf: left, transposingOther: right)
        }
      }
    }
  }

  /// A linear layer whose result is added to a residual; once to its own input.
  private static var linearAdding: CheckRow {
    CheckRow("linear, added to a residual") {
      [
        Check("linear, added", [[3, 17], [17, 3], [3], [3, 3]]) {
          $0[0].linear($0[1], bias: $0[2], adding: $0[3])
        },
        Check("linear, added", [[17, 3], [3, 3]]) { $0[0].linear($0[1], adding: $0[0]) },
        Check("linear, added", [[1, 300], [300, 3], [1, 3]]) {
          $0[0].linear($0[1], adding: $0[2])
        },
      ]
    }
  }

  /// An input `[…, K]`, a weight for N outputs, with and without a bias.
  private static func linear(_ name: String, isTransposed: Bool) -> CheckRow {
    CheckRow(name) {
      [([1], 1), ([17], 3), ([3, 17], 33), ([3, 1, 3], 17), ([3, 3], 3)]
        .flatMap { (input: [Int], n: Int) -> [Check<Scalar>] in
          let k = input.last ?? 1
          let shapes = [input, isTransposed ? [n, k] : [k, n], [n]]
          return [
            Check(name, shapes) {
              $0[0].linear($0[1], bias: $0[2], transposingWeight: isTransposed)
            },
            Check(name, shapes.dropLast()) {
              $0[0].linear($0[1], transposingWeight: isTransposed)
            },
          ]
        }
    }
  }
}
