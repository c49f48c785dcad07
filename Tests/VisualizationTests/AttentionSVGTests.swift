import Foundation
import Testing
import Visualization

@Suite struct AttentionSVGTests {
  private let map = AttentionMap(
    tokens: ["<Every>", "日本", "\n"],
    weights: [[[[1, 0, 0], [0.25, 0.75, 0], [0.5, 0.125, 0.375]]]])

  @Test func theSameNumbersGiveTheSameBytes() {
    #expect(attentionSVG(map, layer: 0, head: 0) == attentionSVG(map, layer: 0, head: 0))
  }

  @Test func itIsWellFormedAndHoldsEveryNumber() throws {
    let svg = attentionSVG(map, layer: 0, head: 0)
    let texts = try texts(of: svg)
    for expected in [
      "Layer 0, head 0", "attending from (queries)", "attending to (keys)", "0.25", "0.75", "0.50",
      "0.12", "0.38", "<Every>", "日本",
    ] {
      #expect(texts.contains(expected), "\(expected) in \(texts)")
    }
    #expect(texts.count { $0 == "·" } == 3)  // the mask hides three cells
    #expect(texts.count { $0 == "1.00" } == 4)  // three row sums and the first weight
    // The darkest blue of the scale is a weight of 1.
    #expect(svg.contains(##"fill="#08306b""##))
  }

  @Test func aRankingSaysWhatAQueryAttendsToMost() {
    #expect(map.ranking(layer: 0, head: 0, query: 2).map(\.key) == [0, 2, 1])
    #expect(
      map.sentence(layer: 0, head: 0, query: 1, most: 1)
        == "when “日本” asks, it attends most to “日本” 75.0%")
  }

  /// The contents of all text elements, by a parser that knows nothing of the picture.
  private func texts(of svg: String) throws -> [String] {
    let pattern = try Regex(#"<text[^>]*>([^<]*)</text>"#, as: (Substring, Substring).self)
    return svg.matches(of: pattern).map { match in
      [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")].reduce(String(match.1)) {
        $0.replacing($1.0, with: $1.1)
      }
    }
  }
}
