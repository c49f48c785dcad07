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
  /// Only tokens at least this share as likely as the most likely one are considered (Nguyen et al.
  /// 2024, section 3); 0 means all.
  public var minP: Double
  /// How much less likely tokens become that the text holds already, prompt included: their logits
  /// are divided by it, negative ones multiplied (Keskar et al. 2019, section 4.1); 1 changes nothing.
  public var repetitionPenalty: Double
  /// The seed of the choices.
  public var seed: UInt64

  /// Options; see the properties.
  public init(
    temperature: Double = 0.8, topK: Int? = nil, topP: Double = 1, minP: Double = 0,
    repetitionPenalty: Double = 1, seed: UInt64 = 1337
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.seed = seed
  }

  /// Always the most likely token.
  public static let greedy = SamplingOptions(temperature: 0)
}

extension SamplingOptions {
  /// The tokens from which one is drawn, with probabilities that sum to 1.
  ///
  /// The order is that of Hugging Face's Transformers: repetition penalty, temperature, top-k, top-p,
  /// min-p. Top-k keeps no more than k tokens, of equally likely ones those with the smaller ids.
  ///
  /// - Parameter history: The tokens that the text holds already, for the repetition penalty.
  @specialized(where Scalar == Float)
  public func distribution<Scalar: TensorScalar>(
    _ logits: [Scalar], after history: [Int32] = []
  ) -> [Candidate] {
    let logits = penalized(logits, after: history)
    if temperature == 0 {
      return Sampling.candidates(logits, atMost: 1).map { Candidate(id: $0.id, probability: 1) }
    }
    return kept(of: logits)
  }

  /// Draws the token number `index` of a text.
  ///
  /// The same seed, sample, index, logits and history give the same token.
  ///
  /// - Parameters:
  ///   - sample: The number of the text among several that continue one prompt.
  ///   - history: The tokens that the text holds already, for the repetition penalty.
  /// - Complexity: O(V); O(V log V) where top-k or top-p keeps more than 256 tokens.
  @specialized(where Scalar == Float)
  public func choose<Scalar: TensorScalar>(
    _ logits: [Scalar], at index: Int, sample: Int = 0, after history: [Int32] = []
  ) -> Int32 {
    let logits = penalized(logits, after: history)
    var likeliest = 0
    for id in logits.indices where logits[id] > logits[likeliest] { likeliest = id }
    if temperature == 0 { return Int32(likeliest) }

    let uniform = RandomStream(seed: seed, "sampling", step: sample).uniform(at: index)
    if topK ?? .max >= logits.count && topP >= 1 {
      // Nothing needs an order; what is not likely enough weighs nothing.
      let best = Double(logits[likeliest])
      var weights = weights(logits, best: best, temperature: temperature)
      if minP > 0 { for id in weights.indices where weights[id] < minP { weights[id] = 0 } }
      var rest = uniform * weights.reduce(0, +)
      for id in weights.indices {
        rest -= weights[id]
        if rest < 0 { return Int32(id) }
      }
      return Int32(likeliest)  // rounding left a sum just below the whole
    }
    return draw(uniform, kept(of: logits).map { (Int($0.id), $0.probability) })
  }

  private func penalized<Scalar: TensorScalar>(
    _ logits: [Scalar], after history: [Int32]
  ) -> [Scalar] {
    guard repetitionPenalty != 1 else { return logits }
    var logits = logits
    let penalty = Scalar(repetitionPenalty)
    for id in Set(history) where logits.indices ~= Int(id) {
      logits[Int(id)] = logits[Int(id)] < 0 ? logits[Int(id)] * penalty : logits[Int(id)] / penalty
    }
    return logits
  }

  /// What top-k, top-p and min-p leave of the tokens at a temperature above 0.
  private func kept<Scalar: TensorScalar>(of logits: [Scalar]) -> [Candidate] {
    if let topK {
      let ranked = Sampling.candidates(logits, temperature: temperature, atMost: topK)
      return kept(of: ranked, total: ranked.reduce(0) { $0 + $1.probability })
    }
    // Putting all tokens in order takes long, and mostly a few are all that top-p keeps.
    let few = Sampling.candidates(logits, temperature: temperature, atMost: 256)
    let kept = kept(of: few, total: 1)
    guard kept.count == few.count, few.count < logits.count else { return kept }
    return self.kept(of: Sampling.candidates(logits, temperature: temperature), total: 1)
  }

  /// What top-p and min-p leave of tokens in order, which have the probability `total` together.
  ///
  /// Each keeps the first few of them, so the shorter list is what both keep.
  private func kept(of ranked: [Candidate], total: Double) -> [Candidate] {
    let threshold = minP * (ranked.first?.probability ?? 0)
    var reached = 0.0
    let kept = ranked.enumerated().prefix { place, candidate in
      defer { reached += candidate.probability / total }
      return place == 0 || reached < topP && candidate.probability >= threshold
    }
    let mass = kept.reduce(0) { $0 + $1.element.probability }
    return kept.map { Candidate(id: $0.element.id, probability: $0.element.probability / mass) }
  }

  /// The entry in which `place` falls when their weights are laid end to end.
  private func draw(_ place: Double, _ entries: [(id: Int, weight: Double)]) -> Int32 {
    var rest = place
    for entry in entries {
      rest -= entry.weight
      if rest < 0 { return Int32(entry.id) }
    }
    // Rounding left a sum just below the whole.
    return Int32(entries.last { $0.weight > 0 }?.id ?? 0)
  }
}
