import Autograd

extension Lesson {
  /// Word by word against all words at once: equal results, and what each costs.
  static let matrices = Lesson(
    "matrices", "All words at once",
    "The loop over words and three matrix operations give the same numbers; only the time differs."
  ) { sheet in
    sheet.say(
      "For one word: its scores, its weights, its mixture. For all words: the same three operations on "
        + "whole matrices. “money bank grows”, d = 3:")
    let e = matrix(Examples.bankVectors)
    let y = wordByWord(e), all = atOnce(e)
    sheet.table(
      ["step", "operation", "shape"],
      [
        ["stack", "E, a row for each word", "[3, 3]"], ["scores", "S = E Eᵀ", "[3, 3]"],
        ["weights", "W = softmax(S)", "[3, 3]"], ["mixtures", "Y = W E", "[3, 3]"],
      ], leftColumns: 2)
    let difference = largestDifference(y.rows, all.rows)
    sheet.values["difference of loop and matrices"] = difference
    sheet.say("Largest difference between the loop and the matrices: \(digits(difference)).")
    sheet.check(
      "003.listing-stack-shape",
      printed: "np.array([[E_money], [E_bank], [E_grows]]) is [3, d], S is [3, 3]",
      [
        Figure("E.shape", Shown(shape: [3, 1, 4]), label: "its shape, d = 4"),
        Figure("E @ E.T", Shown("ValueError"), label: "E @ E.T gives"),
        Figure(
          "fixed: np.stack([E_money, E_bank, E_grows]).shape",
          Shown(shape: matrix([[1, 2, 3, 4], [2, 3, 4, 5], [3, 4, 5, 6]]).shape),
          label: "np.stack gives"),
      ], .wrong,
      "the extra brackets add an axis. (NumPy's answers; this package has no such listing.)")

    sheet.section("Measured here")
    time(on: &sheet)
    sheet.section("What the documents claim")
    claims(on: &sheet)
    sheet.recap(
      [
        "Matrix form and loop do the same arithmetic; the matrix form is faster because it is one call.",
        "Steps one after another: n for an RNN, 1 for attention. Work: n² d for attention, n d² for an RNN.",
        "Twice the words, four times the scores.",
      ], missing: "Does it matter in which order the words stand? Next: lessons order.")
  }

  /// One word at a time, `[n, d]` to `[n, d]`.
  private static func wordByWord(_ e: Tensor<Double>) -> Tensor<Double> {
    let words = e.split([Int](repeating: 1, count: e.shape[0]), axis: 0)
    let mixtures = words.map { $0.matmul(e, transposingOther: true).softmax().matmul(e) }
    return .concatenated(mixtures, axis: 0)
  }

  private static func atOnce(_ e: Tensor<Double>) -> Tensor<Double> {
    e.matmul(e, transposingOther: true).softmax().matmul(e)
  }

  private static func recurrent(
    _ e: Tensor<Double>, _ w: Tensor<Double>, _ u: Tensor<Double>
  ) -> Tensor<Double> {
    let inputs = e.matmul(w).split([Int](repeating: 1, count: e.shape[0]), axis: 0)
    return inputs.dropFirst().reduce(inputs[0].tanh()) { ($1 + $0.matmul(u)).tanh() }
  }

  private static func time(on sheet: inout LessonSheet) {
    let width = 64
    func normal(_ name: String, _ rows: Int, _ deviation: Double) -> Tensor<Double> {
      Tensor(
        normal: RandomStream(seed: 1, name), deviation: deviation, shape: [rows, width])
    }
    let (w, u) = (normal("w", width, 0.1), normal("u", width, 0.1))
    func milliseconds(_ runs: Int, _ body: () -> Tensor<Double>) -> String {
      let clock = ContinuousClock()
      let best = (0..<runs).map { _ in clock.measure { _ = withoutGradients(body) } }.min() ?? .zero
      return decimal(
        Double(best.components.attoseconds) / 1e15 + Double(best.components.seconds) * 1e3, 3)
    }
    let lengths = sheet.isBrief ? [3, 30] : [3, 30, 300, 3_000]
    let rows = lengths.map { n in
      let e = normal("words", n, 0.1)
      let runs = n < 1_000 ? 4 : 1
      return [
        grouped(n), milliseconds(runs) { recurrent(e, w, u) },
        milliseconds(runs) { wordByWord(e) }, milliseconds(runs) { atOnce(e) },
      ]
    }
    sheet.table(["words", "RNN, ms", "word by word, ms", "matrices, ms"], rows)
    sheet.say(
      "d = \(width), the best of four runs on this machine, one for 3000 words. Other machines, other times."
    )
  }

