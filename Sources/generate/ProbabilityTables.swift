import Console
import MiniTransformer
import Visualization

/// Shows the likeliest next tokens with their probabilities at temperature 1, step by step.
struct ProbabilityTables: GenerationOutput {
  private let tokenizer: (any Tokenizer)?
  private let count: Int
  private let prompt: [Int32]
  private var ids: [Int32] = []
  private var text = ""

  init(_ tokenizer: (any Tokenizer)?, behind prompt: [Int32], count: Int) {
    (self.tokenizer, self.prompt, self.count) = (tokenizer, prompt, count)
  }

  mutating func take(_ piece: TextPiece<Float>) throws {
    let best = candidates(piece.token.logits, atMost: count).map {
      (token: name(of: $0.id), probability: $0.probability)
    }
    let style = PictureStyle(width: min(StandardStream.output.width, 100))
    let line = before.split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: " ⏎ ")
    try StandardStream.output.print("\(line) …\n\(probabilityBars(best, style: style))\n")
    ids.append(piece.token.id)
    text += piece.text
  }

  mutating func finish(rest: (Int) -> String) throws {
    try StandardStream.output.print(text + rest(0))
  }

  /// The text that the next token continues.
  private var before: String {
    let all = prompt + ids
    guard let tokenizer else { return all.map(String.init).joined(separator: ",") }
    return tokenizer.decode(all.filter { $0 < tokenizer.vocabularySize })
  }

  private func name(of id: Int32) -> String {
    guard let tokenizer, id < tokenizer.vocabularySize else { return String(id) }
    return tokenizer.token(id)
  }
}
