import Autograd
import Transformer

extension Lesson {
  /// "The animal didn't cross the street because it was too tired": whom "it" attends to after training.
  static let pronouns = Lesson(
    "pronouns", "What “it” stands for",
    "“… because it was too tired” or “too wide”: a trained “it” attends to the noun that it stands for."
  ) { sheet in
    let creatures = ["animal", "dog", "child", "horse"], places = ["street", "road", "river", "field"]
    let reasons = ["tired", "small", "scared", "wide", "deep", "busy"]
    func sentence(_ creature: String, _ place: String, _ reason: String) -> [String] {
      "The \(creature) didn't cross the \(place) because it was too \(reason)"
        .split(separator: " ").map(String.init)
    }
    var training: [[String]] = []
    for creature in creatures {
      for place in places where (creature, place) != ("animal", "street") {
        training += reasons.map { sentence(creature, place, $0) }
      }
    }
    func noun(_ words: [String]) -> String {
      ["tired", "small", "scared"].contains(words[10]) ? words[1] : words[5]
    }
    sheet.say(
      "Who was too tired, and what was too wide? A model of two bidirectional blocks learns to name, at the "
        + "word “it”, the noun that it stands for. \(training.count) sentences: four creatures, four places, six "
        + "reasons. “animal” and “street” are never seen together.")
    let vocabulary = Set(training.joined()).sorted()
    let parameters = ParameterStore<Float>()
    let model = Encoder(vocabulary, layers: 2, hasPositions: false, in: parameters.root)
    parameters.initialize(seed: 1)
    let it = 7
    func logits(_ sentences: [[String]], observer: AttentionObserver<Float>? = nil) -> Tensor<Float>
    {
      model.vectors(sentences, at: sentences.map { _ in it }, observer: observer)
        .linear(model.tokens.weight, transposingWeight: true)
    }
    let loss = descend(parameters, steps: sheet.isBrief ? 60 : 150, rate: 0.003) { _ in
      model.vectors(training, at: training.map { _ in it }).crossEntropy(
        head: model.tokens.weight, targets: training.map { model.id(noun($0)) },
        dividedBy: training.count)
    }
    sheet.say("After training the loss is \(decimal(loss, 4)). Two sentences that it has never seen:")
    for reason in ["tired", "wide"] {
      let words = sentence("animal", "street", reason)
      var row: [Double] = []
      let shares = withoutGradients {
        probabilities(logits([words]) { layer, weights in if layer == 1 { row = weights.rows[it] } })[0]
      }
      sheet.arcs("too \(reason): what “it” attends to, layer 2", words, from: it, row)
      let (animal, street) = (shares[Int(model.id("animal"))], shares[Int(model.id("street"))])
      sheet.values["\(reason): animal over street"] = row[1] - row[5]
      sheet.values["\(reason): probability"] = reason == "tired" ? animal : street
      sheet.say(
        "“it” is the animal with \(percent(animal)), the street with \(percent(street)); its weight on "
          + "“animal” is \(decimal(row[1], 2)), on “street” \(decimal(row[5], 2)).")
    }
    sheet.say(
      "The word that decides comes after “it”, so this needs both directions. And it needs two blocks: in "
        + "the first “it” learns the reason, in the second it looks for a noun that fits.")
    sheet.recap(
      [
        "A pronoun can find its noun by attention, and the last word of the sentence turns it round.",
        "Nobody told the model which word to attend to; it was asked for the noun.",
      ], missing: "a model that fills any gap. Next: lessons masked-words.")
  }
}
