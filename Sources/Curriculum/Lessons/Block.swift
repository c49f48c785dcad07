import Autograd
import Transformer

extension Lesson {
  /// Residual connections, layer normalisation and the feed-forward network: one block traced.
  static let block = Lesson(
    "block", "One whole block",
    "Norm, attention, add; norm, feed-forward, add: a block traced step by step."
  ) { sheet in
    sheet.lines("y = x + attention(norm(x))", "z = y + feedForward(norm(y))")
    sheet.say("Three words of width 4, one head, random weights. Each line is a word.")
    let parameters = ParameterStore<Double>()
    let configuration = GPTConfiguration(
      vocabularySize: 2, contextLength: 3, width: 4, layers: 1, heads: 1, initializerDeviation: 0.6)
    let block = TransformerBlock(configuration, in: parameters.root["block"])
    parameters.initialize(seed: 5)
    let x = Tensor<Double>(normal: RandomStream(seed: 5, "x"), shape: [1, 3, 4])
    let words = Examples.bankWords
    func show(_ title: String, _ value: Tensor<Double>) {
      sheet.numbers(title, value.rows, rows: words, places: 3)
    }
    show("x", x)
    let normed = block.norm1(x)
    show("norm(x)", normed)
    let means = normed.mean(axis: 2).scalars
    let variances = (normed * normed).mean(axis: 2).scalars
    sheet.values["largest mean after norm"] = means.map { abs($0) }.max() ?? 1
    sheet.values["variance after norm"] = variances[0]
    sheet.say(
      "Layer norm gives each word the mean 0 and the variance 1 (here \(digits(variances[0])); a little is "
        + "added to the variance before dividing), then a learned gain and shift, which begin as 1 and 0."
    )
    let gathered = block.attention(queries: normed, mask: .causal)
    show("attention", gathered)
    let y = x + gathered
    show("y = x + it", y)
    let made = block.feedForward(block.norm2(y))
    show("feed-forward", made)
    let z = y + made
    show("z = y + it", z)
    let whole = block(x, mask: .causal)
    sheet.values["difference of block by parts"] = largestDifference(z.rows, whole.rows)
    sheet.say(
      "The package's block in one call gives the same: difference "
        + "\(digits(sheet.values["difference of block by parts"] ?? 1)). Its shape comes out as it went in, so "
        + "blocks can be stacked.")

    alone(block, x, on: &sheet)
    residual(configuration, x, on: &sheet)
    proof(block, parameters, x, on: &sheet)
    sheet.recap(
      [
        "Attention mixes words; the feed-forward network works on each word alone.",
        "Residual: a sub-layer only adds. With its weights zero, a block changes nothing.",
        "Norms keep the numbers in range, however many blocks follow each other.",
      ], missing: "what this replaces. Next: lessons recurrence.")
  }

  private static func alone(
    _ block: TransformerBlock<Double>, _ x: Tensor<Double>, on sheet: inout LessonSheet
  ) {
    sheet.section("The feed-forward network works on each word alone")
    sheet.say(
      "Linear, 4 → 16; GELU, which lets positive numbers through and damps negative ones; linear, 16 → 4."
    )
    let inputs = [-2.0, -1, 0, 1, 2]
    sheet.numbers(
      "x", [vector(inputs).gelu().scalars, vector(inputs).relu().scalars], rows: ["GELU", "ReLU"],
      columns: inputs.map { digits($0) }, places: 3)
    var rows = x.rows
    rows[2] = [9, -9, 9, -9]
    let other = Tensor(rows.flatMap(\.self), shape: [1, 3, 4])
    let before = block.feedForward(x).rows, after = block.feedForward(other).rows
    let difference = largestDifference(Array(before[..<2]), Array(after[..<2]))
    sheet.values["feed-forward change of other words"] = difference
    sheet.say(
      "With another third word, the first two come out as before: difference \(digits(difference))."
    )
  }

  private static func residual(
    _ configuration: GPTConfiguration, _ x: Tensor<Double>, on sheet: inout LessonSheet
  ) {
    let parameters = ParameterStore<Double>()
    let block = TransformerBlock(configuration, in: parameters.root["block"])
    parameters.allocate()  // all zeros
    let difference = largestDifference(x.rows, block(x, mask: .causal).rows)
    sheet.values["difference of a zero block"] = difference
    sheet.section("The residual connection")
    sheet.say(
      "A block whose parameters are all 0 returns its input: difference \(digits(difference)). Gradients pass "
        + "through the sum unchanged, which lets deep stacks learn.")
  }

  private static func proof(
    _ block: TransformerBlock<Double>, _ parameters: ParameterStore<Double>, _ x: Tensor<Double>,
    on sheet: inout LessonSheet
  ) {
    let errors = gradientErrors(of: parameters.all.map(\.tensor)) { block(x, mask: .causal) }
    let worst = errors.map(\.relativeError).max() ?? 1
    sheet.values["gradient error of the block"] = worst
    sheet.section("Are its gradients right?")
    sheet.say(
      "All \(parameters.count) parameters changed a little, one by one, against the graph's gradients: the "
        + "largest relative error is \(digits(worst)). The command gradcheck does that for everything."
    )
  }
}
