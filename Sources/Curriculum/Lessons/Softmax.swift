import Autograd
import Foundation

extension Lesson {
  /// Softmax: exponentials divided by their sum, with the documents' rows recomputed.
  static let softmax = Lesson(
    "softmax", "From scores to weights",
    "Exponentiate and divide by the sum; and why the largest score is subtracted first."
  ) { sheet in
    sheet.say(
      "Softmax turns any scores into positive weights that sum to 1: softmax(s)ᵢ = exp(sᵢ) / Σⱼ exp(sⱼ). "
        + "It keeps their order. Take the scores of “bank” in “money bank grows”: 0.25, 1 and 0.05."
    )
    let scores = [0.25, 1.0, 0.05]
    let powers = vector(scores).exp().scalars, weights = weighted(scores)
    sheet.table(
      ["word", "score", "exp", "÷ sum"],
      Examples.bankWords.indices.map {
        [Examples.bankWords[$0], digits(scores[$0]), digits(powers[$0]), digits(weights[$0])]
      } + [["sum", "", digits(powers.reduce(0, +)), digits(weights.reduce(0, +))]])
    sheet.check(
      "003.bank-exp", printed: "exp 1.284, 2.718, 1.051; sum 5.053",
      [Figure("exp", Shown(powers)), Figure("sum", Shown(vector(powers).sum()))], .rounded,
      "5.053 is the sum of the rounded terms; the sum is 5.054.")
    sheet.check(
      "003.softmax-bank", printed: "0.2, 0.7, 0.1", Shown(weights), .wrong,
      "0.538 is not about 0.7. Say 25%, 54%, 21%.")
    temperature(scores, on: &sheet)

    sheet.section("More rows of the documents")
    sheet.check(
      "003.softmax-river", printed: "softmax(0.4, 1, 0.3) = 0.3, 0.6, 0.1",
      Shown(weighted([0.4, 1, 0.3])),
      .wrong, "“flows” gets nearly as much as “river”.")
    sheet.check(
      "003.softmax-36", printed: "softmax(36, -1, 32) = 0.7, 0.2, 0.1",
      [
        Figure("softmax", Shown(weighted([36, -1, 32]))),
        Figure(
          "softmax after dividing by sqrt(64)=8",
          Shown(vector([36, -1, 32]).scaled(by: 1.0 / 8).softmax()), label: "after dividing by 8"),
      ], .wrong, "-1 cannot get more than 32: softmax never changes the order.")
    sheet.check(
      "001.softmax(-2,8,8)", printed: "softmax(-2, 8, 8) = 0.0, 0.5, 0.5",
      Shown(weighted([-2, 8, 8])),
      .rounded, "the first is small, not 0: exp is always positive.")
    stability(on: &sheet)
    sheet.recap(
      [
        "Weights are positive, sum to 1, and keep the order of the scores.",
        "Adding the same number to all scores changes nothing, so the largest is subtracted first.",
        "A factor before softmax sharpens (above 1) or flattens (below 1).",
      ],
      missing: "dot products and softmax for a whole sentence. Next: lessons contextual-embeddings."
    )
  }

  private static func temperature(_ scores: [Double], on sheet: inout LessonSheet) {
    sheet.section("Could a factor give 0.2, 0.7, 0.1?")
    sheet.say(
      "Multiply all scores by a factor β (one over the temperature) before softmax. A larger β sharpens."
    )
    func weights(_ beta: Double) -> [Double] { vector(scores).scaled(by: beta).softmax().scalars }
    sheet.check(
      "003.softmax-no-params", printed: "softmax can have no parameter",
      [0.5, 1, 2].map {
        Figure("beta=\(digits($0))", Shown(weights($0)), label: "β = \(digits($0))")
      }, .overstated, "the standard design has none; but β is one, and some models learn it.")
    // The likeliest β by the Kullback–Leibler divergence from the printed weights, to four places.
    let target = [0.2, 0.7, 0.1]
    func divergence(_ beta: Double) -> Double {
      zip(target, weights(beta)).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
    }
    var (low, high) = (0.5, 4.0)
    while high - low > 1e-7 {
      let (a, b) = (low + (high - low) / 3, high - (high - low) / 3)
      if divergence(a) < divergence(b) { high = b } else { low = a }
    }
    let best = ((low + high) / 2 * 1e4).rounded() / 1e4
    sheet.check(
      "003.softmax-bank-temperature",
      [
        Figure(
          "beta needed from the bank/money ratio", Shown(log(0.7 / 0.2) / (scores[1] - scores[0])),
          label: "β for bank : money"),
        Figure(
          "beta needed from the bank/grows ratio", Shown(log(0.7 / 0.1) / (scores[1] - scores[2])),
          label: "β for bank : grows"),
        Figure("best beta (least KL)", Shown(best), label: "nearest β"),
        Figure("softmax(best beta * s)", Shown(weights(best)), label: "its weights"),
        Figure(
          "scores that would give [0.2,0.7,0.1] exactly (bank score kept at 1)",
          Shown([1 + log(0.2 / 0.7), 1, 1 + log(0.1 / 0.7)]), label: "scores that would do"),
      ], .supplied, "No factor gives 0.2, 0.7, 0.1: the two ratios ask for different ones.")
  }

  private static func stability(on sheet: inout LessonSheet) {
    sheet.section("Why the largest score is subtracted")
    let large = vector([800, 700, 0])
    let naive = (large.exp() / large.exp().sum()).scalars
    sheet.say(
      "exp(710) is more than a double can hold, exp(89) more than a float. For the scores 800, 700, 0 the "
        + "formula as written divides ∞ by ∞. With 800 subtracted from each, it is exp(0), exp(-100), exp(-800):"
    )
    sheet.check(
      "003.naive-softmax",
      [
        Figure("np.exp(s)/sum (the listing)", Shown([naive]), label: "as written"),
        Figure(
          "stable (subtract max)", Shown([weighted([800, 700, 0])]), label: "maximum subtracted"),
      ], .supplied, "Dividing by √d_k does not prevent this; subtracting the maximum does.")
    let shifted = weighted([1_000.25, 1_001, 1_000.05]), plain = weighted([0.25, 1, 0.05])
    sheet.say(
      "Adding 1,000 to all scores changes the weights by \(String(format: "%.0e", largestDifference([shifted], [plain])))."
    )
  }
}
