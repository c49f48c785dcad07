import Console
import MiniTransformer

/// Writes the text as it is made. Of several samples, one is written while the others wait.
struct Streaming: GenerationOutput {
  private let output = StandardStream.output
  private var waiting: [String]
  private var hasEnded: [Bool]
  /// The sample that is being written.
  private var current = 0
  private var hasBegun = false

  init(samples: Int) {
    waiting = Array(repeating: "", count: samples)
    hasEnded = Array(repeating: false, count: samples)
  }

  mutating func take(_ piece: TextPiece<Float>) throws {
    waiting[piece.token.sample] += piece.text
    if piece.finish != nil { hasEnded[piece.token.sample] = true }
    try write()
  }

  mutating func finish(rest: (Int) -> String) throws {
    for sample in waiting.indices where !hasEnded[sample] {
      waiting[sample] += rest(sample)
      hasEnded[sample] = true
    }
    try write()
  }

  private mutating func write() throws {
    while current < waiting.count {
      if !hasBegun, waiting.count > 1 {
        try output.print("── sample \(current + 1) of \(waiting.count)")
      }
      hasBegun = true
      try output.write(waiting[current])
      waiting[current] = ""
      guard hasEnded[current] else { return }
      try output.print()
      current += 1
      hasBegun = false
    }
  }
}
