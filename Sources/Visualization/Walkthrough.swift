import Autograd
import Foundation
public import Transformer

/// A GPT's forward pass once more, in double precision and in plain loops, with every value in between
/// kept: what a fast kernel fuses can be looked at here, and compared with.
public struct Walkthrough: Sendable {
  /// Rows of numbers, one for each token.
  public typealias Matrix = [[Double]]

  /// What one head computes.
  public struct Head: Sendable {
    /// The queries, keys and values, `[T, D]`, after rotary positions if the model has them.
    public let query: Matrix, key: Matrix, value: Matrix
    /// `weights[i][j]`, softmax of `query · key / √D` over the keys j ≤ i; later keys have 0.
    public let weights: Matrix
    /// What the head adds to the residual stream: weights · value · its rows of W_O, `[T, C]`.
    public let contribution: Matrix
  }

  /// What one block computes.
  public struct Layer: Sendable {
    /// The residual stream before the block, `[T, C]`.
    public let input: Matrix
    /// Its heads.
    public let heads: [Head]
    /// The bias of W_O, which belongs to no head, `[C]`.
    public let bias: [Double]
    /// The residual stream between attention and feed-forward network, `[T, C]`.
    public let middle: Matrix
    /// What the feed-forward network adds, `[T, C]`.
    public let feedForward: Matrix
    /// The residual stream behind the block, `[T, C]`.
    public let output: Matrix
  }

  /// The vectors of the tokens, `[T, C]`.
  public let tokens: Matrix
  /// What their positions add to them, `[T, C]`.
  public let positions: Matrix
  /// The blocks.
  public let layers: [Layer]
  /// The logits of the token after each, `[T, V]`.
  public let logits: Matrix

  private let gain: [Double], shift: [Double], epsilon: Double
  private let head: Matrix

  /// Walks through a model for some ids, at most its context.
  ///
  /// - Complexity: O(T · parameters) in one thread.
  public init<Scalar>(_ model: GPT<Scalar>, ids: [Int32]) {
    let configuration = model.configuration, width = configuration.width
    let parameters = Parameters(model)
    let scale = configuration.positions == .sinusoidal ? Double(width).squareRoot() : 1
    let table = parameters.matrix("tokens.weight", columns: width)
    tokens = ids.map { table[Int($0)].map { $0 * scale } }
    positions = Self.positions(configuration, parameters, count: ids.count)

    var x = sum(tokens, positions)
    var layers: [Layer] = []
    for index in 0..<configuration.layers {
      let layer = Layer(x, configuration, parameters.inside("blocks.\(index)."))
      layers.append(layer)
      x = layer.output
    }
    self.layers = layers
    gain = parameters.vector("norm.weight")
    shift = parameters.vector("norm.bias")
    epsilon = configuration.layerNormEpsilon
    head = configuration.isTied ? table : parameters.matrix("head.weight", columns: width)
    let (gain, shift, epsilon, head) = (gain, shift, epsilon, head)
    logits = x.map { row in
      let features = normalized(row, gain, shift, epsilon)
      return head.map { dot(features, $0) }
    }
  }

  /// The logits that the residual stream of a token would give after so many blocks: the last norm and
  /// the head applied to it (the logit lens, nostalgebraist 2020).
  public func lens(token: Int, after blocks: Int) -> [Double] {
    let stream = blocks == 0 ? layers[0].input : layers[blocks - 1].output
    let features = normalized(stream[token], gain, shift, epsilon)
    return head.map { dot(features, $0) }
  }

  /// A part of the model and what it adds to a logit.
  public struct Share: Sendable {
    /// As in "layer 0 head 1".
    public let name: String
    /// What it adds.
    public let logit: Double
  }

  /// What each part of the model adds to the logit of `id` after `token`.
  ///
  /// The last norm divides the whole residual stream by one number; with that number held, it is
  /// linear, and the shares sum to the logit (direct logit attribution, Elhage et al. 2021).
  public func attribution(of id: Int, after token: Int) -> [Share] {
    let stream = layers.last?.output[token] ?? []
    let direction = zip(gain, head[id]).map { $0 * $1 }
    let spread = deviation(stream, epsilon)
    func share(_ name: String, _ part: [Double]) -> Share {
      let mean = part.reduce(0, +) / Double(part.count)
      return Share(name: name, logit: dot(part.map { $0 - mean }, direction) / spread)
    }
    var shares = [share("token", tokens[token]), share("position", positions[token])]
    for (index, layer) in layers.enumerated() {
      for (number, head) in layer.heads.enumerated() {
        shares.append(share("layer \(index) head \(number)", head.contribution[token]))
      }
      shares.append(share("layer \(index) bias of W_O", layer.bias))
      shares.append(share("layer \(index) feed-forward", layer.feedForward[token]))
    }
    shares.append(Share(name: "shift of the last norm", logit: dot(shift, head[id])))
    return shares
  }

  private static func positions(
    _ configuration: GPTConfiguration, _ parameters: Parameters, count: Int
  ) -> Matrix {
    let width = configuration.width
    switch configuration.positions {
    case .learned:
      return Array(parameters.matrix("positions.weight", columns: width).prefix(count))
    case .sinusoidal:
      let table: Tensor<Double> = sinusoidalPositions(length: count, width: width)
      return rows(table.scalars, columns: width)
    case .rotary, .none:
      return Matrix(repeating: [Double](repeating: 0, count: width), count: count)
    }
  }
}

