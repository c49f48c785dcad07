import Autograd
import Foundation

extension Lesson {
  /// Attention(Q, K, V) = softmax(Q Kᵀ / √d_k) V, and what happens without the √d_k.
  static let scaledDotProduct = Lesson(
    "scaled-dot-product", "Scaled dot-product attention",
    "softmax(Q Kᵀ / √d_k) V on numbers, and what saturation does to the gradient without the √d_k."
  ) { sheet in
    sheet.lines("Attention(Q, K, V) = softmax(Q Kᵀ / √d_k) V")
    sheet.table(
      ["part", "what it is", "what it does"],
      [
        ["Q Kᵀ", "similarity", "a score for each pair of words"],
        ["/ √d_k", "scale", "keeps the scores small, whatever d_k"],
        ["softmax", "shares", "turns each row of scores into weights that sum to 1"],
        ["· V", "content", "mixes the values by these weights"],
      ], leftColumns: 3)
    sheet.say("On cat, sat, mat, with small W_Q, W_K and W_V and d_k = 2:")
    let forward = QKV(isCausal: false)
    sheet.numbers("Q", forward.q.rows, rows: Examples.catWords)
    sheet.numbers("K", forward.k.rows, rows: Examples.catWords)
    sheet.numbers("V", forward.v.rows, rows: Examples.catWords)
    sheet.numbers(
      "Q Kᵀ / √2", forward.scores, rows: Examples.catWords, columns: Examples.catWords)
    sheet.heatMap("weights = softmax of each row", Examples.catWords, forward.weights)
    sheet.numbers("Y = weights · V", forward.y.rows, rows: Examples.catWords)
    let columns = matrix(forward.weights).sum(axis: 0).scalars
    sheet.say(
      "Rows sum to 1. Columns need not: here they sum to "
        + columns.map { decimal($0, 3) }.joined(separator: ", ")
        + ". The same by hand for cat, second "
        + "number: \(zip(forward.weights[0], forward.v.rows).map { "\(decimal($0, 4)) · \(digits($1[1]))" }.joined(separator: " + ")) = \(decimal(forward.y[0, 1], 4))."
    )

    var other = forward.q.rows
    other[0] = [-1, 2]
    let changed = matrix(other).matmul(forward.k, transposingOther: true)
      .scaled(by: 0.5.squareRoot()).softmax().matmul(forward.v).rows
    let rows = zip(changed, forward.y.rows).map { largestDifference([$0], [$1]) }
    sheet.values["change of other rows"] = max(rows[1], rows[2])
    sheet.say(
      "Each row of Y has a query of its own, and shares the keys and values. With another query for cat, "
        + "(-1, 2), the rows of Y change by \(rows.map { decimal($0, 3) }.joined(separator: ", "))."
    )

    sheet.section("Why √d_k")
    sheet.say(
      "A sum of d_k products of independent numbers of variance 1 has the variance d_k, so its standard "
        + "deviation is √d_k. Drawn at random:")
    sheet.table(
      ["d_k", "√d_k", "measured"],
      [4, 16, 64, 256].map {
        [
          String($0), decimal(Double($0).squareRoot(), 1),
          decimal(standardDeviation(of: products($0)), 2),
        ]
      })
    saturation(on: &sheet)
    let scores = vector([-2, 8, 8])
    sheet.check(
      "001.formula-without-scale", printed: "Attention(Q, K, V) = softmax(Q Kᵀ) V",
      [
        Figure("softmax(s)", Shown(scores.softmax()), label: "softmax(-2, 8, 8)"),
        Figure(
          "softmax(s/sqrt(2))", Shown(scores.scaled(by: 0.5.squareRoot()).softmax()),
          label: "with √2"),
      ], .inconsistent, "the √d_k stands once in that document and is missing in five other places."
    )
    sheet.say("The exercise of lessons contextual-embeddings with the whole formula, d_k = 2:")
    let cat = selfAttention(Examples.catVectors, scale: 0.5.squareRoot())
    sheet.check(
      "001.ex2.scaled",
      [
        Figure("scores/sqrt2", Shown(cat.scores[0]), label: "scores / √2"),
        Figure("weights", Shown(cat.weights[0])), Figure("cat'", Shown(cat.outputs[0])),
      ])
    sheet.recap(
      [
        "Dividing by √d_k keeps the scores at a deviation of about 1, whatever d_k.",
        "Without it softmax saturates: one weight is 1, and the gradient vanishes.",
        "It has nothing to do with the overflow of exp; the subtracted maximum cures that.",
      ], missing: "With which numbers do W_Q, W_K, W_V begin? Next: lessons initialization.")
  }

  /// The standard deviation of 200,000 products q · k of so many numbers, drawn as NumPy draws them from
  /// its seed 0: all queries first.
  private static func sampled(_ size: Int) -> Double {
    var random = NumPyGenerator()
    let rows = 10_000
    func next() -> Tensor<Double> {
      Tensor(random.normals(rows * size), shape: [rows, size])
    }
    let queries = (0..<20).map { _ in next() }
    return standardDeviation(
      of: .concatenated(queries.map { ($0 * next()).sum(axis: 1) }, axis: 0))
  }

