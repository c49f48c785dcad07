import Console
import Foundation
import MiniTransformer
import Visualization

extension Subcommand {
  /// `inspect film`: attention before, during and after training.
  static let film = Subcommand(
    "film", "Shows how attention changed while a model was trained: before, during and after.",
    examples: [
      "swift run -c release inspect film",
      "swift run -c release inspect film --layer 1 --head 0 --sentence 1 --frames 5",
      "swift run -c release inspect film --json",
    ]
  ) { options in
    let checkpoint = try options.checkpoint()
    let selection = try Selection(&options)
    let sentence = try options.value(
      "sentence", default: 0, in: 0..., "which of the recorded sentences, counted from 0")
    let count = try options.value(
      "frames", default: 3, in: 1..., "show so many moments, the first and the last among them")
    let format = try options.choice(
      "format", default: OutputFormat.terminal, "how to show it; json has the whole film")
    let isJSON = try options.flag("json", "the same as --format json")
    let path = try options.output()
    try options.finish()

    let folder = try checkpoint.folder()
    guard FileManager.default.fileExists(atPath: folder) else {
      throw CheckpointError.missing(path: folder)
    }
    guard let film = try AttentionFilm.read(from: folder), !film.frames.isEmpty else {
      throw FilmMissing(folder: folder)
    }
    let heads = try selection.heads(layers: film.layers, heads: film.heads)
    guard sentence < film.sentences.count else {
      throw UsageError(
        "--sentence must be in 0...\(film.sentences.count - 1) for this film; found \(sentence)")
    }
    let output = StandardStream.output
    if isJSON || format == .json {
      let text = try film.document.text(.compact, for: path ?? "standard output")
      return try output.write(String(decoding: text, as: UTF8.self) + "\n", to: path)
    }
    let style = PictureStyle(
      width: path == nil ? output.width : 80,
      colors: path == nil ? ColorSupport(colors: output.colors) : .none)
    let shown = spread(film.frames.count, over: count)
    let pictures = heads.map { layer, head in
      film.picture(sentence: sentence, layer: layer, head: head, frames: shown, style: style)
    }
    let text = [film.summary(of: sentence, frames: shown, width: style.width)] + pictures
    try output.write(text.joined(separator: "\n\n") + "\n", to: path)
    if path == nil { try output.suggest("inspect explore --output explorer.html") }
  }
}

/// The first, the last and evenly chosen numbers between them; of one, the last.
private func spread(_ count: Int, over wanted: Int) -> [Int] {
  guard wanted < count else { return Array(0..<count) }
  guard wanted > 1 else { return [count - 1] }
  return (0..<wanted).map { $0 * (count - 1) / (wanted - 1) }
}

extension AttentionFilm {
  /// What is shown, and how the loss went.
  fileprivate func summary(of sentence: Int, frames shown: [Int], width: Int) -> String {
    let others = sentences.indices.filter { $0 != sentence }.map {
      "--sentence \($0): “\(visible(sentences[$0].text))”"
    }
    let moments = shown.map { moment($0) }.joined(separator: " → ")
    return
      ([
        "“\(visible(sentences[sentence].text))” while the model learned, "
          + "\(shown.count) of \(frames.count) recorded moments:", moments,
      ] + others).flatMap { Format.lines(of: $0, width: width) }.joined(separator: "\n")
  }

  /// A frame's step and loss in words.
  private func moment(_ frame: Int) -> String {
    let loss = frames[frame].loss.map { "loss \(Format.decimal($0, places: 3))" } ?? "untrained"
    return "step \(Format.grouped(frames[frame].step)), \(loss)"
  }

  /// One head at some moments, and what each token attended to most at each of them.
  fileprivate func picture(
    sentence: Int, layer: Int, head: Int, frames shown: [Int], style: PictureStyle
  ) -> String {
    let tokens = sentences[sentence].tokens
    let moments = shown.map {
      weights(frame: $0, sentence: sentence, layer: layer, head: head)
    }
    let grids = zip(shown, moments).map { frame, weights in
      "layer \(layer), head \(head), \(moment(frame))\n"
        + attentionGrid(queries: tokens, keys: tokens, weights: weights, style: style)
    }
    // The first token can only attend to itself.
    let changes = tokens.indices.dropFirst().flatMap { query in
      let most = moments.map { weights in
        let row = weights[query]
        let key = row.indices.max { row[$0] < row[$1] } ?? 0
        return "“\(visible(tokens[key]))” \(Format.percentage(Double(row[key]), places: 0))"
      }
      return Format.lines(
        of: "“\(visible(tokens[query]))” attended most to \(most.joined(separator: ", then "))",
        width: style.width)
    }
    return (grids + [changes.joined(separator: "\n")]).joined(separator: "\n\n")
  }

  /// The whole film: what its file says, with the weights as numbers.
  fileprivate var document: JSON {
    let shown = frames.map { frame -> JSON in
      let weights = zip(sentences, frame.weights).map { sentence, shades in
        let count = sentence.tokens.count
        return nested(shades[...], [layers, heads, count, count])
      }
      return [
        "step": .integer(Int64(frame.step)), "loss": frame.loss.map { .double($0) } ?? .null,
        "weights": .array(weights),
      ]
    }
    guard case .object(let known) = header else { return header }
    return .object(
      [
        .init(key: "axes", value: ["frame", "sentence", "layer", "head", "query", "key"]),
        .init(
          key: "unit", value: "share of 1, in steps of 1/255; the weights of a query sum to 1"),
      ] + known + [.init(key: "frames", value: .array(shown))])
  }

  /// Shares of 1 in arrays of these sizes, one in the other.
  private func nested(_ shades: ArraySlice<UInt8>, _ sizes: ArraySlice<Int>) -> JSON {
    guard let size = sizes.first else { return .double(Double(shades.first ?? 0) / 255) }
    let step = shades.count / size
    return .array(
      (0..<size).map { nested(shades.dropFirst($0 * step).prefix(step), sizes.dropFirst()) })
  }
}

/// A checkpoint without a film.
struct FilmMissing: ExplainedError {
  let folder: String

  var cause: FailureCause { .missingInput }

  var description: String {
    "\(folder) has no film of its training; record one with "
      + "'swift run -c release train --film --output DIR' and look at it with --checkpoint DIR"
  }
}
