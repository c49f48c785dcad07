import Autograd
import Transformer

/// An encoder that reads a sentence and a decoder that writes another, one word after the other, with
/// attention to what was read (Vaswani et al. 2017, 3.1).
struct EncoderDecoder {
  static let (start, end) = ("<start>", "<end>")

  let parameters = ParameterStore<Float>()
  let encoder: Encoder
  let target: Encoder
  let blocks: [DecoderBlock]

  init(from source: [String], to target: [String], layers: Int, seed: UInt64) {
    let root = parameters.root
    encoder = Encoder(source, layers: layers, in: root["encoder"])
    // Of this one the table of vectors, the places and the norm are used; it has no blocks.
    self.target = Encoder([Self.start, Self.end] + target, layers: 0, in: root["decoder"])
    blocks = (0..<layers).map { DecoderBlock(width: 32, in: root["decoder"]["blocks"][$0]) }
    parameters.initialize(seed: seed)
  }

  /// The vectors from which the next words are predicted, `[sentences, words, width]`.
  func hidden(
    _ sources: [[String]], _ targets: [[String]], observer: AttentionObserver<Float>? = nil
  ) -> Tensor<Float> {
    let memory = encoder(sources)
    var x = target.embedded(targets)
    for (layer, block) in blocks.enumerated() {
      x = block(x, memory, observer: observer.map { observer in { observer(layer, $0) } })
    }
    return target.norm(x)
  }

  /// The mean loss of writing `targets` for `sources`; all sources, and all targets, are equally long.
  func loss(_ sources: [[String]], _ targets: [[String]]) -> Tensor<Float> {
    let x = hidden(sources, targets.map { [Self.start] + $0 })
    let next = targets.flatMap { ($0 + [Self.end]).map(target.id) }
    return x.crossEntropy(head: target.tokens.weight, targets: next, dividedBy: next.count)
  }

  /// Writes the likeliest word, and again, until the end or `limit` words.
  func translation(of source: [String], limit: Int = 12) -> [String] {
    withoutGradients {
      var words = [Self.start]
      while words.count <= limit {
        let x = hidden([source], [words])
        let logits = x.linear(target.tokens.weight, transposingWeight: true).rows[words.count - 1]
        let best = logits.indices.max { logits[$0] < logits[$1] } ?? 0
        guard target.vocabulary[best] != Self.end else { break }
        words.append(target.vocabulary[best])
      }
      return Array(words.dropFirst())
    }
  }

  /// What each word, as it is written, attends to in the source, in the last layer.
  func crossWeights(_ source: [String], _ words: [String]) -> [[Double]] {
    var weights: [[Double]] = []
    withoutGradients {
      _ = hidden([source], [[Self.start] + words]) { weights = $1.rows }
    }
    return weights
  }
}

/// Causal self-attention, attention to the encoder's words, feed-forward; each normalised and added.
struct DecoderBlock {
  let norms: [LayerNorm<Float>]
  let selfAttention, crossAttention: MultiHeadAttention<Float>
  let feedForward: FeedForward<Float>

  init(width: Int, in scope: ParameterScope<Float>) {
    let deviation = 1 / Double(width).squareRoot()
    norms = (1...3).map { LayerNorm(width, in: scope["norm\($0)"]) }
    selfAttention = MultiHeadAttention(
      width: width, heads: 1, deviation: deviation, in: scope["attention"])
    crossAttention = MultiHeadAttention(
      width: width, heads: 1, deviation: deviation, in: scope["cross"])
    feedForward = FeedForward(
      width, hidden: 4 * width, deviation: deviation, in: scope["feedForward"])
  }

  func callAsFunction(
    _ x: Tensor<Float>, _ memory: Tensor<Float>, observer: ((Tensor<Float>) -> Void)?
  ) -> Tensor<Float> {
    let y = selfAttention(queries: norms[0](x), adding: x, mask: .causal)
    let z = crossAttention(
      queries: norms[1](y), keysAndValues: memory, adding: y, mask: .none, observer: observer)
    return feedForward(norms[2](z), adding: z)
  }
}
