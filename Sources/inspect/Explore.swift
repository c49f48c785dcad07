import Console
import Foundation
import MiniTransformer
import Visualization

extension Subcommand {
  /// `inspect explore`: the page in which the model runs.
  static let explore = Subcommand(
    "explore", "Writes a page, one file without network, in which the model runs and shows itself.",
    examples: ["swift run -c release inspect explore --output explorer.html"]
  ) { options in
    let checkpoint = try options.checkpoint()
    let path = try options.text("output", default: "explorer.html", as: "FILE", "the page")
    let prompt = try options.text(
      "prompt", otherwise: "how the film or the vocabulary begins", as: "TEXT",
      "the text that it opens with")
    try options.finish()

    let folder = try checkpoint.folder()
    let loaded = try Checkpoint(from: folder)
    guard let tokenizer = loaded.tokenizer else {
      throw CheckpointError.unsupported(
        path: folder, problem: "it has no tokenizer.json, and a page needs one")
    }
    let film = try AttentionFilm.read(from: folder)
    let page = try ExplorerPage(
      loaded.model, tokenizer: tokenizer, title: URL(fileURLWithPath: folder).lastPathComponent,
      prompt: prompt ?? film?.sentences.first?.text ?? tokenizer.decode([0]), film: film,
      curve: try lossCurve(in: folder))
    try AtomicFile.write(page.html, to: path)
    let output = StandardStream.output
    try output.print("wrote \(path), \(Format.bytes(page.html.count)); open it in a browser")
    if film == nil {
      try StandardStream.error.print(
        "it has no film of the training; 'swift run -c release train --film' records one")
    }
  }
}

/// The losses of a run, or none; later steps more sparsely, as the axis of the page is logarithmic.
private func lossCurve(in folder: String) throws -> [(step: Int, loss: Double)] {
  let path = "\(folder)/metrics.jsonl"
  guard FileManager.default.fileExists(atPath: path) else { return [] }
  let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
  let distance = log(Double(lines.count + 1)) / 400
  var last = -Double.infinity
  return lines.enumerated().compactMap { index, line in
    let place = log(Double(index + 1))
    guard place - last >= distance || index == lines.count - 1 else { return nil }
    // A run that was killed may leave half a line, which the picture can do without.
    guard let line = try? JSONField(parsing: Array(line.utf8), from: path),
      let step = try? line.member("step").integer(), let loss = try? line.member("loss").double()
    else { return nil }
    last = place
    return (step, loss)
  }
}
