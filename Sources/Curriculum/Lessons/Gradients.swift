import Autograd

extension Lesson {
  /// How a gradient reaches W_Q, W_K and W_V, term by term.
  static let gradients = Lesson(
    "gradients", "How a gradient reaches W_Q",
    "The chain rule through attention, term by term on 2 × 2 matrices, beside the graph's gradients."
  ) { sheet in
    sheet.say(
      "cat, sat and mat once more, with the matrices of lessons scaled-dot-product. The loss is "
        + "L = ½ Σ Y², so that ∂L/∂Y = Y. Then backwards through each operation:")
    sheet.table(
      ["forward", "backward"],
      [
        ["L = ½ Σ Y²", "dY = Y"], ["Y = A V", "dA = dY Vᵀ      dV = Aᵀ dY"],
        ["A = softmax(S)", "dS = A (dA - Σ dA A), row by row"],
        ["S = Q Kᵀ / √2", "dQ = dS K / √2  dK = dSᵀ Q / √2"],
        ["Q = E W_Q", "dW_Q = Eᵀ dQ     (K and V alike)"],
      ], leftColumns: 2)
    let step = QKV(isCausal: false)
    let manual = byHand(step)
    sheet.numbers("dY", manual.dY, rows: Examples.catWords)
    sheet.numbers("dA", manual.dA, rows: Examples.catWords)
    sheet.numbers("dS", manual.dS, rows: Examples.catWords)
    sheet.numbers("dQ", manual.dQ, rows: Examples.catWords)
    sheet.say(
      "Each row of dS sums to 0: the weights of a row sum to 1, so what one gains the others lose.")
    step.loss.backward()
    let graph = [step.wQ, step.wK, step.wV].map { $0.gradient?.rows ?? [] }
    let hand = [manual.dWQ, manual.dWK, manual.dWV]
    var rows: [[String]] = []
    for (name, (mine, its)) in zip(["dW_Q", "dW_K", "dW_V"], zip(hand, graph)) {
      for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let difference = abs(mine[i][j] - its[i][j])
        rows.append(
          ["\(name)[\(i), \(j)]", digits(mine[i][j]), digits(its[i][j]), digits(difference)])
      }
    }
    sheet.table(["", "by hand", "the graph", "difference"], rows)
    sheet.values["difference by hand"] =
      zip(hand, graph).map { largestDifference($0, $1) }.max() ?? 1
    report("fixture.qkv", step, gradients: graph, on: &sheet)

    sheet.section("By differences")
    let h = 1e-5
    func loss(_ change: Double) -> Double {
      let moved = QKV(isCausal: false)
      moved.wQ.scalars[0] += change
      // The forward pass was recorded with the old number; make it again.
      let q = moved.e.matmul(moved.wQ)
      let a = q.matmul(moved.k, transposingOther: true).scaled(by: 0.5.squareRoot()).softmax()
      let y = a.matmul(moved.v)
      return (y * y).sum().scalar / 2
    }
    let slope = (loss(h) - loss(-h)) / (2 * h)
    sheet.say(
      "Without any rule: raise W_Q[0, 0] by 0.00001, lower it by as much, and divide the change of the loss by "
        + "0.00002: \(digits(slope)). The graph says \(digits(graph[0][0][0])).")
    sheet.values["difference of slopes"] = abs(slope - graph[0][0][0])

    sheet.section("The same with a causal mask")
    let causal = QKV(isCausal: true)
    causal.loss.backward()
    report(
      "fixture.qkv-causal", causal,
      gradients: [causal.wQ, causal.wK, causal.wV].map { $0.gradient?.rows ?? [] },
      on: &sheet)
    sheet.say("cat sees only itself: its weight is 1 whatever W_Q, so it sends W_Q no gradient.")
    sheet.recap(
      [
        "Backward visits the operations in reverse order; each multiplies by its own derivative.",
        "W_Q learns through the weights only, W_V directly: here dW_V is some thirty times larger.",
      ], missing: "using the gradient. Next: lessons training-step.")
  }

  private struct Derivatives {
    let dY, dA, dS, dQ, dWQ, dWK, dWV: [[Double]]
  }

  private static func byHand(_ step: QKV) -> Derivatives {
    let (a, dY) = (matrix(step.weights), step.y.detached())
    let dV = a.matmul(dY, transposingSelf: true)
    let dA = dY.matmul(step.v.detached(), transposingOther: true)
    let rest = (dA * a).sum(axis: 1).reshaped([3, 1]).matmul(matrix([[1, 1, 1]]))
    let dS = a * (dA - rest)
    let dQ = dS.matmul(step.k.detached()).scaled(by: 0.5.squareRoot())
    let dK = dS.matmul(step.q.detached(), transposingSelf: true).scaled(by: 0.5.squareRoot())
    func weight(_ d: Tensor<Double>) -> [[Double]] { step.e.matmul(d, transposingSelf: true).rows }
    return Derivatives(
      dY: dY.rows, dA: dA.rows, dS: dS.rows, dQ: dQ.rows, dWQ: weight(dQ), dWK: weight(dK),
      dWV: weight(dV))
  }

  private static func report(
    _ id: String, _ step: QKV, gradients: [[[Double]]], on sheet: inout LessonSheet
  ) {
    func clean(_ tensor: Tensor<Double>) -> Shown {
      Shown(tensor.rows.map { $0.map(withoutNoise) })
    }
    sheet.check(
      id,
      [
        Figure("Q", clean(step.q)), Figure("K", clean(step.k)), Figure("V", clean(step.v)),
        Figure("scores/sqrt2", Shown(step.scores), label: "Q Kᵀ / √2"),
        Figure("weights", Shown(step.weights), label: "A"), Figure("Y", Shown(step.y)),
        Figure("loss", Shown(step.loss), label: "L"), Figure("dW_Q", Shown(gradients[0])),
        Figure("dW_K", Shown(gradients[1])), Figure("dW_V", Shown(gradients[2])),
      ])
  }
}