extension Walkthrough.Layer {
  fileprivate init(_ x: Walkthrough.Matrix, _ configuration: GPTConfiguration, _ p: Parameters) {
    let (width, epsilon) = (configuration.width, configuration.layerNormEpsilon)
    let size = width / configuration.heads
    let features = x.map {
      normalized($0, p.vector("norm1.weight"), p.vector("norm1.bias"), epsilon)
    }
    func projected(_ name: String) -> Walkthrough.Matrix {
      p.linear("attention.\(name)", features, outputs: width)
    }
    let (q, k, v) = (projected("query"), projected("key"), projected("value"))
    let output = p.matrix("attention.output.weight", columns: width)

    input = x
    bias = p.vector("attention.output.bias")
    heads = (0..<configuration.heads).map { head in
      let columns = head * size..<(head + 1) * size
      func part(_ matrix: Walkthrough.Matrix) -> Walkthrough.Matrix {
        matrix.map { Array($0[columns]) }
      }
      let isTurned = configuration.positions == .rotary
      return Walkthrough.Head(
        query: isTurned ? turned(part(q)) : part(q), key: isTurned ? turned(part(k)) : part(k),
        value: part(v), output: Array(output[columns]))
    }
    let bias = bias
    middle = heads.reduce(x.map { zip($0, bias).map(+) }) { sum($0, $1.contribution) }
    let hidden = p.linear(
      "feedForward.expand",
      middle.map { normalized($0, p.vector("norm2.weight"), p.vector("norm2.bias"), epsilon) },
      outputs: configuration.hiddenWidth
    ).map { $0.map { activated($0, configuration.activation) } }
    feedForward = p.linear("feedForward.project", hidden, outputs: width)
    self.output = sum(middle, feedForward)
  }
}

extension Walkthrough.Head {
  fileprivate init(
    query: Walkthrough.Matrix, key: Walkthrough.Matrix, value: Walkthrough.Matrix,
    output: Walkthrough.Matrix
  ) {
    let scale = 1 / Double(query[0].count).squareRoot()
    (self.query, self.key, self.value) = (query, key, value)
    weights = query.indices.map { i in
      let scores = key[...i].map { dot(query[i], $0) * scale }
      return softmax(scores) + [Double](repeating: 0, count: key.count - i - 1)
    }
    contribution = weights.map { mixed(mixed($0, value), output) }
  }
}

/// A model's parameters as doubles, under a prefix of their names.
private struct Parameters {
  private let values: (String) -> [Double]

  init<Scalar>(_ model: GPT<Scalar>) {
    values = { name in model.parameters[name]?.scalars.map { Double($0) } ?? [] }
  }

  private init(_ values: @escaping (String) -> [Double]) { self.values = values }

  func inside(_ prefix: String) -> Parameters { Parameters { values(prefix + $0) } }

  func vector(_ name: String) -> [Double] { values(name) }

  func matrix(_ name: String, columns: Int) -> Walkthrough.Matrix {
    rows(values(name), columns: columns)
  }

  /// x W + b.
  func linear(_ name: String, _ x: Walkthrough.Matrix, outputs: Int) -> Walkthrough.Matrix {
    let (weight, bias) = (matrix("\(name).weight", columns: outputs), vector("\(name).bias"))
    return x.map { zip(mixed($0, weight), bias).map(+) }
  }
}

private func rows(_ values: [Double], columns: Int) -> Walkthrough.Matrix {
  stride(from: 0, to: values.count, by: columns).map { Array(values[$0..<$0 + columns]) }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

private func sum(_ a: Walkthrough.Matrix, _ b: Walkthrough.Matrix) -> Walkthrough.Matrix {
  zip(a, b).map { zip($0, $1).map(+) }
}

/// Σᵢ shares[i] · rows[i].
private func mixed(_ shares: [Double], _ rows: Walkthrough.Matrix) -> [Double] {
  var result = [Double](repeating: 0, count: rows[0].count)
  for (share, row) in zip(shares, rows) where share != 0 {
    for column in row.indices { result[column] += share * row[column] }
  }
  return result
}

private func softmax(_ scores: [Double]) -> [Double] {
  let largest = scores.max() ?? 0
  let powers = scores.map { exp($0 - largest) }
  let total = powers.reduce(0, +)
  return powers.map { $0 / total }
}

/// √(variance + ε).
private func deviation(_ x: [Double], _ epsilon: Double) -> Double {
  let mean = x.reduce(0, +) / Double(x.count)
  let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
  return (variance + epsilon).squareRoot()
}

private func normalized(
  _ x: [Double], _ gain: [Double], _ shift: [Double], _ epsilon: Double
) -> [Double] {
  let mean = x.reduce(0, +) / Double(x.count), spread = deviation(x, epsilon)
  return x.indices.map { (x[$0] - mean) / spread * gain[$0] + shift[$0] }
}

/// Rotary positions (Su et al. 2021), the halves of a head paired.
private func turned(_ x: Walkthrough.Matrix) -> Walkthrough.Matrix {
  x.enumerated().map { position, row in
    let half = row.count / 2
    var result = row
    for d in 0..<half {
      let angle = Double(position) / pow(10_000, 2 * Double(d) / Double(row.count))
      result[d] = row[d] * cos(angle) - row[d + half] * sin(angle)
      result[d + half] = row[d + half] * cos(angle) + row[d] * sin(angle)
    }
    return result
  }
}

private func activated(_ x: Double, _ activation: Activation) -> Double {
  switch activation {
  case .gelu: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
  case .geluExact: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
  case .relu: max(0, x)
  }
}
