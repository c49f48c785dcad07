import Autograd

extension Lesson {
  /// What the scale of the first weights does to attention before any training.
  static let initialization = Lesson(
    "initialization", "The scale of the first weights",
    "Unscaled random matrices make attention one-hot before training has begun."
  ) { sheet in
    sheet.say(
      "√d_k keeps the scores small only if Q and K have the variance 1. A row of E W is a sum of 512 "
        + "products. With weights of deviation 1 its variance is 512, and that of a score 512 · 512."
    )
    let runs = sheet.isBrief ? 50 : 200
    sheet.table(
      ["weights begin as", "deviation of scores / √64"],
      [
        ["randn(512, 64)", decimal(scoreDeviation(1), 1)],
        ["randn(512, 64) · 0.1", decimal(scoreDeviation(0.1), 2)],
        ["randn(512, 64) / √512", decimal(scoreDeviation(1 / 512.0.squareRoot()), 2)],
      ])
    let measured = saturation(runs: runs)
    sheet.say("Three words, E and W as randn, drawn \(runs) times:")
    sheet.check(
      "003.randn-saturation", printed: "scaled “for numerical stability”",
      [
        Figure("theoretical std of scaled scores", Shown(512.0), label: "deviation, by theory"),
        Figure(
          "mean of largest weight per row", Shown(measured.largest, places: 2),
          label: "mean largest weight"),
        Figure(
          "rows with largest weight > 0.999", Shown(measured.oneHot, places: 1),
          label: "share above 0.999"),
        Figure(
          "runs in which softmax without max subtraction gives NaN in float32",
          Shown(percent(measured.nan, places: 0)), label: "runs with NaN"),
        Figure("std if W is scaled by 1/sqrt(512)", Shown(1.0), label: "deviation with / √512"),
      ], .supplied,
      "Of the rows, \(percent(measured.oneHot)) have a weight above 0.999. The listing runs, its shapes are right, and its attention looks at one word only. Begin with the "
        + "deviation 1/√512. (GPT-2, and this package, begin with 0.02.)")
    visualizer(on: &sheet)
    sheet.recap(
      [
        "Weights begin with the deviation 1/√inputs, or a little less.",
        "Peaked attention in an untrained model is a sign of wrong scale, not of meaning.",
      ],
      missing: "a model that writes text must not see the words to come. Next: lessons causal-mask."
    )
  }

  /// Scaled scores of `words` random words under random matrices of this deviation.
  private static func scores<Scalar>(
    _ deviation: Double, words: Int, run: Int
  ) -> Tensor<Scalar> {
    func normal(_ name: String, _ shape: [Int], _ deviation: Double = 1) -> Tensor<Scalar> {
      Tensor(normal: RandomStream(seed: UInt64(run), name), deviation: deviation, shape: shape)
    }
    let e = normal("E", [words, 512])
    let q = e.matmul(normal("W_Q", [512, 64], deviation))
    let k = e.matmul(normal("W_K", [512, 64], deviation))
    return q.matmul(k, transposingOther: true).scaled(by: 1.0 / 8)
  }

  private static func scoreDeviation(_ deviation: Double) -> Double {
    let s: Tensor<Double> = scores(deviation, words: 200, run: 1)
    let centred = s - s.mean()
    return (centred * centred).mean().scalar.squareRoot()
  }

  private static func saturation(
    runs: Int
  ) -> (largest: Double, oneHot: Double, nan: Double) {
    var largest: [Double] = [], failures = 0
    for run in 0..<runs {
      let s: Tensor<Float> = scores(1, words: 3, run: run)
      let weights = s.softmax().scalars
      largest += stride(from: 0, to: 9, by: 3).map { Double(weights[$0..<$0 + 3].max() ?? 0) }
      let powers = s.exp()
      let naive =
        powers / powers.sum(axis: 1).reshaped([3, 1]).matmul(Tensor(repeating: 1, shape: [1, 3]))
      if naive.scalars.contains(where: \.isNaN) { failures += 1 }
    }
    let rows = Double(largest.count)
    return (
      largest.reduce(0, +) / rows, Double(largest.count { $0 > 0.999 }) / rows,
      Double(failures) / Double(runs)
    )
  }

  /// The documents' NumPy listing, run as printed.
  private static func visualizer(on sheet: inout LessonSheet) {
    sheet.section("A printed listing, run as it stands")
    sheet.say(
      "One document prints a NumPy program (np.random.seed(42), embeddings randn(3, 512), three matrices "
        + "randn(512, 64) · 0.1) but not what it prints. This package draws the same numbers:")
    var random = NumPyRandom(seed: 42)
    let e = Tensor(random.normals(3 * 512), shape: [3, 512])
    let (q, k, v) = (
      e.matmul(Tensor(random.normals(512 * 64), shape: [512, 64]).scaled(by: 0.1)),
      e.matmul(Tensor(random.normals(512 * 64), shape: [512, 64]).scaled(by: 0.1)),
      e.matmul(Tensor(random.normals(512 * 64), shape: [512, 64]).scaled(by: 0.1))
    )
    let scores = q.matmul(k, transposingOther: true).scaled(by: 1.0 / 8)
    let weights = scores.softmax().rows, y = scores.softmax().matmul(v).rows
    let words = Examples.bankWords
    sheet.heatMap("Self-Attention Weights Heatmap", words, weights)
    let most = words.indices.map { row in
      let best = weights[row].indices.max { weights[row][$0] < weights[row][$1] } ?? 0
      return
        "'\(words[row])' attends most to '\(words[best])' (weight: \(decimal(weights[row][best], 3)))"
    }
    sheet.check(
      "003.visualizer-seed42",
      [
        Figure("scaled_scores", Shown(scores), label: "scaled scores"),
        Figure("weights", Shown(weights)),
        Figure("attends_most", Shown(lines: most), label: "in words"),
        Figure("bank original first 5", Shown(Array(e.rows[1][..<5])), label: "bank, first 5"),
        Figure("bank contextual first 5", Shown(Array(y[1][..<5])), label: "bank', first 5"),
        Figure(
          "theoretical std of scaled scores", Shown(0.1 * 0.1 * 512), label: "deviation, by theory"),
      ], .supplied,
      "The rows are peaked by chance alone. The two vectors of bank have 512 and 64 numbers and live in "
        + "different spaces.")
    sheet.check(
      "003.analyze-seed42", [Figure("", Shown(lines: attentionReport(weights, words)), label: "")])
  }
}
