import Autograd
import Training
import Transformer

/// A sentence, the place of the word in question, and the number of its sense.
struct Sense {
  let words: [String]
  let place: Int
  let sense: Int32

  /// The word in question is the one that stands between asterisks, as in `money *bank* grows`.
  init(_ sentence: String, _ sense: Int32) {
    let parts = sentence.split(separator: " ").map(String.init)
    place = parts.firstIndex { $0.hasPrefix("*") } ?? 0
    words = parts.map { $0.filter { $0 != "*" } }
    self.sense = sense
  }
}

/// One attention layer that tells the sense of a word: embedding, attention, head. There is no residual
/// connection, so all that the head learns of a word comes through attention.
struct SenseClassifier: Model {
  let parameters = ParameterStore<Double>()
  let vocabulary: [String]
  let mask: AttentionMask
  let tokens: Embedding<Double>
  let attention: MultiHeadAttention<Double>
  let head: Tensor<Double>
  private let waves: Tensor<Double>?

  init(
    _ sentences: [Sense], width: Int = 16, senses: Int = 2, mask: AttentionMask,
    hasPositions: Bool = false, seed: UInt64
  ) {
    vocabulary = Set(sentences.flatMap(\.words)).sorted()
    self.mask = mask
    waves = hasPositions ? sinusoidalPositions(length: 64, width: width) : nil
    let root = parameters.root
    tokens = Embedding(vocabulary.count, width, deviation: 0.5, in: root["tokens"])
    attention = MultiHeadAttention(
      width: width, heads: 1, deviation: 1 / Double(width).squareRoot(), in: root["attention"])
    head = Embedding(senses, width, deviation: 0.1, in: root["head"]).weight
    parameters.initialize(seed: seed)
  }

  func ids(_ words: [String]) -> [Int32] {
    words.map { word in Int32(vocabulary.firstIndex(of: word) ?? 0) }
  }

  /// The vectors of the words in question, `[sentences, width]`; all sentences are equally long.
  func vectors(
    _ sentences: [Sense], observer: ((Tensor<Double>) -> Void)? = nil
  ) -> Tensor<Double> {
    let length = sentences[0].words.count
    var x = tokens(sentences.flatMap { ids($0.words) }, shape: [sentences.count, length])
    if let waves { x = x + waves.rows(at: (0..<length).map(Int32.init)) }
    let y = attention(queries: x, mask: mask, observer: observer)
    return y.reshaped([sentences.count * length, -1])
      .rows(at: sentences.enumerated().map { Int32($0.offset * length + $0.element.place) })
  }

  func loss(_ batch: [Sense], dividedBy count: Int, context: StepContext?) -> Tensor<Double> {
    vectors(batch).crossEntropy(head: head, targets: batch.map(\.sense), dividedBy: count)
  }

  /// The probabilities of the senses of each word in question.
  func probabilities(_ sentences: [Sense]) -> [[Double]] {
    withoutGradients {
      vectors(sentences).linear(head, transposingWeight: true).softmax().rows
    }
  }

  /// The share of the sentences whose sense has the largest probability.
  func accuracy(on sentences: [Sense]) -> Double {
    let right = zip(sentences, probabilities(sentences)).count { sentence, shares in
      shares.indices.max { shares[$0] < shares[$1] } == Int(sentence.sense)
    }
    return Double(right) / Double(sentences.count)
  }

  /// What the words of a sentence attend to.
  func weights(_ sentence: Sense) -> [[Double]] {
    var weights: [[Double]] = []
    withoutGradients { _ = vectors([sentence]) { weights = $0.rows } }
    return weights
  }

  /// Updates all parameters so many times; each update sees all sentences.
  ///
  /// - Parameter observer: Is told the number of updates made, and the loss before the next, at the given
  ///   interval and at the end.
  func train(
    on sentences: [Sense], steps: Int, rate: Double = 0.01, every interval: Int,
    observer: (_ step: Int, _ loss: Double) -> Void
  ) {
    let optimizer = Optimizer(.adam(), parameters)
    for step in 0..<steps {
      let loss = loss(sentences, dividedBy: sentences.count, context: nil)
      if step.isMultiple(of: interval) { observer(step, loss.scalar) }
      loss.backward()
      optimizer.step(rate: rate)
    }
    observer(
      steps, withoutGradients { loss(sentences, dividedBy: sentences.count, context: nil).scalar })
  }
}
