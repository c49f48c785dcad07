import Autograd

extension Lesson {
  /// The shapes of every matrix in an attention layer, read off tensors.
  static let shapes = Lesson(
    "shapes", "Shapes at 512 × 64",
    "[n, 512] → [n, 64] → [n, n] → [n, 64]: every shape read off real tensors."
  ) { sheet in
    sheet.say(
      "An embedding has 512 numbers, a query, a key and a value 64. n words make n × n scores, whatever "
        + "the sizes. The shapes below are those of tensors that were multiplied just now.")
    let three = chain(words: 3)
    sheet.table(
      ["what", "how", "shape, n = 3"],
      [
        ["E", "a row for each word", Shown(shape: three.e).lines[0]],
        ["W_Q, W_K, W_V", "learned", Shown(shape: [512, 64]).lines[0]],
        ["Q, K, V", "E W", Shown(shape: three.q).lines[0]],
        ["scores", "Q Kᵀ / √64", Shown(shape: three.scores).lines[0]],
        ["weights", "softmax of each row", Shown(shape: three.weights).lines[0]],
        ["Y", "weights · V", Shown(shape: three.output).lines[0]],
      ], leftColumns: 2)
    let one = chain(words: 1)
    sheet.check(
      "001.dims-512-64", printed: "E [1, 512], Q [1, 64], score: a number",
      [
        Figure("Q(Apple)", Shown(shape: one.q)),
        Figure("score_i", Shown(shape: one.scores), label: "score of a pair"),
      ], .exact, "though it does not say how 64 numbers become 512 again: several heads and W_O.")
    sheet.check(
      "001.walkthrough-shapes",
      printed: "Q, K, V [3, 64], scores and weights [3, 3], output [3, 64]",
      [
        Figure("Q,K,V", Shown(shape: three.q)), Figure("scores", Shown(shape: three.scores)),
        Figure("weights", Shown(shape: three.weights)),
        Figure("output", Shown(shape: three.output)),
      ], .exact)
    sheet.check(
      "003.dims", printed: "[3, 512] → [3, 64] → [3, 3] → [3, 64], S / √64",
      [
        Figure("Q", Shown(shape: three.q)), Figure("S", Shown(shape: three.scores)),
        Figure("Y", Shown(shape: three.output)),
        Figure("sqrt(64)", Shown(64.0.squareRoot()), label: "√64"),
      ], .exact)
    let words = "I love Apple phones".split(separator: " ").count, four = chain(words: words)
    sheet.check(
      "001.three-or-four-words", printed: "I love Apple phones: 3 words, E [3, 512], scores [3, 3]",
      [
        Figure("words", Shown(words)), Figure("E", Shown(shape: four.e)),
        Figure("scores", Shown(shape: four.scores)), Figure("output", Shown(shape: four.output)),
      ], .inconsistent, "the sentence has four words; “I” is dropped without a word.")
    let batch = chain(words: 3, batch: 1)
    sheet.check(
      "003.listing-complete-shapes",
      printed: "a batch of one: Q [1, 3, 64], scores [1, 3, 3], output [1, 3, 64]",
      [
        Figure("Q", Shown(shape: batch.q)), Figure("scores", Shown(shape: batch.scores)),
        Figure("output", Shown(shape: batch.output)),
      ], .exact, "a batch puts its size in front of everything but the weights.")

    sheet.section("An exercise of the documents: 20 words")
    let twenty = chain(words: 20)
    sheet.check(
      "001.ex3.dims",
      [
        Figure("E", Shown(shape: twenty.e)), Figure("W_Q,W_K,W_V", Shown(shape: [512, 64])),
        Figure("Q,K,V", Shown(shape: twenty.q)), Figure("scores", Shown(shape: twenty.scores)),
        Figure("output", Shown(shape: twenty.output)),
        Figure("score_entries", Shown(twenty.scores.reduce(1, *)), label: "scores, how many"),
        Figure("parameters", Shown(3 * 512 * 64)),
        Figure("flops", Shown(operations(words: 20, width: 512, head: 64)), label: "operations"),
      ])
    batches(on: &sheet)
    sheet.recap(
      [
        "W_Q and W_K must have the same width, d_k, or no dot product is possible.",
        "The scores are [n, n]: their size depends on the number of words alone.",
        "Parameters do not depend on the number of words.",
      ], missing: "the division by √64. Next: lessons scaled-dot-product.")
  }

  private typealias Chain = (e: [Int], q: [Int], scores: [Int], weights: [Int], output: [Int])

  /// Multiplies zeros through an attention layer and reads the shapes.
  private static func chain(words: Int, batch: Int? = nil) -> Chain {
    let e = Tensor<Double>(repeating: 0, shape: (batch.map { [$0] } ?? []) + [words, 512])
    let w = Tensor<Double>(repeating: 0, shape: [512, 64])
    let (q, k, v) = (e.linear(w), e.linear(w), e.linear(w))
    let scores = q.matmul(k, transposingOther: true).scaled(by: 1.0 / 8)
    let weights = scores.softmax()
    return (e.shape, q.shape, scores.shape, weights.shape, weights.matmul(v).shape)
  }

  private static func batches(on sheet: inout LessonSheet) {
    sheet.section("Two sentences in one batch")
    let first = Tensor<Double>(normal: RandomStream(seed: 1, "first"), shape: [1, 3, 8])
    let second = Tensor<Double>(normal: RandomStream(seed: 1, "second"), shape: [1, 3, 8])
    func attend(_ e: Tensor<Double>) -> Tensor<Double> {
      .attention(query: e, key: e, value: e, heads: 1)
    }
    let both = attend(.concatenated([first, second], axis: 0))
    let apart = Tensor.concatenated([attend(first), attend(second)], axis: 0)
    let difference = largestDifference(both.rows, apart.rows)
    sheet.values["difference of batch and single"] = difference
    sheet.say(
      "A batch \(Shown(shape: both.shape).lines[0]) gives what its sentences give alone; the largest "
        + "difference is \(digits(difference)).")
  }
}
