import Autograd
import Training
import Transformer

extension Lesson {
  /// A recurrent network beside attention: steps, gradients, and what its state knows.
  static let recurrence = Lesson(
    "recurrence", "Recurrent networks beside attention",
    "How far the first word is from the last, and what is left of its gradient there."
  ) { sheet in
    sheet.say(
      "A recurrent network (RNN) reads word after word and keeps a state: h_t = tanh(x_t W + h_{t-1} U). "
        + "Word 1 reaches word n through n - 1 states. Attention connects them in one step.")
    let lengths = [2.0, 10, 50, 1_000]
    sheet.check(
      "000.rnn-path-length", printed: "sequential computation, O(N) path length",
      [
        Figure(
          "rnn_steps_first_to_last", Shown(lengths.map { $0 - 1 }),
          label: "RNN, n = 2, 10, 50, 1000"),
        Figure("attention_steps", Shown(lengths.map { _ in 1 }), label: "attention"),
      ], .exact)
    gradients(on: &sheet)

    sheet.section("An RNN's state is contextual, too")
    let bank = vector([0.5, 0.5])
    func state(after word: [Double]) -> [Double] {
      (bank + vector(word).tanh().scaled(by: 0.5)).tanh().scalars
    }
    let money = state(after: [1, 0]), river = state(after: [0, 1])
    sheet.check(
      "001.rnn-static", printed: "an RNN's representation of a word is static",
      [
        Figure("h(bank) in 'money bank'", Shown(money), label: "bank after money"),
        Figure("h(bank) in 'river bank'", Shown(river), label: "bank after river"),
        Figure("difference", Shown((vector(money) - vector(river)).scalars)),
      ], .wrong,
      "the state of “bank” differs. What a one-way RNN lacks is the words to the right, and so does causal "
        + "attention.")
    let averaged = [[[2.0, 0], [0, 2]], [[1.0, 1], [1, 1]]].map { mixture([0.5, 0.5], $0) }
    sheet.check(
      "001.no-information-loss", printed: "attention: no information loss",
      [
        Figure("w V1", Shown(averaged[0]), label: "½ (2, 0) + ½ (0, 2)"),
        Figure("w V2", Shown(averaged[1]), label: "½ (1, 1) + ½ (1, 1)"),
      ], .overstated,
      "a mean does not say what it is the mean of. What holds: the path is one step.")
    copying(on: &sheet)
    music(on: &sheet)
    sheet.section("Windows and memory")
    sheet.check(
      "003.context-window", printed: "RNN: fixed context window; self-attention: unlimited memory",
      [
        Figure("rnn state numbers at length n", Shown("d (constant)"), label: "RNN's state"),
        Figure(
          "attention key+value numbers at length n", Shown("2 n d (grows)"),
          label: "keys and values"),
        Figure("score numbers", Shown("n^2"), label: "scores"),
      ], .wrong, "the other way round: an RNN has no window, a transformer has.")
    sheet.table(
      ["", "RNN", "self-attention"],
      [
        ["work", "n d²", "n² d"], ["steps that wait", "n", "1"],
        ["path from word 1 to n", "n - 1", "1"],
        ["memory while writing", "d", "2 n d"],
      ])
    sheet.recap(
      [
        "Attention wins by short paths and by working on all words at once, not by less work.",
        "An RNN forgets by its gradient; attention shares its gradient among the words it sees.",
      ], missing: "how the matrices are learned. Next: lessons gradients.")
  }

  /// dh_n/dh_1 of h_t = factor · h_{t-1}, by backward through the graph.
  private static func passed(_ factor: Double, words: Int) -> Double {
    let first = Tensor<Double>(1, requiresGradient: true)
    (1..<words).reduce(first) { h, _ in h.scaled(by: factor) }.backward()
    return first.gradient?.scalar ?? 0
  }

  private static func gradients(on sheet: inout LessonSheet) {
    sheet.section("What is left of a gradient after 49 steps")
    let values = Tensor<Double>(repeating: 1, shape: [50, 1], requiresGradient: true)
    Tensor<Double>(repeating: 0, shape: [1, 50]).softmax().matmul(values).sum().backward()
    sheet.check(
      "001.long-range-50", printed: "word 1 fades at word 50; attention connects them directly",
      [
        Figure("rnn_hops", Shown(49), label: "steps of an RNN"),
        Figure("attention_hops", Shown(1), label: "of attention"),
        Figure("0.9^49", Shown(passed(0.9, words: 50)), label: "0.9 in each step"),
        Figure("0.5^49", Shown(passed(0.5, words: 50)), label: "0.5 in each step"),
        Figure("1.1^49 (explodes)", Shown(passed(1.1, words: 50)), label: "1.1 in each step"),
        Figure(
          "attention gradient with uniform weights 1/50", Shown(values.gradient?[0, 0] ?? 0),
          label: "attention, equal weights"),
      ], .exact, "in direction: equal weights pass a fiftieth of the gradient, not all of it.")
  }

