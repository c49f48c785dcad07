import Console
import Foundation
import MiniTransformer

/// Continues line after line of standard input until it ends, as Ctrl-D does on a terminal.
struct Conversation {
  private let model: GPT<Float>
  private let tokenizer: any Tokenizer
  private let settings: Settings
  private let isTyped = isatty(STDIN_FILENO) == 1

  init(_ model: GPT<Float>, _ tokenizer: any Tokenizer, _ settings: Settings) {
    (self.model, self.tokenizer, self.settings) = (model, tokenizer, settings)
  }

  /// Continues `prompt`, if there is one, and then what is read.
  func run(from prompt: [Int32]?) throws {
    // Ctrl-C ends a text here; at the prompt it ends the program, as it does everywhere.
    var text = try prompt.map { try continuation(of: $0, turn: 0) } ?? []
    var turn = prompt == nil ? 0 : 1
    invite(
      "write a text to continue; an empty line goes on, Ctrl-C stops a text, Ctrl-D ends\n")
    while true {
      invite("> ")
      guard let line = readLine() else { break }
      do {
        if line.isBlank {
          guard !text.isEmpty else { throw UsageError("there is no text yet to go on with") }
        } else {
          let ids = try tokenizer.encode(line, unknown: settings.unknown)
          guard !ids.isEmpty else { throw UsageError("the text has no token; write another") }
          text = ids
        }
        text = try continuation(of: text, turn: turn)
        turn += 1
      } catch let error as any ExplainedError where error.cause != .cannotWrite {
        try StandardStream.error.print("generate: \(error.description)")
      }
    }
    invite("\n")
  }

  /// Writes what the model puts behind `text`, and returns both together.
  ///
  /// Each turn has a seed of its own, so that a line given again is continued in another way.
  private func continuation(of text: [Int32], turn: Int) throws -> [Int32] {
    var options = settings.options
    options.sampling.seed &+= UInt64(turn)
    var generator = TextGenerator(model, tokenizer, prompt: text, options: options)
    var output = Streaming(samples: 1)
    var text = text
    Interruption.listen()
    defer { Interruption.stopListening() }
    while Interruption.pending == nil, let pieces = generator.next() {
      for piece in pieces {
        try output.take(piece)
        text.append(piece.token.id)
      }
    }
    try output.finish { generator.rest(of: $0) }
    if let interruption = Interruption.pending, interruption.signal != SIGINT { throw interruption }
    return text
  }

  /// Says something to a person at a terminal.
  private func invite(_ text: String) {
    if isTyped, !settings.isQuiet { try? StandardStream.error.write(text) }
  }
}
