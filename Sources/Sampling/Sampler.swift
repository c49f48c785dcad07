import Foundation
public import Autograd

/// How the next token is chosen from its logits.
public struct SamplingOptions: Sendable, Equatable {
  /// What the logits are divided by; 0 takes the most likely token every time.
  public var temperature: Double
  /// Only so many of the most likely tokens are considered; nil means all.
  public var topK: Int?
  /// Only the most likely tokens that together reach this probability are considered (Holtzman et
  /// al. 2020, section 3.1); 1 means all.
  public var topP: Double
  /// The seed of the choices.
  public var seed: UInt64

  /// Options; see the properties.
  public init(temperature: Double = 0.8, topK: Int? = nil, topP: Double = 1, seed: UInt64 = 1337) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.seed = seed
  }

  /// Always the most likely token.
  public static let greedy = SamplingOptions(temperature: 0)
}

/// A token and how likely it is.
public struct Candidate: Sendable, Equatable {
  /// The token.
  public let id: Int32
  /// Its probability, in 0...1.
  public let probability: Double
}

/// Softmax over all logits: every token with its probability, the most likely first; of equally
/// likely ones, the one with the smaller id.
///
/// - Complexity: O(V log V).
@specialized(where Scalar == Float)
public func candidates<Scalar: TensorScalar>(
  _ logits: [Scalar], temperature: Double = 1
) -> [Candidate] {
  let order = logits.indices.sorted {
    logits[$0] == logits[$1] ? $0 < $1 : logits[$0] > logits[$1]
  }
  guard let best = order.first else { return [] }
  let weights = order.map { exp((Double(logits[$0]) - Double(logits[best])) / temperature) }
  let total = weights.reduce(0, +)
  return zip(order, weights).map { Candidate(id: Int32($0), probability: $1 / total) }
}

extension SamplingOptions {
  /// The tokens from which one is drawn, with probabilities that sum to 1.
  ///
  /// The temperature is applied first, then top-k, then top-p.
  @specialized(where Scalar == Float)
  public func distribution<Scalar: TensorScalar>(_ logits: [Scalar]) -> [Candidate] {
    if temperature == 0 {
      return Sampling.candidates(logits).prefix(1).map { Candidate(id: $0.id, probability: 1) }
    }
    let ranked = Sampling.candidates(logits, temperature: temperature).prefix(topK ?? .max)
    let total = ranked.reduce(0) { $0 + $1.probability }
    var kept: [Candidate] = []
    var reached = 0.0
    for candidate in ranked where kept.isEmpty || reached < topP {
      reached += candidate.probability / total
      kept.append(candidate)
    }
    let mass = kept.reduce(0) { $0 + $1.probability }
    return kept.map { Candidate(id: $0.id, probability: $0.probability / mass) }
  }

  /// Draws the token number `index` of a text.
  ///
  /// The same seed, index and logits give the same token.
  ///
  /// - Complexity: O(V); O(V log V) where top-k or top-p needs the tokens in order.
  @specialized(where Scalar == Float)
  public func choose<Scalar: TensorScalar>(_ logits: [Scalar], at index: Int) -> Int32 {
    var likeliest = 0
    for id in logits.indices where logits[id] > logits[likeliest] { likeliest = id }
    if temperature == 0 { return Int32(likeliest) }

    let uniform = RandomStream(seed: seed, "sampling").uniform(at: index)
    if topK ?? .max >= logits.count && topP >= 1 {
      let best = Double(logits[likeliest])
      let weights = logits.map { exp((Double($0) - best) / temperature) }
      var rest = uniform * weights.reduce(0, +)
      for (id, weight) in weights.enumerated() {
        rest -= weight
        if rest < 0 { return Int32(id) }
      }
      return Int32(likeliest)  // rounding left a sum just below the whole
    }
    return draw(uniform, distribution(logits).map { (Int($0.id), $0.probability) })
  }

  /// The entry in which `place` falls when their weights are laid end to end.
  private func draw(_ place: Double, _ entries: [(id: Int, weight: Double)]) -> Int32 {
    var rest = place
    for entry in entries {
      rest -= entry.weight
      if rest < 0 { return Int32(entry.id) }
    }
    return Int32(entries.last?.id ?? 0)  // rounding left a sum just below the whole
  }
}