  /// A task over 50 words, learned by attention and by a recurrent network in as many updates.
  private static func copying(on sheet: inout LessonSheet) {
    sheet.section("Word 1 wanted at word 50")
    let letters = ["a", "b", "c", "d", "e", "f"], length = sheet.isBrief ? 20 : 50
    let steps = sheet.isBrief ? 60 : 150
    func batch(_ count: Int, _ step: Int) -> [Sense] {
      let random = RandomStream(seed: 1, "letters", step: step)
      return (0..<count).map { sentence in
        let places = (0..<length - 1).map {
          random.integer(below: letters.count, at: sentence * length + $0)
        }
        return Sense(
          places.map { letters[$0] }.joined(separator: " ") + " *?*", Int32(places[0]))
      }
    }
    let tests = batch(100, steps)
    let attention = SenseClassifier(
      tests, width: 32, senses: letters.count, mask: .causal, hasPositions: true, seed: 1)
    let network = RecurrentClassifier(attention.vocabulary, senses: letters.count, seed: 1)
    let optimizers = [attention.parameters, network.parameters].map { Optimizer(.adam(), $0) }
    for step in 0..<steps {
      let sentences = batch(32, step)
      for (loss, optimizer) in zip(
        [
          attention.loss(sentences, dividedBy: 32, context: nil),
          network.logits(sentences).crossEntropy(sentences.map(\.sense)),
        ], optimizers)
      {
        loss.backward()
        optimizer.step(rate: 0.01)
      }
    }
    let shares = [attention.accuracy(on: tests), network.accuracy(on: tests)]
    (sheet.values["first word, attention"], sheet.values["first word, RNN"]) = (
      shares[0], shares[1]
    )
    sheet.say(
      "\(length - 1) random letters, then a question mark: which was the first letter? A causal attention "
        + "layer with positions and an RNN, both of width 32, get the same \(steps) updates of 32 sentences. Of "
        + "100 new sentences attention tells \(percent(shares[0], places: 0)), the RNN "
        + "\(percent(shares[1], places: 0)); guessing gives \(percent(1 / Double(letters.count), places: 0)). "
        + "An RNN can learn it, with more updates and more care (gates, as in LSTM).")
  }

  private static func music(on sheet: inout LessonSheet) {
    let sentence = """
      The company Apple, which was founded in 1976 by Steve Jobs and Steve Wozniak in a garage, released \
      revolutionary products like iPhone, iPad, and Mac computers that changed the technology industry \
      forever, and today continues to innovate with features like Siri, FaceID, Apple Watch, AirPods, and \
      Apple Music streaming service.
      """
    let words = sentence.split(separator: " ").map { $0.filter { !",.".contains($0) } }
    let apples = words.indices.filter { words[$0] == "Apple" }
    let music = words.firstIndex(of: "Music") ?? 0
    sheet.section("The sentence about Apple Music")
    sheet.check(
      "001.apple-music", printed: "an RNN struggles to remember “Apple” from the beginning",
      [
        Figure("words", Shown(words.count)),
        Figure(
          "positions of 'Apple' (0-based)", Shown(apples.map(Double.init)), label: "places of Apple"
        ),
        Figure("position of 'Music'", Shown(music), label: "place of Music"),
        Figure(
          "rnn hops first Apple -> Music", Shown(music - apples[0]), label: "steps from the first"),
        Figure(
          "rnn hops nearest Apple -> Music", Shown(music - (apples.last ?? 0)),
          label: "from the nearest"),
        Figure("attention hops", Shown(1), label: "steps of attention"),
      ], .supplied, "A weak example: “Apple” stands right before “Music”.")
  }
}

/// A recurrent network whose last state says the sense: hₜ = tanh(xₜ W + hₜ₋₁ U + b).
private struct RecurrentClassifier {
  let parameters = ParameterStore<Double>()
  let vocabulary: [String]
  let tokens: Embedding<Double>
  let input, state, head: Linear<Double>

  init(_ vocabulary: [String], senses: Int, width: Int = 32, seed: UInt64) {
    self.vocabulary = vocabulary
    let root = parameters.root, deviation = 1 / Double(width).squareRoot()
    tokens = Embedding(vocabulary.count, width, deviation: 0.5, in: root["tokens"])
    input = Linear(width, width, deviation: deviation, in: root["input"])
    state = Linear(width, width, bias: false, deviation: deviation, in: root["state"])
    head = Linear(width, senses, deviation: 0.1, in: root["head"])
    parameters.initialize(seed: seed)
  }

  /// `[sentences, senses]`.
  func logits(_ sentences: [Sense]) -> Tensor<Double> {
    var h: Tensor<Double>?
    for place in sentences[0].words.indices {
      let ids = sentences.map { Int32(vocabulary.firstIndex(of: $0.words[place]) ?? 0) }
      let x = input(tokens(ids, shape: [ids.count]))
      h = (h.map { state($0, adding: x) } ?? x).tanh()
    }
    return head(h ?? Tensor(repeating: 0, shape: [sentences.count, 1]))
  }

  func accuracy(on sentences: [Sense]) -> Double {
    let rows = withoutGradients { logits(sentences).rows }
    let right = zip(sentences, rows).count { sentence, row in
      row.indices.max { row[$0] < row[$1] } == Int(sentence.sense)
    }
    return Double(right) / Double(sentences.count)
  }
}
