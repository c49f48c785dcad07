import Autograd

extension Lesson {
  /// Attention before, during and after training on the sense of "apple".
  static let learning = Lesson(
    "learning", "How the matrices learn",
    "“apple launched phone”: whom does “apple” attend to before, during and after training?"
  ) { sheet in
    sheet.say(
      "The task: is “apple” the company or the fruit? One attention layer without a mask, and a head that "
        + "sees only what attention brings to “apple”. Twelve sentences; the matrices begin at random."
    )
    let sentences =
      [
        "launched phone", "launched laptop", "unveiled phone", "unveiled laptop", "sells phone",
        "sells laptop",
      ]
      .map { Sense("*apple* " + $0, 0) }
      + ["tasted sweet", "tasted sour", "fell ripe", "fell sweet", "grew sour", "grew ripe"]
      .map { Sense("*apple* " + $0, 1) }
    let model = SenseClassifier(sentences, mask: .none, seed: 4)
    let shown = sentences[0]
    let steps = 300
    var history: [(step: Int, loss: Double, row: [Double])] = []
    model.train(on: sentences, steps: steps, rate: 0.002, every: steps / 6) { step, loss in
      let weights = model.weights(shown)
      history.append((step, loss, weights[shown.place]))
      if [0, steps / 6, steps].contains(step) {
        sheet.heatMap("after \(step) updates", shown.words, weights)
      }
    }
    sheet.section("The row of “apple”")
    sheet.table(
      ["updates", "loss"] + shown.words,
      history.map { [String($0.step), decimal($0.loss, 4)] + $0.row.map { decimal($0, 3) } })
    let accuracy = model.accuracy(on: sentences)
    sheet.values["apple on itself, before"] = history.first?.row[0]
    sheet.values["apple on itself, after"] = history.last?.row[0]
    sheet.values["accuracy"] = accuracy
    sheet.values["probability of company"] = model.probabilities([shown])[0][0]
    sheet.say(
      "“apple” stands in every sentence and says nothing about its sense, so the layer learns to look away "
        + "from it, to the words that decide. \(percent(accuracy, places: 0)) of the sentences are told right; "
        + "“company” has \(percent(model.probabilities([shown])[0][0])) for “\(shown.words.joined(separator: " "))”."
    )
    sheet.check(
      "003.weights-sum-learning", printed: "before 0.8, 0.1, 0.1; after 0.1, 0.4, 0.5",
      [Figure("sums", Shown(matrix([[0.8, 0.1, 0.1], [0.1, 0.4, 0.5]]).sum(axis: 1)))], .exact,
      "the sums are right and the end is like ours; but random weights prefer nothing, and this picture "
        + "was made up. The table above was measured.")
    tasks(sentences, shown, history.last?.row ?? [], on: &sheet)
    sheet.recap(
      [
        "Nothing tells the layer where to look; the loss alone does.",
        "Weights before training mean nothing; what they mean afterwards depends on the task.",
      ], missing: "does the vector of the word change, too? Next: lessons polysemy.")
  }

  /// The same sentences with another question.
  private static func tasks(
    _ sentences: [Sense], _ shown: Sense, _ learned: [Double], on sheet: inout LessonSheet
  ) {
    sheet.section("Another task, another attention")
    sheet.say("The same layer, asked instead which of six verbs stands in the sentence:")
    let verbs = ["launched", "unveiled", "sells", "tasted", "fell", "grew"]
    let relabelled = sentences.map { sentence in
      Sense(
        "*apple* " + sentence.words.dropFirst().joined(separator: " "),
        Int32(verbs.firstIndex(of: sentence.words[1]) ?? 0))
    }
    let steps = 300
    let model = SenseClassifier(relabelled, senses: verbs.count, mask: .none, seed: 4)
    let before = model.weights(shown)[0]
    model.train(on: relabelled, steps: steps, rate: 0.002, every: steps) { _, _ in }
    let row = model.weights(shown)[0]
    sheet.values["verb task on the verb"] = row[1]
    sheet.numbers(
      "row of apple", [before, learned, row],
      rows: ["untrained", "company or fruit?", "which verb?"],
      columns: shown.words, places: 3)
  }
}
