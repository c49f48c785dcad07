import Console
import MiniTransformer
import Visualization

extension Subcommand {
  /// `inspect film`: attention before, during and after training.
  static let film = Subcommand(
    "film", "Shows how attention changed while a model was trained: before, during, after.",
    examples: [
      "swift run -c release inspect film",
      "swift run -c release inspect film --layer 1 --head 0 --sentence 1",
    ]
  ) { options in
    let checkpoint = try options.checkpoint()
    let selection = try Selection(&options)
    let sentence = try options.value("sentence", default: 0, in: 0..., "which probe sentence")
    let count = try options.value("frames", default: 3, in: 1..., "show so many moments")
    try options.finish()

    let folder = try checkpoint.folder()
    let film = try AttentionFilm.found(in: folder)
    let heads = try selection.heads(layers: film.layers, heads: film.heads)
    guard sentence < film.sentences.count else {
      throw UsageError(
        "--sentence must be in 0...\(film.sentences.count - 1) for this film; found \(sentence)")
    }
    let output = StandardStream.output
    let style = PictureStyle(width: output.width, colors: ColorSupport(colors: output.colors))
    let tokens = film.sentences[sentence].tokens
    for (layer, head) in heads {
      for frame in spread(film.frames.count, over: count) {
        let loss = film.frames[frame].loss.map { ", loss \(Format.decimal($0, places: 3))" } ?? ""
        let weights = film.weights(frame: frame, sentence: sentence, layer: layer, head: head)
        try output.print(
          "layer \(layer), head \(head), step \(film.frames[frame].step)\(loss)\n"
            + attentionGrid(queries: tokens, keys: tokens, weights: weights, style: style) + "\n")
      }
    }
    try output.suggest("inspect explore --output explorer.html")
  }
}

/// The first, the last and evenly chosen frames between them.
private func spread(_ count: Int, over wanted: Int) -> [Int] {
  guard wanted < count else { return Array(0..<count) }
  guard wanted > 1 else { return [count - 1] }
  return (0..<wanted).map { $0 * (count - 1) / (wanted - 1) }
}

extension AttentionFilm {
  /// The film of a folder, which must have one.
  static func found(in folder: String) throws(CheckpointError) -> AttentionFilm {
    guard let film = try read(from: folder), !film.frames.isEmpty else {
      throw .unsupported(
        path: folder, problem: "it has no film; train again with --film to record one")
    }
    return film
  }
}