  /// q · k of 20,000 pairs of vectors of so many normal deviates.
  private static func products(_ size: Int) -> Tensor<Double> {
    func normal(_ name: String) -> Tensor<Double> {
      Tensor(normal: RandomStream(seed: 0, "\(name) \(size)"), shape: [20_000, size])
    }
    return (normal("queries") * normal("keys")).sum(axis: 1)
  }

  private static func saturation(on sheet: inout LessonSheet) {
    // The (i + ½)/10 quantiles of the standard normal distribution.
    let z = (0..<10).map { normalQuantile((Double($0) + 0.5) / 10) }
    func weights(_ c: Double) -> [Double] { vector(z).scaled(by: c).softmax().scalars }
    func norm(_ c: Double) -> Double { jacobianNorm(weights(c)) }
    sheet.say(
      "What that does: take ten scores spread like a standard normal, multiply them by c, and measure how "
        + "much softmax still answers to its scores: the norm of its Jacobian ∂wᵢ/∂sⱼ = wᵢ (δᵢⱼ − wⱼ)."
    )
    sheet.table(
      ["c", "largest weight", "norm of the Jacobian"],
      [1.0, 2, 4, 8, 64].map { [digits($0), digits(weights($0).max() ?? 0), digits(norm($0))] })
    sheet.check(
      "000.scaling-vanishing", printed: "scaling by √d_k prevents vanishing gradients",
      [
        Figure("std_of_q.k_theory", Shown(64.0.squareRoot()), label: "deviation, d_k = 64"),
        Figure(
          "std_of_q.k_sampled_200k_seed0", Shown(sampled(64), places: 3),
          label: "200,000 drawn by NumPy"),
      ]
        + [1.0, 8, 64].flatMap { c in
          [
            Figure(
              "c=\(digits(c))/max_weight", Shown(weights(c).max() ?? 0),
              label: "largest weight, c = \(digits(c))"),
            Figure(
              "c=\(digits(c))/jacobian_frobenius", Shown(norm(c)),
              label: "Jacobian, c = \(digits(c))"),
          ]
        }, .exact)
    sheet.check(
      "002.scaling-exploding", printed: "it prevents exploding gradients",
      [1.0, 2, 4, 8, 64].map {
        Figure(
          "d softmax/d score/c=\(digits($0))", Shown(norm($0)), label: "∂w/∂s, c = \(digits($0))")
      }
        + [1.0, 2, 4, 8, 64].map {
          Figure(
            "d softmax/d z = c * that (what reaches Q and K)/c=\(digits($0))", Shown($0 * norm($0)),
            label: "∂w/∂z, c = \(digits($0))")
        }, .wrong,
      "they vanish. Even with the factor c of the chain rule the gradient at most doubles, at c = 2 to 4, "
        + "and then collapses.")
  }
}

/// Attention over cat, sat, mat with the documents' three matrices, step by step and recorded.
struct QKV {
  let e = matrix(Examples.catVectors)
  let wQ = matrix(Examples.wQ, learns: true), wK = matrix(Examples.wK, learns: true)
  let wV = matrix(Examples.wV, learns: true)
  let q, k, v: Tensor<Double>
  let scaled, softened, y, loss: Tensor<Double>
  let isCausal: Bool

  init(isCausal: Bool) {
    self.isCausal = isCausal
    (q, k, v) = (e.matmul(wQ), e.matmul(wK), e.matmul(wV))
    scaled = q.matmul(k, transposingOther: true).scaled(by: 0.5.squareRoot())
    softened = isCausal ? scaled.softmax(mask: .causal(queries: 3, keys: 3)) : scaled.softmax()
    y = softened.matmul(v)
    loss = (y * y).sum().scaled(by: 0.5)
  }

  /// Q Kᵀ / √2, with −∞ where the mask hides the key.
  var scores: [[Double]] {
    scaled.rows.enumerated().map { i, row in
      row.enumerated().map { j, score in isCausal && j > i ? -.infinity : score }
    }
  }

  var weights: [[Double]] { softened.rows }
}

/// √(Σᵢⱼ (∂wᵢ/∂sⱼ)²) of softmax at the weights `w`.
func jacobianNorm(_ w: [Double]) -> Double {
  // ∂wᵢ/∂sⱼ = wᵢ (δᵢⱼ − wⱼ); 1 − wᵢ is summed from the others, for it is lost next to 1.
  var total = 0.0
  for i in w.indices {
    for j in w.indices {
      let rest = i == j ? w.indices.filter { $0 != i }.reduce(0) { $0 + w[$1] } : -w[j]
      total += (w[i] * rest) * (w[i] * rest)
    }
  }
  return total.squareRoot()
}

/// The number below which a standard normal deviate stays with probability p, by bisection.
func normalQuantile(_ p: Double) -> Double {
  var (low, high) = (-10.0, 10.0)
  for _ in 0..<200 {
    let middle = (low + high) / 2
    if 0.5 * erfc(-middle / 2.0.squareRoot()) < p { low = middle } else { high = middle }
  }
  return (low + high) / 2
}
