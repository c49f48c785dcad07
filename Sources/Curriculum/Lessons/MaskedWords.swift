import Autograd
import Transformer
import Visualization

extension Lesson {
  /// A model in the manner of BERT: it sees both sides of a gap and fills it.
  static let maskedWords = Lesson(
    "masked-words", "Filling a gap",
    "“the [MASK] by the river”: a bidirectional model trained on sentences with a word hidden."
  ) { sheet in
    let gap = "[MASK]"
    let corpus = [
      "the bank by the river", "the tree by the river", "the boat on the river",
      "the fish in the river", "the water in the river", "the stone in the river",
      "the money in the bank", "the loan from the bank", "the queue in the bank",
      "the clerk of the bank", "the train to the city", "the house in the city",
      "the bus to the city", "the bird in the garden", "the apple in the garden",
      "the tree in the garden",
    ].map { $0.split(separator: " ").map(String.init) }
    sheet.say(
      "GPT learns to say what comes next and sees what came before. BERT (Devlin et al. 2018) learns to say "
        + "what stands in a gap and sees both sides. Here: two blocks, \(corpus.count) sentences of five words; in "
        + "each step one word of every sentence is replaced by \(gap), and the loss is that of this word."
    )
    let vocabulary = [gap] + Set(corpus.joined()).sorted()

    func hidden(_ sentence: [String], _ place: Int) -> [String] {
      sentence.indices.map { $0 == place ? gap : sentence[$0] }
    }
    func trained(_ mask: AttentionMask) -> Encoder {
      let parameters = ParameterStore<Float>()
      let model = Encoder(vocabulary, layers: 2, in: parameters.root)
      parameters.initialize(seed: 1)
      descend(parameters, steps: sheet.isBrief ? 120 : 300, rate: 0.003) { step in
        let random = RandomStream(seed: 1, "gaps", step: step)
        let places = corpus.indices.map { random.integer(below: 5, at: $0) }
        return model.vectors(zip(corpus, places).map(hidden), at: places, mask: mask)
          .crossEntropy(
            head: model.tokens.weight, targets: zip(corpus, places).map { model.id($0[$1]) },
            dividedBy: corpus.count)
      }
      return model
    }
    let both = trained(.none), causal = trained(.causal)
    func candidates(
      _ sentence: String, _ model: Encoder, _ mask: AttentionMask
    ) -> [(token: String, probability: Double)] {
      let words = sentence.split(separator: " ").map(String.init)
      let place = words.firstIndex(of: gap) ?? 0
      let shares = withoutGradients {
        probabilities(
          model.vectors([words], at: [place], mask: mask)
            .linear(model.tokens.weight, transposingWeight: true))[0]
      }
      return zip(vocabulary, shares).sorted { $0.1 > $1.1 }.prefix(3)
        .map { (token: $0, probability: $1) }
    }
    for sentence in [
      "the \(gap) by the river", "the \(gap) from the bank", "the money in the \(gap)",
    ] {
      sheet.section(sentence)
      let seen = candidates(sentence, both, .none)
      sheet.say("Both directions:")
      sheet.block(probabilityBars(seen, style: sheet.style))
      sheet.say("Backwards only, trained alike:")
      sheet.block(probabilityBars(candidates(sentence, causal, .causal), style: sheet.style))
      sheet.values["right words for \(sentence)"] = Double(
        seen.count { candidate in
          corpus.contains(
            sentence.replacing(gap, with: candidate.token).split(separator: " ").map(String.init))
        })
    }
    sheet.say(
      "In the first two the deciding word comes after the gap: the causal model guesses among all that "
        + "ever followed “the”. In the third all of it comes before, and the causal model does better."
    )
    sheet.recap(
      [
        "Hide a word, predict it, see both sides: an encoder learns from plain text, too.",
        "Such a model understands what is there; it does not write on.",
      ],
      missing: "a model that reads one sentence and writes another. Next: lessons translation.")
  }
}
