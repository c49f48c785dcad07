import Autograd
import Foundation
public import Transformer

/// The attention of every head of a model over one text.
public struct AttentionMap: Sendable, Equatable {
  /// The tokens as labels, which attend and are attended to.
  public let tokens: [String]
  /// `weights[layer][head][query][key]`: shares of 1; those of a query sum to 1, and a key that comes
  /// after its query has 0.
  public let weights: [[[[Float]]]]

  /// A map; see the properties.
  public init(tokens: [String], weights: [[[[Float]]]]) {
    (self.tokens, self.weights) = (tokens, weights)
  }

  /// Runs a model over `ids`, which are called `tokens`, and keeps what its heads attend to.
  ///
  /// The weights come from the plain kernel that stores them, not from the one that trains.
  public init<Scalar>(of model: GPT<Scalar>, ids: [Int32], tokens: [String]) {
    self.tokens = tokens
    var weights: [[[[Float]]]] = []
    withoutGradients {
      _ = model.hidden(ids) { _, layer in weights.append(Self.heads(layer, count: ids.count)) }
    }
    self.weights = weights
  }

  /// The weights `[1, H, T, T]` of a layer, head by head, as rows.
  private static func heads<Scalar>(_ layer: Tensor<Scalar>, count: Int) -> [[[Float]]] {
    let flat = layer.scalars.map { Float(Double($0)) }
    return stride(from: 0, to: flat.count, by: count * count).map { head in
      stride(from: head, to: head + count * count, by: count).map { Array(flat[$0..<$0 + count]) }
    }
  }

  /// What a query attends to most, the largest weights first.
  ///
  /// - Returns: the keys that it sees and their weights; equal weights in the order of the text.
  public func ranking(layer: Int, head: Int, query: Int) -> [(key: Int, weight: Float)] {
    weights[layer][head][query].prefix(query + 1).enumerated()
      .sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
      .map { ($0.offset, $0.element) }
  }

  /// A ranking in words, as "when “moves” asks, it attends most to “effort” 61.2%, …".
  public func sentence(layer: Int, head: Int, query: Int, most: Int = 4) -> String {
    let ranked = ranking(layer: layer, head: head, query: query).prefix(most).map { key, weight in
      "“\(visible(tokens[key]))” \(String(format: "%.1f%%", weight * 100))"
    }
    return "when “\(visible(tokens[query]))” asks, it attends most to "
      + ranked.joined(separator: ", ")
  }
}
