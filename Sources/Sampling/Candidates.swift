import Foundation
public import Autograd

/// A token and how likely it is.
public struct Candidate: Sendable, Equatable {
  /// The token.
  public let id: Int32
  /// Its probability, in 0...1.
  public let probability: Double
}

/// Softmax over all logits: the tokens with their probabilities, the most likely first; of equally
/// likely ones, the one with the smaller id.
///
/// - Parameter limit: How many of the most likely tokens are returned.
/// - Complexity: O(V log V); about O(V) for a small limit.
@specialized(where Scalar == Float)
public func candidates<Scalar: TensorScalar>(
  _ logits: [Scalar], temperature: Double = 1, atMost limit: Int = .max
) -> [Candidate] {
  let order = ranking(logits, atMost: limit)
  guard let best = order.first.map({ Double(logits[$0]) }) else { return [] }
  let weights = weights(logits, best: best, temperature: temperature)
  let total = weights.reduce(0, +)
  return order.map { Candidate(id: Int32($0), probability: weights[$0] / total) }
}

/// exp((logit − best) / temperature) for each logit, where `best` is the largest of them.
@specialized(where Scalar == Float)
func weights<Scalar: TensorScalar>(
  _ logits: [Scalar], best: Double, temperature: Double = 1
) -> [Double] {
  var weights = logits.map { (Double($0) - best) / temperature }
  Kernels.exp(&weights)
  return weights
}

/// ln softmax(logits)ᵢ, the natural logarithm of the probability of token i at temperature 1.
///
/// - Complexity: O(V).
@specialized(where Scalar == Float)
public func logProbability<Scalar: TensorScalar>(of id: Int32, _ logits: [Scalar]) -> Double {
  let best = Double(logits.max() ?? 0)
  let total = weights(logits, best: best).reduce(0, +)
  return Double(logits[Int(id)]) - best - log(total)
}

/// The ids of the largest logits, the largest first, at most `limit` of them.
@specialized(where Scalar == Float)
private func ranking<Scalar: TensorScalar>(_ logits: [Scalar], atMost limit: Int) -> [Int] {
  func precedes(_ a: Int, _ b: Int) -> Bool {
    logits[a] == logits[b] ? a < b : logits[a] > logits[b]
  }
  if limit > 256 { return Array(logits.indices.sorted(by: precedes).prefix(limit)) }
  // Few of many: nearly every token is compared with the last of these only.
  var best: [Int] = []
  for id in logits.indices {
    if best.count == limit {
      guard let last = best.last, precedes(id, last) else { continue }
      best.removeLast()
    }
    best.insert(id, at: best.firstIndex { precedes(id, $0) } ?? best.endIndex)
  }
  return best
}
