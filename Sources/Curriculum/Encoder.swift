import Autograd
import Training
import Transformer

/// Blocks that look in both directions (or, with a mask, backwards only) over whole sentences of equal
/// length: the encoder of Vaswani et al. (2017), and BERT's.
struct Encoder {
  let vocabulary: [String]
  let tokens: Embedding<Float>
  let blocks: [TransformerBlock<Float>]
  let norm: LayerNorm<Float>
  private let waves: Tensor<Float>?

  init(
    _ vocabulary: [String], layers: Int, width: Int = 32, hasPositions: Bool = true,
    in scope: ParameterScope<Float>
  ) {
    self.vocabulary = vocabulary
    let deviation = 1 / Double(width).squareRoot()
    let size = GPTConfiguration(
      vocabularySize: vocabulary.count, contextLength: 64, width: width, layers: layers, heads: 1,
      initializerDeviation: deviation)
    tokens = Embedding(vocabulary.count, width, deviation: deviation, in: scope["tokens"])
    blocks = (0..<layers).map { TransformerBlock(size, in: scope["blocks"][$0]) }
    norm = LayerNorm(width, in: scope["norm"])
    waves = hasPositions ? sinusoidalPositions(length: 64, width: width) : nil
  }

  /// The number of a word in the vocabulary.
  func id(_ word: String) -> Int32 { Int32(vocabulary.firstIndex(of: word) ?? 0) }

  /// The vectors of the words with their places, `[sentences, words, width]`.
  func embedded(_ sentences: [[String]]) -> Tensor<Float> {
    let length = sentences[0].count
    let x = tokens(sentences.joined().map(id), shape: [sentences.count, length])
    guard let waves else { return x }
    return x + waves.rows(at: (0..<length).map(Int32.init))
  }

  /// The vectors of the words in their sentences, `[sentences, words, width]`.
  func callAsFunction(
    _ sentences: [[String]], mask: AttentionMask = .none,
    observer: AttentionObserver<Float>? = nil
  ) -> Tensor<Float> {
    var x = embedded(sentences)
    for (layer, block) in blocks.enumerated() {
      x = block(x, mask: mask, observer: observer.map { observer in { observer(layer, $0) } })
    }
    return norm(x)
  }

  /// The vector of one word of each sentence, `[sentences, width]`.
  func vectors(
    _ sentences: [[String]], at places: [Int], mask: AttentionMask = .none,
    observer: AttentionObserver<Float>? = nil
  ) -> Tensor<Float> {
    let y = self(sentences, mask: mask, observer: observer), length = sentences[0].count
    return y.reshaped([sentences.count * length, -1])
      .rows(at: zip(sentences.indices, places).map { Int32($0 * length + $1) })
  }
}

/// Updates parameters so many times; the loss is computed anew for each step.
///
/// - Returns: The loss before the last update.
@discardableResult
func descend(
  _ parameters: ParameterStore<Float>, steps: Int, rate: Double,
  loss: (_ step: Int) -> Tensor<Float>
) -> Double {
  let optimizer = Optimizer<Float>(.adam(), parameters)
  var last = 0.0
  for step in 0..<steps {
    let loss = loss(step)
    last = Double(loss.scalar)
    loss.backward()
    // The last quarter of the way in smaller and smaller steps.
    let rest = min(1, 4 * Double(steps - step) / Double(steps))
    optimizer.step(rate: rate * rest)
  }
  return last
}

/// Softmax of each row of logits.
func probabilities(_ logits: Tensor<Float>) -> [[Double]] { logits.softmax().rows }
