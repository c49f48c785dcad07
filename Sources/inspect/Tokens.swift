import Console
import MiniTransformer
import Visualization

extension Subcommand {
  /// `inspect tokens TEXT`: the pieces that a text is cut into, and their ids.
  static let tokens = Subcommand(
    "tokens", "Shows the pieces that a tokenizer cuts a text into, and their ids.",
    examples: ["swift run -c release inspect tokens \"Every effort moves you\" --json"]
  ) { options in
    let checkpoint = try options.checkpoint()
    let folder = try options.text(
      "tokenizer", as: "DIR", "a folder with a tokenizer, in place of the checkpoint's")
    let unknown = try options.unknown()
    let isJSON = try options.isJSON()
    let operand = options.operand("TEXT", "the text")
    try options.finish()
    guard let text = operand else { throw UsageError("the TEXT is missing; write it in quotes") }

    let tokenizer = try TokenizerFile.read(from: folder ?? checkpoint.folder())
    let ids = try tokenizer.encode(text, unknown: unknown)
    let output = StandardStream.output
    if isJSON {
      let pieces = ids.map { JSON.string(tokenizer.token($0)) }
      return try output.print(["ids": JSON(ids), "pieces": .array(pieces)])
    }
    if !ids.isEmpty {
      let style = PictureStyle(width: output.width, colors: ColorSupport(colors: output.colors))
      try output.print(
        tokenStrip(ids.map { (tokenizer.label($0), String($0)) }, style: style) + "\n")
    }
    try output.print(
      "\(Format.grouped(ids.count)) tokens of \(Format.grouped(tokenizer.vocabularySize)) in the "
        + "vocabulary; \(Format.grouped(text.unicodeScalars.count)) characters, "
        + "\(Format.bytes(text.utf8.count))")
    try output.suggest("inspect logits TEXT")
  }
}
