import Console

/// Shows what a model is and what it makes of a text; each subcommand is a file and a row here.
@main struct Main {
  static func main() {
    Command(
      "inspect", "Shows what a trained model is and what it makes of a text.",
      examples: [
        "swift run -c release inspect tokens \"Every effort moves you\"",
        "swift run -c release inspect logits \"Every effort moves\"",
        "swift run -c release inspect model checkpoints/every-effort",
      ]
    ).run(subcommands: [.attention, .why, .film, .explore, .tokens, .logits, .model])
  }
}

/// How a result is printed.
enum OutputFormat: String, CaseIterable { case terminal, json }

extension Options {
  /// Declares `--format` and `--json`.
  mutating func isJSON() throws(UsageError) -> Bool {
    let format = try choice("format", default: OutputFormat.terminal, "how to print")
    return try flag("json", "the same as --format json") || format == .json
  }
}
