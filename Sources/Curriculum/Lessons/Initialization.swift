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
    sheet.table(
      ["weights begin as", "by theory", "measured"],
      [
        ("randn(512, 64)", 1), ("randn(512, 64) · 0.1", 0.1),
        ("randn(512, 64) / √512", 1 / 512.0.squareRoot()),
      ].map { [$0, decimal(theory($1), 2), decimal(measured($1), 2)] })
    sheet.say("The standard deviation of the scores, divided by √64, over 200 words.")
    listing(on: &sheet)
    visualizer(on: &sheet)
    sheet.recap(
      [
        "Weights begin with the deviation 1/√inputs, or a little less.",
        "Peaked attention in an untrained model is a sign of wrong scale, not of meaning.",
      ],
      missing: "a model that writes text must not see the words to come. Next: lessons causal-mask."
    )
  }

  /// The standard deviation of q · k / √64 if the weights have this one and the embeddings 1: a number of
  /// Q or K has the variance 512 d², a sum of 64 products the deviation 8 · 512 d².
  private static func theory(_ deviation: Double) -> Double { 512 * deviation * deviation }

  private static func measured(_ deviation: Double) -> Double {
    func normal(_ name: String, _ shape: [Int], _ deviation: Double = 1) -> Tensor<Double> {
      Tensor(normal: RandomStream(seed: 1, name), deviation: deviation, shape: shape)
    }
    let e = normal("E", [200, 512])
    let q = e.matmul(normal("W_Q", [512, 64], deviation))
    let k = e.matmul(normal("W_K", [512, 64], deviation))
    return standardDeviation(of: q.matmul(k, transposingOther: true).scaled(by: 1.0 / 8))
  }

  /// The documents' PyTorch listing with the seeds 0 to 199.
  private static func listing(on sheet: inout LessonSheet) {
    sheet.section("A printed listing, run 200 times")
    sheet.say(
      "One document prints a PyTorch program for three words: E, W_Q and W_K from torch.randn, scores divided "
        + "by √64, softmax. Run with torch.manual_seed 0 to 199; this package draws the same numbers:"
    )
    var largest: [Double] = [], failures = 0
    for seed in 0..<UInt32(200) {
      var random = PyTorchRandom(seed: seed)
      func next(_ rows: Int, _ columns: Int) -> Tensor<Float> {
        Tensor(random.normals(rows * columns), shape: [rows, columns])
      }
      let e = next(3, 512), q = e.matmul(next(512, 64)), k = e.matmul(next(512, 64))
      let scores = q.matmul(k, transposingOther: true).scaled(by: 1.0 / 8)
      let weights = scores.softmax().scalars
      largest += stride(from: 0, to: 9, by: 3).map { Double(weights[$0..<$0 + 3].max() ?? 0) }
      let powers = scores.exp()
      let sums = powers.sum(axis: 1).reshaped([3, 1]).matmul(Tensor(repeating: 1, shape: [1, 3]))
      if (powers / sums).scalars.contains(where: \.isNaN) { failures += 1 }
    }
    sheet.check(
      "003.randn-saturation", printed: "scaled “for numerical stability”",
      [
        Figure("theoretical std of scaled scores", Shown(theory(1)), label: "deviation, by theory"),
        Figure(
          "mean of largest weight per row",
          Shown(largest.reduce(0, +) / Double(largest.count), places: 3),
          label: "mean largest weight"),
        Figure(
          "rows with largest weight > 0.999",
          Shown("\(largest.count { $0 > 0.999 }) of \(largest.count)"), label: "rows above 0.999"),
        Figure(
          "runs in which softmax without max subtraction gives NaN in float32",
          Shown("\(failures) of 200"), label: "runs with NaN, naive"),
        Figure(
          "std if W is scaled by 1/sqrt(512)", Shown(withoutNoise(theory(1 / 512.0.squareRoot()))),
          label: "deviation with / √512"),
      ], .supplied,
      "The listing runs, its shapes are right, and its attention looks at one word only. Begin with the "
        + "deviation 1/√512. (GPT-2 begins with 0.02, this package with √(2/5) / √width.)")
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
          "theoretical std of scaled scores", Shown(withoutNoise(theory(0.1))),
          label: "deviation, by theory"),
      ], .supplied,
      "The rows are peaked by chance alone. The two vectors of bank have 512 and 64 numbers and live in "
        + "different spaces.")
    sheet.check(
      "003.analyze-seed42", [Figure("", Shown(lines: attentionReport(weights, words)), label: "")])
  }
}