  private static func claims(on sheet: inout LessonSheet) {
    func flops(_ n: Int) -> Int { operations(words: n, width: 512, head: 64) }
    sheet.check(
      "001.o1-time", printed: "an RNN takes O(n) time, self-attention O(1)",
      [1, 10, 100, 1_000].map {
        Figure("flops/\($0)", Shown(flops($0)), label: "operations, n = \($0)")
      }
        + [1, 10, 100, 1_000].map {
          Figure("score_entries/\($0)", Shown($0 * $0), label: "scores, n = \($0)")
        } + [
          Figure("sequential_layers_of_work/rnn", Shown("n"), label: "steps of an RNN"),
          Figure("sequential_layers_of_work/attention", Shown(1), label: "steps of attention"),
        ], .wrong, "O(1) is the number of steps that wait for each other, not the work.")
    sheet.check(
      "001.1000-words-same-time", printed: "1000 words take the same time as 1 word",
      [
        Figure("flops_1", Shown(flops(1)), label: "operations, n = 1"),
        Figure("flops_1000", Shown(flops(1_000)), label: "operations, n = 1000"),
        Figure("ratio", Shown(Double(flops(1_000)) / Double(flops(1)))),
        Figure("score_bytes_float32/1", Shown(4), label: "bytes of scores, n = 1"),
        Figure("score_bytes_float32/1000", Shown(4 * 1_000 * 1_000), label: "bytes, n = 1000"),
      ], .wrong, "only with processors without end.")
    sheet.check(
      "001.any-length", printed: "sequence length: RNN limited, self-attention unlimited",
      [
        Figure("score_entries", Shown([10.0, 100, 1_000].map { $0 * $0 }), label: "scores"),
        Figure(
          "score_MB_float32_at_n=100000", Shown(4 * 1e10 / 1e6), label: "MB at n = 100,000"),
      ], .overstated,
      "no shape forbids a length, but 100,000 words need 40 GB of scores for each head if they are "
        + "held (this package's kernel does not hold them). An RNN has no built-in limit.")
    let rnn = Double(1_000 * 4 * 512 * 512) / Double(flops(1_000))
    sheet.check(
      "003.speed-3t-t", printed: "3 times faster for 3 words, 1000 times for 1000 words",
      [
        Figure(
          "upper bound on speed-up with unlimited processors", Shown([3, 1_000]), label: "at most"),
        Figure(
          "sequential RNN-style work / attention work at n=1000, d=512 (RNN step 4 d^2 flops)",
          Shown(rnn), label: "RNN : attention, n = 1000"),
      ], .overstated, "n is the ceiling, not a measurement; see the table above for measurements.")
    sheet.check(
      "003.speed-3000x", printed: "3000 times faster than sequential",
      [
        Figure(
          "earlier claims in the same document/3 words", Shown("3x"), label: "earlier, 3 words"),
        Figure(
          "earlier claims in the same document/1000 words", Shown("1000x"), label: "earlier, 1000"),
      ], .inconsistent, "no n is stated and nothing was measured.")
    func parameterFree(_ n: Int) -> Int { 4 * n * n * 512 }
    sheet.check(
      "003.four-operations", printed: "3 or 3000 words: still just 4 matrix operations",
      [
        Figure(
          "operations after stacking", Shown(lines: ["E E^T", "softmax", "W E"]),
          label: "operations"),
        Figure("flops/3", Shown(parameterFree(3)), label: "arithmetic, n = 3"),
        Figure("flops/3000", Shown(parameterFree(3_000)), label: "arithmetic, n = 3000"),
        Figure("ratio", Shown(Double(parameterFree(3_000)) / Double(parameterFree(3)))),
        Figure("score_bytes_float32/3", Shown(4 * 3 * 3), label: "bytes of scores, n = 3"),
        Figure("score_bytes_float32/3000", Shown(4 * 3_000 * 3_000), label: "bytes, n = 3000"),
      ], .overstated,
      "the same three calls (stacking is not an operation), a million times the work.")
  }
}
