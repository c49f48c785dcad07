import Autograd
import Training
import Transformer

extension Lesson {
  /// One update in its stages: data, forward, loss, backward, update, and the loss again.
  static let trainingStep = Lesson(
    "training-step", "One training step in its stages",
    "Data, queries, weights, output, loss, gradients, update: and the loss is smaller."
  ) { sheet in
    let parameters = ParameterStore<Double>()
    let names = ["W_Q", "W_K", "W_V"], begin = [Examples.wQ, Examples.wK, Examples.wV]
    let weights = names.map { parameters.root.parameter($0, [2, 2], .zeros) }
    parameters.allocate()
    for (weight, numbers) in zip(weights, begin) { weight.scalars = numbers.flatMap(\.self) }

    let words = Examples.catWords, e = matrix(Examples.catVectors)
    sheet.section("1. Data")
    sheet.numbers("E", e.rows, rows: words, places: 0)
    sheet.section("2. Model: three matrices")
    sheet.say("\(names.joined(separator: ", ")), [2, 2] each: \(parameters.count) parameters.")

    func forward() -> (
      q: Tensor<Double>, k: Tensor<Double>, v: Tensor<Double>, a: Tensor<Double>, y: Tensor<Double>
    ) {
      let (q, k, v) = (e.matmul(weights[0]), e.matmul(weights[1]), e.matmul(weights[2]))
      let a = q.matmul(k, transposingOther: true).scaled(by: 0.5.squareRoot()).softmax()
      return (q, k, v, a, a.matmul(v))
    }
    func loss(_ y: Tensor<Double>) -> Tensor<Double> { (y * y).sum().scaled(by: 0.5) }

    let pass = forward()
    sheet.section("3. Queries, keys, values")
    sheet.numbers(
      "", zip(pass.q.rows, zip(pass.k.rows, pass.v.rows)).map { $0 + $1.0 + $1.1 }, rows: words,
      columns: ["Q[0]", "Q[1]", "K[0]", "K[1]", "V[0]", "V[1]"], places: 2)
    sheet.section("4. Attention weights")
    sheet.numbers("A", pass.a.rows, rows: words, columns: words)
    sheet.section("5. Output")
    sheet.numbers("Y", pass.y.rows, rows: words)
    sheet.section("6. Loss")
    let first = loss(pass.y)
    sheet.say(
      "L = ½ Σ Y² = \(digits(first.scalar)). (The target is 0; a language model's loss is the cross-entropy.)"
    )

    sheet.section("7. Backward")
    first.backward()
    let gradients = weights.map { $0.gradient?.scalars ?? [] }
    sheet.table(
      ["gradient", "[0, 0]", "[0, 1]", "[1, 0]", "[1, 1]"],
      zip(names, gradients).map { ["d" + $0] + $1.map { digits($0) } })

    sheet.section("8. Update: W ← W − η dW")
    let rate = 0.01, before = weights.map(\.scalars)
    Optimizer(.sgd(), parameters).step(rate: rate)
    let expected = zip(before, gradients).map { zip($0, $1).map { $0 - rate * $1 } }
    sheet.table(
      ["η = 0.01", "[0, 0]", "[0, 1]", "[1, 0]", "[1, 1]"],
      zip(names, weights).map { [$0] + $1.scalars.map { digits($0) } })
    let difference = largestDifference(expected, weights.map(\.scalars))
    let again = loss(forward().y).scalar
    sheet.values["loss before"] = first.scalar
    sheet.values["loss after"] = again
    sheet.values["difference from W − η dW"] = difference
    sheet.say(
      "Each number is W − 0.01 dW (difference \(digits(difference))). The loss of the same data is now "
        + "\(digits(again)) instead of \(digits(first.scalar)). That was one step; training is thousands."
    )
    let slope = gradients.joined().reduce(0) { $0 + $1 * $1 }
    sheet.say(
      "Expected for so small a step: the loss falls by about η Σ dW² = \(digits(rate * slope)); it fell by "
        + "\(digits(first.scalar - again)).")
    if sheet.isTraced {
      try trace(on: &sheet)
    } else {
      sheet.say("With --trace: the same eight stages in the model that writes.")
    }
    sheet.recap(
      [
        "forward → loss → backward → update: `train` does nothing else, with AdamW in place of SGD.",
        "Gradients are of the loss with respect to each parameter; the step goes against them.",
      ], missing: "what the matrices look like after many steps. Next: lessons learning.")
  }
}
