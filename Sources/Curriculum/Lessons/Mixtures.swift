import Autograd

extension Lesson {
  /// A word in its sentence as a weighted sum of the words around it.
  static let mixtures = Lesson(
    "mixtures", "A word as a mixture of its neighbours",
    "A weighted sum of the words of a sentence moves “Apple” towards phones or towards juice."
  ) { sheet in
    sheet.say(
      "Idea: let the new vector of a word be a mixture of all words of its sentence, with weights that sum "
        + "to 1. The weights here are invented; where they come from is the next question.")
    sheet.lines(
      "Apple'  = 0.1 love  + 0.5 Apple + 0.4 phones", "bank'   = 0.2 money + 0.7 bank  + 0.1 grows")

    sheet.section("Do the weights sum to 1?")
    func sums(_ sets: [[Double]]) -> Shown { Shown(matrix(sets).sum(axis: 1)) }
    sheet.check(
      "001.mix-weights-sum", printed: "10/50/40, 10/50/40, 80/10/10 and 10/40/50 percent",
      [
        Figure(
          "sums", sums([[0.1, 0.5, 0.4], [0.1, 0.5, 0.4], [0.8, 0.1, 0.1], [0.1, 0.4, 0.5]]))
      ], .exact)
    sheet.check(
      "003.bank-mix-sums",
      printed: "money bank grows 0.2, 0.7, 0.1; river bank flows 0.1, 0.8, 0.1",
      [Figure("sums", sums([[0.2, 0.7, 0.1], [0.1, 0.8, 0.1]]))], .exact,
      "later the same document gives the river sentence other weights; see lessons softmax.")

    sheet.section("What the mixture does")
    sheet.say(
      "Write each word as (tech, fruit): Apple is (0.5, 0.5), phones (1, 0), juice (0, 1). The vector of "
        + "“love” is not printed; it matters a little.")
    let weights = [0.1, 0.5, 0.4], apple = [0.5, 0.5]
    func figures(with neighbour: [Double]) -> [Figure] {
      [
        Figure(
          "love=(0.5,0.5)", Shown(mixture(weights, [[0.5, 0.5], apple, neighbour])),
          label: "love is (0.5, 0.5)"),
        Figure(
          "love=(0,0), renormalised",
          Shown(shares(mixture(weights, [[0, 0], apple, neighbour]))), label: "love is (0, 0)"),
      ]
    }
    sheet.lines("I love Apple phones:")
    sheet.check(
      "001.apple-70-30", printed: "about 70% tech, 30% fruit", figures(with: [1, 0]), .rounded,
      "exact if “love” is itself half and half.")
    sheet.lines("I love apple juice:")
    sheet.check(
      "001.juice-30-70", printed: "about 30% tech, 70% fruit", figures(with: [0, 1]), .rounded)
    let reached = mixture([0.6, 0.4], [apple, [1, 0]])[0]
    let needed = (0.9 - apple[0]) / (1 - apple[0])
    sheet.check(
      "001.apple-90-10", printed: "Apple is now 90% tech",
      [
        Figure(
          "tech share reached with the document's own weight 0.4", Shown(reached),
          label: "tech with weight 0.4"),
        Figure("weight on 'phones' needed for 90%", Shown(needed), label: "weight for 90%"),
      ], .inconsistent,
      "elsewhere it says 70%. With a weight of 0.4 on “phones” it is 70%; 90% needs 0.8.")
    sheet.recap(
      [
        "A word in context is a weighted sum of the words of its sentence.",
        "The weights of one word sum to 1, so the result stays among the vectors it is made of.",
      ], missing: "where the weights come from. Next: lessons dot-product.")
  }
}
