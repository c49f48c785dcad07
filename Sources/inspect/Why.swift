import Console
import Foundation
import MiniTransformer
import Visualization

extension Subcommand {
  /// `inspect why TEXT`: the arithmetic behind a prediction, or behind one attention weight.
  static let why = Subcommand(
    "why", "Shows how the probabilities of the next token, or one attention weight, came about.",
    examples: [
      "swift run -c release inspect why \"Every effort moves\"",
      "swift run -c release inspect why \"Every effort moves\" --token 1",
      "swift run -c release inspect why \"Every effort moves\" --attention 0.1.2.1",
    ]
  ) { options in
    let checkpoint = try options.checkpoint()
    let ids = try options.ids()
    let unknown = try options.unknown()
    let token = try options.value(
      "token", otherwise: "the last", in: 0..., "after which token, counted from 0")
    let weight = try options.text(
      "attention", as: "LAYER.HEAD.ROW.COLUMN", "one weight instead, each counted from 0")
    let text = options.operand("TEXT", "what the model reads")
    try options.finish()

    let reading = try Reading(text: text, ids: ids, unknown: unknown)
    let folder = try checkpoint.folder()
    let loaded = try reading.checkpoint(in: folder)
    let input = try reading.ids(for: loaded, in: folder)
    let place = try weight.map { text throws(UsageError) in
      try WeightPlace(text, loaded.model.configuration, count: input.count)
    }
    if let token, token >= input.count {
      throw UsageError("--token must be in 0...\(input.count - 1) for this text; found \(token)")
    }
    let explanation = Explanation(loaded, ids: input)
    let output = StandardStream.output
    try output.print(
      place.map { explanation.weight($0, width: output.width) }
        ?? explanation.prediction(after: token ?? input.count - 1, width: output.width))
    try output.suggest("inspect attention TEXT")
  }
}

/// One attention weight.
struct WeightPlace {
  let layer: Int, head: Int, row: Int, column: Int

  /// Reads `LAYER.HEAD.ROW.COLUMN` for a model and a text of `count` tokens.
  init(_ text: String, _ configuration: GPTConfiguration, count: Int) throws(UsageError) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    let limits = [
      ("layer", configuration.layers), ("head", configuration.heads), ("row", count),
      ("column", count),
    ]
    let numbers = parts.compactMap { $0 }
    guard parts.count == 4 && numbers.count == 4 else {
      throw UsageError(
        "--attention needs four numbers LAYER.HEAD.ROW.COLUMN such as 0.1.2.1; found \(text.quoted())"
      )
    }
    for (number, (name, limit)) in zip(numbers, limits) where !(0..<limit).contains(number) {
      throw UsageError(
        "--attention: the \(name) must be in 0...\(limit - 1); found \(number)")
    }
    (layer, head, row, column) = (numbers[0], numbers[1], numbers[2], numbers[3])
  }
}

/// What the numbers of a forward pass say, in double precision, beside those of the kernels.
private struct Explanation {
  let walk: Walkthrough
  let labels: [String]
  let name: (Int32) -> String
  let map: AttentionMap
  let logits: [[Double]]

  init(_ checkpoint: Checkpoint, ids: [Int32]) {
    let model = checkpoint.model
    walk = Walkthrough(model, ids: ids)
    name = { visible(checkpoint.label($0)) }
    labels = ids.map(name)
    map = AttentionMap(of: model, ids: ids, tokens: labels)
    let flat = withoutGradients { model(ids) }.scalars.map { Double($0) }
    logits = stride(from: 0, to: flat.count, by: model.vocabularySize).map {
      Array(flat[$0..<$0 + model.vocabularySize])
    }
  }

  // MARK: The next token

  func prediction(after token: Int, width: Int) -> String {
    let style = PictureStyle(width: width)
    let likeliest = ranked(walk.logits[token])
    let difference = zip(walk.logits[token], logits[token]).map { abs($0 - $1) }.max() ?? 0
    let chosen = likeliest.prefix(8)
    let rows = chosen.map { id, probability in
      [name(Int32(id)), decimal(walk.logits[token][id]), Format.percentage(probability)]
    }
    let paragraphs =
      [
        "after “\(labels[token])” (token \(token) of “\(labels.joined(separator: " "))”)",
        table(
          [("next", .left), ("logit", .right), ("probability", .right)], rows: rows, style: style),
        "probability = exp(logit) / Σ exp(logits), over all \(logits[token].count) tokens\n"
          + "in double precision; the kernels' logits differ by at most \(exponent(difference))",
        shares(of: likeliest.prefix(2).map(\.id), after: token, style: style),
        lens(token, style: style),
      ]
    return paragraphs.joined(separator: "\n\n")
  }

