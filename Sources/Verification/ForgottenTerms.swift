import Autograd

/// A term that people forget when they derive an operation by hand.
private enum Term: String {
  case rowSum = "the row sum"
  case mean = "the mean"
  case meanProduct = "the mean of the product"
  case slope = "tanh′"
  case scale = "1/√d"
  case target = "the −1"
}

extension CheckRow {
  /// Derivatives written out in small operations: complete they pass, and without the term that
  /// people forget they fail. A check that let one of these through would prove nothing.
  static var writtenOut: [CheckRow] {
    [
      writtenOut("softmax", [[[3, 17]]], [.rowSum]) { WrittenOut.softmax($0[0], without: $1) },
      writtenOut("layer norm", [[[3, 17]]], [.mean, .meanProduct]) {
        WrittenOut.layerNorm($0[0], without: $1)
      },
      writtenOut("gelu", [[[33]]], [.slope]) { WrittenOut.gelu($0[0], without: $1) },
      writtenOut("attention", [[[3, 3, 17], [3, 17, 17], [3, 17, 17]]], [.scale]) {
        WrittenOut.attention($0[0], $0[1], $0[2], without: $1)
      },
      writtenOut("cross entropy", [[[3, 17]]], [.target]) {
        WrittenOut.crossEntropy($0[0], without: $1)
      },
    ]
  }

  private static func writtenOut(
    _ operation: String, _ shapes: [[[Int]]], _ terms: [Term],
    _ function: @escaping ([Tensor<Scalar>], _ forgotten: Term?) -> Tensor<Scalar>
  ) -> CheckRow {
    let name = "\(operation), written out"
    func checks(_ forgotten: Term?) -> [Check<Scalar>] {
      shapes.map { Check(name, $0) { function($0, forgotten) } }
    }
    return CheckRow(name, flawed: terms.map { term in (term.rawValue, { checks(term) }) }) {
      checks(nil)
    }
  }
}

/// The derivatives, each of them wrong where it is told to forget a term.
private enum WrittenOut {
  /// `dx = y (dy − Σ dy y)`
  static func softmax<Scalar>(_ x: Tensor<Scalar>, without term: Term?) -> Tensor<Scalar> {
    .operation("written out", from: [x]) {
      x.softmax()
    } derivative: { dy, y in
      [softmaxDerivative(dy, y, without: term)]
    }
  }

  static func softmaxDerivative<Scalar>(
    _ dy: Tensor<Scalar>, _ y: Tensor<Scalar>, without term: Term? = nil
  ) -> Tensor<Scalar> {
    let product = dy * y
    return term == .rowSum ? product : product - y * product.sum(axis: -1).repeated(like: y)
  }

  /// `dx = s (dy − mean(dy) − z mean(dy z))` with `z = (x − mean(x)) s` and `s = 1 / √(variance + ε)`
  static func layerNorm<Scalar>(_ x: Tensor<Scalar>, without term: Term?) -> Tensor<Scalar> {
    .operation("written out", from: [x]) {
      x.layerNorm()
    } derivative: { dy, z in
      let centred = x - x.mean(axis: -1).repeated(like: x)
      let variance = (centred * centred).mean(axis: -1)
      let scale = (variance + Tensor(1e-5)).power(-0.5)
      var dx = dy
      if term != .mean { dx = dx - dy.mean(axis: -1).repeated(like: x) }
      if term != .meanProduct { dx = dx - z * (dy * z).mean(axis: -1).repeated(like: x) }
      return [dx * scale.repeated(like: x)]
    }
  }

  /// `dx = dy (½(1 + t) + ½x(1 − t²)u′)` with `t = tanh u` and `u = √(2/π)(x + 0.044715x³)`
  static func gelu<Scalar>(_ x: Tensor<Scalar>, without term: Term?) -> Tensor<Scalar> {
    .operation("written out", from: [x]) {
      x.gelu()
    } derivative: { dy, _ in
      let root = (2 / Double.pi).squareRoot()
      let one = Tensor<Scalar>(1)
      let t = (root * (x + 0.044715 * (x * x * x))).tanh()
      let gate = 0.5 * (t + one)
      if term == .slope { return [dy * gate] }
      let slope = root * (3 * 0.044715 * (x * x) + one)
      return [dy * (gate + 0.5 * (x * (one - t * t) * slope))]
    }
  }

  /// `dV = Pᵀ dy`, `dQ = dS K / √d`, `dK = dSᵀ Q / √d` with `P = softmax(Q Kᵀ / √d)` and `dS` its
  /// derivative for `dP = dy Vᵀ`
  static func attention<Scalar>(
    _ q: Tensor<Scalar>, _ k: Tensor<Scalar>, _ v: Tensor<Scalar>, without term: Term?
  ) -> Tensor<Scalar> {
    .operation("written out", from: [q, k, v]) {
      .attention(query: q, key: k, value: v, heads: 1)
    } derivative: { dy, _ in
      let scale = 1 / Double(q.shape[2]).squareRoot()
      let p = (scale * q.matmul(k, transposingOther: true)).softmax()
      let ds = softmaxDerivative(dy.matmul(v, transposingOther: true), p)
        .scaled(by: term == .scale ? 1 : scale)
      return [
        ds.matmul(k), ds.matmul(q, transposingSelf: true), p.matmul(dy, transposingSelf: true),
      ]
    }
  }

  /// `dx = dy (softmax(x) − onehot(target)) / rows`
  static func crossEntropy<Scalar>(_ x: Tensor<Scalar>, without term: Term?) -> Tensor<Scalar> {
    let (rows, classes) = (x.shape[0], x.shape[1])
    let targets = (0..<rows).map { Int32($0 * 7 % classes) }
    return .operation("written out", from: [x]) {
      x.crossEntropy(targets)
    } derivative: { dy, _ in
      let identity = (0..<classes * classes).map { Scalar($0 % (classes + 1) == 0 ? 1 : 0) }
      let oneHot = Tensor(identity, shape: [classes, classes]).rows(at: targets)
      let dx = term == .target ? x.softmax() : x.softmax() - oneHot
      return [(dx * dy).scaled(by: 1 / Double(rows))]
    }
  }
}

extension Tensor {
  /// One number for each row of `other`, for all of the row's elements.
  fileprivate func repeated(like other: Tensor) -> Tensor {
    reshaped(shape + [1]).matmul(Tensor(repeating: 1, shape: [1, other.shape[other.rank - 1]]))
  }
}
