import Console
import Foundation
import MiniTransformer
import Visualization

extension Subcommand {
  /// `inspect logits TEXT`: what the model expects behind each token of a text.
  static let logits = Subcommand(
    "logits", "Shows the logits of the token that follows each position of a text.",
    examples: [
      "swift run -c release inspect logits \"Every effort moves\"",
      "swift run -c release inspect logits --ids 3,14,15 --json",
    ]
  ) { options in
    let checkpoint = try options.checkpoint()
    let ids = try options.ids()
    let unknown = try options.unknown()
    let shown = try options.value(
      "probabilities", default: 3, in: 1..., "show so many of the likeliest next tokens")
    let isJSON = try options.isJSON()
    let threads = try options.value(
      "threads", default: ComputeThreads.available, in: 1...256,
      "threads of the kernels; the result does not depend on it")
    let text = options.operand("TEXT", "what the model reads")
    try options.finish()
    ComputeThreads.count = threads

    let reading = try Reading(text: text, ids: ids, unknown: unknown)
    let folder = try checkpoint.folder()
    let loaded = try reading.checkpoint(in: folder)
    let input = try reading.ids(for: loaded, in: folder)
    let result = withoutGradients { loaded.model(input) }.scalars
    let size = loaded.model.vocabularySize
    let rows = input.indices.map { result[$0 * size..<($0 + 1) * size] }

    let output = StandardStream.output
    if isJSON { return try output.printJSON(ids: input, logits: rows) }
    var lines: [[String]] = []
    for (position, (id, row)) in zip(input, rows).enumerated() {
      for (rank, next) in likeliest(shown, in: row).enumerated() {
        let place = rank == 0 ? [String(position), visible(loaded.label(id))] : ["", ""]
        lines.append(
          place + [
            visible(loaded.label(next.id)), Format.decimal(next.logit, places: 3),
            Format.percentage(next.probability),
          ])
      }
    }
    try output.print(
      table(
        [
          ("position", .right), ("token", .left), ("next", .left), ("logit", .right),
          ("probability", .right),
        ], rows: lines, style: PictureStyle(width: output.width)))
    try output.suggest("generate TEXT --probabilities 3")
  }
}

extension StandardStream {
  /// Writes the ids and, row by row, the logits: of a large vocabulary they are many, so none
  /// becomes a value of its own on the way. Each is the shortest number that reads back as the same
  /// `Float`; JSON has no word for one that is not finite, so it is `null`.
  fileprivate func printJSON(ids: [Int32], logits: [ArraySlice<Float>]) throws {
    try write("{\"ids\":[\(ids.map(String.init).joined(separator: ","))],\"logits\":[")
    for (index, row) in logits.enumerated() {
      var line = index == 0 ? "\n[" : ",\n["
      for (place, logit) in row.enumerated() {
        if place > 0 { line += "," }
        line += logit.isFinite ? logit.description : "null"
      }
      try write(line + "]")
    }
    try print("\n]}")
  }
}

/// The ids with the greatest logits, the greatest first, of equal ones the smaller id; with softmax
/// over all logits.
private func likeliest(
  _ count: Int, in logits: ArraySlice<Float>
) -> [(id: Int32, logit: Double, probability: Double)] {
  var best: [(id: Int32, logit: Float)] = []
  for (id, logit) in logits.enumerated() where best.count < count || logit > best[count - 1].logit {
    let place = best.firstIndex { $0.logit < logit } ?? best.count
    best.insert((Int32(id), logit), at: place)
    if best.count > count { best.removeLast() }
  }
  let greatest = Double(best.first?.logit ?? 0)
  let total = logits.reduce(0) { $0 + exp(Double($1) - greatest) }
  return best.map { id, logit in
    (id, Double(logit), exp(Double(logit) - greatest) / total)
  }
}
