import Autograd

extension CheckRow {
  /// Sums along axes, and operations that move elements.
  static var movement: [CheckRow] {
    [
      reduction("sum", { $0.sum() }, { $0.sum(axis: $1) }),
      reduction("mean", { $0.mean() }, { $0.mean(axis: $1) }),
      CheckRow("reshape") {
        [
          Check("reshape", [[1]]) { $0[0].reshaped([]) },
          Check("reshape", [[3, 17]]) { $0[0].reshaped([17, -1]) },
          Check("reshape", [[3, 3]]) { $0[0].reshaped([9]) },
        ]
      },
      CheckRow("transpose") {
        [
          Check("transpose", [[1, 1]]) { $0[0].transposed() },
          Check("transpose", [[3, 17]]) { $0[0].transposed() },
          Check("transpose", [[17, 33]]) { $0[0].transposed(0, 1) },
          Check("transpose", [[3, 17, 3]]) { $0[0].transposed(0, 1) },
          Check("transpose", [[3, 5, 17]]) { $0[0].transposed(0, -1) },
          Check("transpose", [[3, 3]]) { $0[0].transposed() },
        ]
      },
      CheckRow("concatenate") {
        [
          Check("concatenate", [[1], [33]]) { .concatenated($0, axis: 0) },
          Check("concatenate", [[1, 17], [3, 17], [3, 17]]) { .concatenated($0, axis: 0) },
          Check("concatenate", [[3, 1, 3], [3, 17, 3]]) { .concatenated($0, axis: -2) },
          Check("concatenate", [[3, 3], [3, 3], [3, 3]]) { .concatenated($0, axis: 1) },
        ]
      },
      CheckRow("split") {
        [
          Check("split", [[33]]) { $0[0].split([33], axis: 0)[0] },
          Check("split", [[3, 17]]) { $0[0].split([1, 2], axis: 0)[1] },
          Check("split", [[3, 17]]) { $0[0].split([3, 13, 1], axis: -1)[1] },
          Check("split", [[3, 17, 3]]) { $0[0].split([1, 16], axis: 1)[0] },
          Check("split", [[3, 3]]) { $0[0].split([1, 2], axis: 1)[1] },
        ]
      },
      CheckRow("rows") {
        [
          Check("rows", [[1, 1]]) { $0[0].rows(at: [0, 0]) },
          Check("rows", [[3, 17]]) { $0[0].rows(at: [2, 0, 2, 2, 1, 0], shape: [2, 3]) },
          Check("rows, one not looked up", [[17, 33]]) { $0[0].rows(at: [16, 3, 3]) },
          Check("rows", [[3, 3]]) { $0[0].rows(at: [1, 2, 1]) },
        ]
      },
    ]
  }

  /// A sum or mean of all elements, and along each of three axes.
  private static func reduction(
    _ name: String, _ all: @escaping (Tensor<Scalar>) -> Tensor<Scalar>,
    _ along: @escaping (Tensor<Scalar>, _ axis: Int) -> Tensor<Scalar>
  ) -> CheckRow {
    CheckRow(name) {
      [Check(name, [[1]]) { all($0[0]) }, Check(name, [[3, 17]]) { all($0[0]) }]
        + [0, 1, 2, -1].map { axis in Check(name, [[3, 17, 3]]) { along($0[0], axis) } }
        + [0, 1].map { axis in Check(name, [[3, 3]]) { along($0[0], axis) } }
    }
  }
}
