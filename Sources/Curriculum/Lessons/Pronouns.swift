import Autograd
import Transformer

extension Lesson {
  /// "The animal didn't cross the street because it was too tired": whom "it" attends to after training.
  static let pronouns = Lesson(
    "pronouns", "What “it” stands for",
    "“… because it was too tired” or “too wide”: a trained “it” attends to the noun that it stands for."
  ) { sheet in
    let creatures = ["animal", "dog", "child", "horse"],
      places = ["street", "road", "river", "field"]
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
      "Who was too tired, and what was too wide? A model learns to name, at the word “it”, the noun that it "
        + "stands for. \(training.count) sentences: four creatures, four places, six reasons. “animal” and "
        + "“street” are never seen together.")
    sheet.lines(
      "it′ = it  + attention(norm(it),  all words)",
      "it″ = it′ + attention(norm(it′), all words)", "      it″ · vector of each word → the noun")
    sheet.say(
      "Only “it” changes, twice; the other words keep their vectors, so that what “it” needs it must fetch "
        + "itself: first the reason, then a noun that fits.")
    let model = Resolver(Set(training.joined()).sorted(), seed: 1)
    let loss = descend(model.parameters, steps: sheet.isBrief ? 50 : 80, rate: 0.005) { _ in
      model.vectors(training).crossEntropy(
        head: model.words.tokens.weight, targets: training.map { model.words.id(noun($0)) },
        dividedBy: training.count)
    }
    sheet.say(
      "After training the loss is \(decimal(loss, 4)). Two sentences that it has never seen:")
    for reason in ["tired", "wide"] {
      let words = sentence("animal", "street", reason)
      var rows: [[Double]] = []
      let shares = withoutGradients {
        probabilities(
          model.vectors([words]) { rows.append($0.rows[0]) }
            .linear(model.words.tokens.weight, transposingWeight: true))[0]
      }
      sheet.arcs("too \(reason), first: what “it” attends to", words, from: Resolver.it, rows[0])
      sheet.arcs("too \(reason), then", words, from: Resolver.it, rows[1])
      let animal = shares[Int(model.words.id("animal"))]
      let street = shares[Int(model.words.id("street"))]
      sheet.values["\(reason): animal over street"] = rows[1][1] - rows[1][5]
      sheet.values["\(reason): probability"] = reason == "tired" ? animal : street
      sheet.say(
        "“it” is the animal with \(percent(animal)), the street with \(percent(street)); its weight on "
          + "“animal” is \(decimal(rows[1][1], 2)), on “street” \(decimal(rows[1][5], 2)).")
    }
    sheet.say(
      "The word that decides comes after “it”: under a causal mask “it” could not see it. In a whole "
        + "transformer every word changes, and another word may fetch the noun for “it”; then its weight on "
        + "the noun can be small, and the answer right all the same. See lessons reading-attention."
    )
    sheet.recap(
      [
        "A pronoun can find its noun by attention; the last word of the sentence decides which.",
        "Nobody told the model which word to attend to; it was asked for the noun.",
      ], missing: "a model that fills any gap. Next: lessons masked-words.")
  }
}

/// Resolves "it": a query that attends twice to the vectors of all words of its sentence.
private struct Resolver {
  /// The place of "it".
  static let it = 7

  let parameters = ParameterStore<Float>()
  let words: Encoder
  let hops: [(norm: LayerNorm<Float>, attention: MultiHeadAttention<Float>)]

  init(_ vocabulary: [String], width: Int = 32, seed: UInt64) {
    let root = parameters.root
    words = Encoder(vocabulary, layers: 0, width: width, hasPositions: false, in: root["words"])
    hops = (0..<2).map { hop in
      (
        LayerNorm(width, in: root["norm"][hop]),
        MultiHeadAttention(
          width: width, heads: 1, deviation: 1 / Double(width).squareRoot(),
          in: root["attention"][hop])
      )
    }
    parameters.initialize(seed: seed)
  }

  /// The vector of "it" behind both attentions, `[sentences, width]`.
  func vectors(
    _ sentences: [[String]], observer: ((Tensor<Float>) -> Void)? = nil
  ) -> Tensor<Float> {
    let all = words.embedded(sentences)
    var it = words.embedded(sentences.map { [$0[Self.it]] })
    for hop in hops {
      it = hop.attention(
        queries: hop.norm(it), keysAndValues: all, adding: it, mask: .none, observer: observer)
    }
    return it.reshaped([sentences.count, -1])
  }
}
