import Testing
import Visualization

/// Attention to groups of tokens.
@Suite struct TokenGroupTests {
  @Test func readsANameAndTokens() {
    #expect(TokenGroup("food= rice, bread") == TokenGroup(name: "food", tokens: ["rice", "bread"]))
    #expect(TokenGroup("a=b=c") == TokenGroup(name: "a", tokens: ["b=c"]))
    for text in ["food", "=rice", "food=", "food= , ", ""] { #expect(TokenGroup(text) == nil) }
  }

  /// "new" is in no group; a space before a token does not matter.
  @Test func sharesAreSumsOfWeights() {
    let map = AttentionMap(
      tokens: ["Apple", " new", " phone"],
      weights: [[[[1, 0, 0], [0.25, 0.75, 0], [0.5, 0.25, 0.25]]]])
    let groups = [TokenGroup("tech=phone,Apple"), TokenGroup("fruit=Apple")].compactMap(\.self)
    let shares = (0..<3).map { map.shares(of: groups, layer: 0, head: 0, query: $0) }
    #expect(shares.map(\.groups) == [[1, 1], [0.25, 0.25], [0.75, 0.5]])
    #expect(shares.map(\.others) == [0, 0.75, 0.25])
    let last = map.table(of: groups, layer: 0, head: 0).split(separator: "\n").last
    #expect(last?.split(separator: " ") == ["␣phone", "0.75", "0.50", "0.25"])
  }
}