  private func shares(of ids: [Int], after token: Int, style: PictureStyle) -> String {
    let columns = ids.map { walk.attribution(of: $0, after: token) }
    guard columns.count == 2 else { return "" }
    func row(_ name: String, _ values: [Double]) -> [String] {
      [name] + values.map { decimal($0) } + [decimal(values[0] - values[1])]
    }
    let rows = columns[0].indices.map { index in
      row(columns[0][index].name, columns.map { $0[index].logit })
    }
    let sums = columns.map { $0.reduce(0) { $0 + $1.logit } }
    let names = ids.map { name(Int32($0)) }
    return
      "What each part of the model adds to the logits of the two likeliest:\n"
      + table(
        [("part", .left), (names[0], .right), (names[1], .right), ("difference", .right)],
        rows: rows + [row("sum", sums)], style: style)
  }

  private func lens(_ token: Int, style: PictureStyle) -> String {
    let rows = (0...walk.layers.count).map { blocks in
      let best = ranked(walk.lens(token: token, after: blocks)).prefix(3)
      return [blocks == 0 ? "embeddings" : "layer \(blocks - 1)"]
        + best.map { "\(name(Int32($0.id))) \(Format.percentage($0.probability))" }
    }
    return "What the residual stream would say after each layer (the logit lens):\n"
      + table(
        [("after", .left), ("1st", .left), ("2nd", .left), ("3rd", .left)],
        rows: rows.map { $0 + Array(repeating: "", count: 4 - $0.count) }, style: style)
  }

  private func ranked(_ logits: [Double]) -> [(id: Int, probability: Double)] {
    let largest = logits.max() ?? 0
    let powers = logits.map { exp($0 - largest) }, total = powers.reduce(0, +)
    return powers.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
      .map { ($0.offset, $0.element / total) }
  }

  // MARK: One attention weight

  func weight(_ place: WeightPlace, width: Int) -> String {
    let style = PictureStyle(width: width)
    let head = walk.layers[place.layer].heads[place.head]
    let (query, key) = (head.query[place.row], head.key[place.column])
    let (from, to) = (labels[place.row], labels[place.column])
    let products = zip(query, key).map { $0 * $1 }
    let score = products.reduce(0, +), size = query.count
    let dimensions = table(
      [("dimension", .right), ("query", .right), ("key", .right), ("product", .right)],
      rows: products.indices.map {
        [String($0), decimal(query[$0]), decimal(key[$0]), decimal(products[$0])]
      }, style: style)
    let fast = Double(map.weights[place.layer][place.head][place.row][place.column])
    let share = head.weights[place.row][place.column]
    var lines = [
      "layer \(place.layer), head \(place.head): “\(from)” (row \(place.row)) asks, "
        + "“\(to)” (column \(place.column)) answers",
      "", dimensions, "",
      "sum       query · key = \(decimal(score))",
      "scale     \(decimal(score)) ÷ √\(size) = \(decimal(score / Double(size).squareRoot()))",
    ]
    guard place.column <= place.row else {
      lines += [
        "mask      column \(place.column) comes after row \(place.row): −∞ in place of the score",
        "softmax   exp(−∞) = 0, so the weight is 0 (the kernel's: \(fast))",
      ]
      return lines.joined(separator: "\n")
    }
    lines += [
      "mask      column \(place.column) does not come after row \(place.row): it stays", "",
    ]
    lines.append(softmaxRow(place, head, style: style))
    lines += [
      "",
      "weight of “\(to)”: \(String(format: "%.6f", share)); the kernel's: "
        + "\(String(format: "%.6f", fast)), difference \(exponent(abs(share - fast)))",
    ]
    return lines.joined(separator: "\n")
  }

  private func softmaxRow(
    _ place: WeightPlace, _ head: Walkthrough.Head, style: PictureStyle
  ) -> String {
    let query = head.query[place.row], scale = Double(query.count).squareRoot()
    let scores = head.key[...place.row].map { key in
      zip(query, key).reduce(0) { $0 + $1.0 * $1.1 } / scale
    }
    let largest = scores.max() ?? 0
    let powers = scores.map { exp($0 - largest) }, total = powers.reduce(0, +)
    let rows = scores.indices.map { key in
      [
        labels[key] + (key == place.column ? " ←" : ""), decimal(scores[key]),
        decimal(scores[key] - largest), decimal(powers[key]), decimal(powers[key] / total),
      ]
    }
    return
      "softmax of the row: its maximum \(decimal(largest)) is subtracted, so that no exp overflows\n"
      + table(
        [
          ("key", .left), ("score", .right), ("− maximum", .right), ("exp", .right),
          ("÷ sum", .right),
        ], rows: rows + [["sum", "", "", decimal(total), "1.0000"]], style: style)
  }

  private func decimal(_ value: Double) -> String { Format.decimal(value, places: 4) }

  private func exponent(_ value: Double) -> String { String(format: "%.1e", value) }
}
