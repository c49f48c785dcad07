import Foundation

/// Tokens of a text that belong together, such as those about food, whose attention is summed.
public struct TokenGroup: Sendable, Equatable {
  /// What it is called.
  public let name: String
  /// The tokens, without the spaces around them.
  public let tokens: [String]

  /// A group; see the properties.
  public init(name: String, tokens: [String]) { (self.name, self.tokens) = (name, tokens) }

  /// Reads "food=rice,bread"; nil if it is nothing of the kind.
  public init?(_ text: String) {
    let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    let tokens = halves[1].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    name = halves[0].trimmingCharacters(in: .whitespaces)
    self.tokens = tokens.filter { !$0.isEmpty }
    if name.isEmpty || self.tokens.isEmpty { return nil }
  }

  /// Whether a token of a text is one of them; spaces around it do not matter.
  public func contains(_ token: String) -> Bool {
    tokens.contains(token.trimmingCharacters(in: .whitespaces))
  }
}

extension AttentionMap {
  /// How much of a query's attention goes to each group, and what is left for all other tokens.
  ///
  /// - Returns: the shares of the groups, then that of the tokens in none; without tokens in two
  ///   groups they sum to 1.
  public func shares(
    of groups: [TokenGroup], layer: Int, head: Int, query: Int
  ) -> (groups: [Float], others: Float) {
    let row = weights[layer][head][query]
    func sum(where isCounted: (String) -> Bool) -> Float {
      zip(tokens, row).reduce(0) { isCounted($1.0) ? $0 + $1.1 : $0 }
    }
    return (
      groups.map { sum(where: $0.contains) },
      sum { token in !groups.contains { $0.contains(token) } }
    )
  }

  /// A table with a row for each token that asks: what each group gets, and what the others.
  public func table(
    of groups: [TokenGroup], layer: Int, head: Int, style: PictureStyle = PictureStyle()
  ) -> String {
    let rows = tokens.indices.map { query in
      let shares = shares(of: groups, layer: layer, head: head, query: query)
      return [visible(tokens[query])]
        + (shares.groups + [shares.others]).map { String(format: "%.2f", $0) }
    }
    return Visualization.table(
      [("asks", .left)] + (groups.map(\.name) + ["others"]).map { ($0, .right) }, rows: rows,
      style: style)
  }
}
