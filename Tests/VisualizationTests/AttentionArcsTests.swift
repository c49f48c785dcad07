import Testing
import Visualization

@Suite struct AttentionArcsTests {
  private let tokens = ["The", "dog", "ran", "it", "slept"]
  private let weights: [Float] = [0.1, 0.6, 0, 0.2, 0.1]

  /// Drawn by hand: “it” attends strongly to “dog”, weakly to “The” and “slept”, not to “ran”.
  @Test func heavyAndLight() {
    #expect(
      attentionArcs(tokens: tokens, from: 3, weights: weights).split(separator: "\n") == [
        "  ┌──────────────┐",
        "  │    ┏━━━━━━━━━│",
        "  │    ┃         │────┐",
        " The  dog  ran  it  slept",
        "0.10 0.60 0.00 0.20  0.10",
      ])
  }

  @Test func asciiIsASCII() {
    let text = attentionArcs(
      tokens: tokens, from: 3, weights: weights, style: PictureStyle(isASCII: true))
    #expect(text.allSatisfy(\.isASCII) && text.contains("#=") && text.contains("+-"))
  }

  @Test func theSVGHasAnArcForEachWeight() {
    let svg = attentionArcsSVG(tokens: tokens, from: 3, weights: weights, title: "<it>")
    #expect(svg.matches(of: /<path/).count == 3)
    #expect(svg.contains("stroke-width=\"5.2\"") && svg.contains("stroke-width=\"1.7\""))
    #expect(svg.contains("&lt;it&gt;") && svg.contains(">0.60<"))
  }

  @Test func aLongSentenceStaysInItsWidth() {
    let many = (0..<40).map { "word\($0)" }
    let text = attentionArcs(
      tokens: many, from: 20, weights: many.map { _ in 1.0 / 40 }, style: PictureStyle(width: 60))
    #expect(text.split(separator: "\n").allSatisfy { displayWidth(String($0)) <= 60 })
  }
}
