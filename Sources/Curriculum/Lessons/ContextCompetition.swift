import Autograd
import Visualization

extension Lesson {
  /// Scores of "Apple" in a sentence about phones and oranges, turned into weights group by group.
  static let contextCompetition = Lesson(
    "context-competition", "Words that pull in different directions",
    "“Apple launched a new phone while I was eating an orange”: which words win, and by how much?"
  ) { sheet in
    sheet.say("\(Examples.appleSentence). The documents give “Apple” a score for seven words:")
    let words = ["launched", "new", "phone", "while", "eating", "orange", "Apple"]
    let scores = [0.6, 0.3, 0.8, 0.1, 0.2, 0.3, 1.0]
    let weights = weighted(scores)
    func total(_ values: [Double], _ group: String...) -> Double {
      vector(group.compactMap { words.firstIndex(of: $0) }.map { values[$0] }).sum().scalar
    }
    sheet.block(
      probabilityBars(
        zip(words, weights).map { (token: $0, probability: $1) }, style: sheet.style))
    sheet.check(
      "003.apple-competition", printed: "tech 1.4, food 0.5",
      [
        Figure("tech", Shown(total(scores, "launched", "phone"))),
        Figure("food", Shown(total(scores, "eating", "orange"))),
      ], .exact, "but attention does not add scores; it adds their exponentials.")
    sheet.check(
      "003.apple-softmax", printed: "tech 40%, food 18%, Apple itself 42%",
      zip(words, weights).map { Figure("weights/\($0)", Shown($1), label: $0) } + [
        Figure("tech (launched+phone)", Shown(total(weights, "launched", "phone")), label: "tech"),
        Figure("food (eating+orange)", Shown(total(weights, "eating", "orange")), label: "food"),
        Figure("self", Shown(total(weights, "Apple")), label: "Apple itself"),
        Figure("new+while", Shown(total(weights, "new", "while")), label: "new, while"),
      ], .wrong,
      "34%, 22% and 23%; the other 21% go to “new” and “while”. Four words of the sentence (a, I, was, "
        + "an) have no score at all. A figure calls the scores 0.6 and 0.8 weights; they are scores."
    )
    sheet.check(
      "003.apple-y", printed: "Y = 0.42 Apple + 0.24 launched + 0.16 phone + 0.18 food",
      [
        Figure("launched", Shown(weights[0])), Figure("phone", Shown(weights[2])),
        Figure(
          "claimed_sum", Shown(vector([0.42, 0.24, 0.16, 0.18]).sum()), label: "sum of the printed"),
      ], .wrong, "“phone” has the larger score, so it must have the larger weight.")
    sheet.say(
      "Without learning, the tech words already have \(percent(total(weights, "launched", "phone"))): they "
        + "are not “ignored”. Learning can make it more; see lessons learning.")
    sheet.recap(
      [
        "To see what wins, add the weights of a group, not the scores.",
        "Softmax flattens small differences: 1.4 against 0.5 becomes 34% against 22%.",
      ], missing: "all words at once. Next: lessons matrices.")
  }
}
