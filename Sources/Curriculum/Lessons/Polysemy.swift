import Autograd
import Transformer

extension Lesson {
  /// The vectors of "bank" and "apple" in two contexts, static and after attention, trained both ways.
  static let polysemy = Lesson(
    "polysemy", "One word, two vectors",
    "After training, “bank” and “apple” have different vectors in different sentences."
  ) { sheet in
    let sentences = [
      ("money *bank* grows", 0), ("loan *bank* grows", 0), ("money *bank* lends", 0),
      ("loan *bank* lends", 0), ("river *bank* flows", 1), ("muddy *bank* flows", 1),
      ("river *bank* floods", 1), ("muddy *bank* floods", 1), ("*apple* sells phones", 0),
      ("*apple* makes phones", 0), ("*apple* sells laptops", 0), ("*apple* makes laptops", 0),
      ("*apple* tastes sweet", 1), ("*apple* smells sweet", 1), ("*apple* tastes sour", 1),
      ("*apple* smells sour", 1),
    ].map { Sense($0.0, Int32($0.1)) }
    sheet.say(
      "A layer learns to tell business (money bank, apple the company) from nature (river bank, apple the "
        + "fruit). Then we compare the vectors of one word in two sentences: as looked up in the table "
        + "(static), and behind attention (contextual).")
    let steps = sheet.isBrief ? 150 : 400
    func trained(_ isCausal: Bool) -> SenseClassifier {
      let model = SenseClassifier(sentences, mask: isCausal ? .causal : .none, seed: 2)
      model.train(on: sentences, steps: steps, every: steps) { _, _ in }
      return model
    }
    let both = trained(false), causal = trained(true)
    let untrained = SenseClassifier(sentences, mask: .none, seed: 2)
    func pair(_ first: Int, _ second: Int, _ model: SenseClassifier) -> Double {
      let vectors = model.vectors([sentences[first], sentences[second]]).rows
      return cosine(vectors[0], vectors[1])
    }
    func row(_ title: String, _ model: SenseClassifier) -> [String] {
      [title, decimal(pair(0, 4, model), 3), decimal(pair(8, 12, model), 3)]
    }
    let table = both.tokens.weight.rows[Int(both.ids(["bank"])[0])]
    sheet.table(
      ["cosine of its two vectors", "bank", "apple"],
      [
        ["static (table)"] + [decimal(cosine(table, table), 3), decimal(cosine(table, table), 3)],
        row("contextual, untrained", untrained), row("contextual, trained", both),
        row("causal, trained", causal),
      ])
    sheet.say(
      "bank: “money bank grows” and “river bank flows”. apple: “apple sells phones” and “apple tastes "
        + "sweet”. 1 is the same direction, -1 the opposite.")
    sheet.values["bank, trained"] = pair(0, 4, both)
    sheet.values["apple, trained"] = pair(8, 12, both)
    sheet.values["apple, causal"] = pair(8, 12, causal)

    sheet.section("Why the causal layer fails on apple")
    func accuracy(_ model: SenseClassifier, _ range: Range<Int>) -> Double {
      model.accuracy(on: Array(sentences[range]))
    }
    sheet.table(
      ["told right", "bank", "apple"],
      [("both directions", both), ("causal", causal)].map {
        [
          $0.0, percent(accuracy($0.1, 0..<8), places: 0),
          percent(accuracy($0.1, 8..<16), places: 0),
        ]
      })
    sheet.values["causal accuracy on apple"] = accuracy(causal, 8..<16)
    sheet.values["accuracy on apple"] = accuracy(both, 8..<16)
    sheet.say(
      "“apple” is the first word: under a causal mask it sees itself alone, and its vector is the same in "
        + "all sentences. “bank” has “money” or “river” before it and manages.")
    sheet.heatMap(
      "“apple sells phones”, both directions", sentences[8].words, both.weights(sentences[8]))
    let company = both.probabilities([sentences[8]])[0][0],
      fruit = both.probabilities([sentences[12]])[0][1]
    sheet.values["probability of company"] = company
    sheet.values["probability of fruit"] = fruit
    sheet.say(
      "The trained layer is sure: “apple sells phones” is business with \(percent(company)), “apple tastes "
        + "sweet” nature with \(percent(fruit)).")
    sheet.recap(
      [
        "Static vectors: one for each word. Contextual vectors: one for each word in each sentence.",
        "Whether context helps depends on where it stands and on the mask.",
      ], missing: "a word that stands for another. Next: lessons pronouns.")
  }
}
