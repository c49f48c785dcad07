public import Autograd
import Foundation

/// How a model knows the order of its tokens.
public enum PositionalEncoding: String, Sendable, CaseIterable, Codable {
  /// A learned vector for each position, added to the token's (GPT-2).
  case learned
  /// Sines and cosines of each position, added to the token's vector times √C (Vaswani et al. 2017,
  /// sections 3.4 and 3.5).
  case sinusoidal
  /// Queries and keys turned by an angle for each position (Su et al. 2021).
  case rotary
  /// Nothing: only the causal mask tells positions apart.
  case none
}

/// The table `[length, width]` of Vaswani et al. 2017, section 3.5:
/// `PE[t, 2i] = sin(t / 10000^(2i/width))`, `PE[t, 2i+1] = cos(t / 10000^(2i/width))`.
@specialized(where Scalar == Float)
public func sinusoidalPositions<Scalar>(length: Int, width: Int) -> Tensor<Scalar> {
  let divisors = (0..<width).map { pow(10_000, Double($0 / 2 * 2) / Double(width)) }
  let table = (0..<length).flatMap { position in
    divisors.indices.map { column in
      let angle = Double(position) / divisors[column]
      return Scalar(column % 2 == 0 ? sin(angle) : cos(angle))
    }
  }
  return Tensor(table, shape: [length, width])
}
