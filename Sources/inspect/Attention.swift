import Console
import Foundation
import MiniTransformer
import Visualization

extension Subcommand {
  /// `inspect attention TEXT`: who attends to whom, head by head.
  static let attention = Subcommand(
    "attention", "Shows which tokens of a text each attends to, in every head or in one.",
    examples: [
      "swift run -c release inspect attention \"Every effort moves you\"",
      "swift run -c release inspect attention \"Every effort moves you\" --layer 0 --head 1 "
        + "--format svg --output attention.svg",
      "swift run -c release inspect attention \"Every effort moves you\" --group who=Every,you "
        + "--group what=effort,moves",
      "swift run -c release inspect attention \"Every effort moves you\" --json",
    ]
  ) { options in
    let checkpoint = try options.checkpoint()
    let ids = try options.ids()
    let unknown = try options.unknown()
    let selection = try Selection(&options)
    let groups = try options.groups()
    let format = try options.choice(
      "format", default: AttentionFormat.terminal, "how to show it; svg and png show one head")
    let isJSON = try options.flag("json", "the same as --format json, which has all heads")
    let path = try options.output()
    let text = options.operand("TEXT", "what the model reads")
    try options.finish()
    let chosen = isJSON ? .json : format
    guard chosen != .png || path != nil else {
      throw UsageError("a PNG goes into a file; name it with --output")
    }

    let reading = try Reading(text: text, ids: ids, unknown: unknown)
    let folder = try checkpoint.folder()
    let loaded = try reading.checkpoint(in: folder)
    let input = try reading.ids(for: loaded, in: folder)
    let configuration = loaded.model.configuration
    let heads = try selection.heads(layers: configuration.layers, heads: configuration.heads)
    let map = AttentionMap(of: loaded.model, ids: input, tokens: input.map(loaded.label))

    for group in groups {
      for token in group.tokens where !map.tokens.contains(where: { $0.trimmed == token }) {
        let tokens = map.tokens.map { $0.trimmed.quoted() }.joined(separator: ", ")
        throw UsageError(
          "--group \(group.name): the text has no token \(token.quoted()); it has \(tokens)")
      }
    }

    let output = StandardStream.output
    switch chosen {
    case .terminal:
      let style = PictureStyle(
        width: path == nil ? output.width : 80,
        colors: path == nil ? ColorSupport(colors: output.colors) : .none)
      let pictures = heads.map {
        map.picture(layer: $0.layer, head: $0.head, groups: groups, style: style)
      }
      try output.write(pictures.joined(separator: "\n\n") + "\n", to: path)
      if path == nil { try output.suggest("inspect explore --output explorer.html") }
    case .svg, .png:
      guard heads.count == 1 else {
        throw UsageError(
          "a picture shows one head; choose --layer 0...\(configuration.layers - 1) and "
            + "--head 0...\(configuration.heads - 1)")
      }
      let svg = attentionSVG(map, layer: heads[0].layer, head: heads[0].head)
      if chosen == .png, let path {
        try AtomicFile.write(BrowserPicture.png(of: svg), to: path)
      } else {
        try output.write(svg, to: path)
      }
    case .html:
      let next = loaded.nextTokens(after: input)
      try output.write(
        AttentionPage(map, heads: heads, next: next, title: folder).html, to: path)
    case .json: try output.write(map.json(ids: input, groups: groups), to: path)
    }
  }
}

private enum AttentionFormat: String, CaseIterable { case terminal, svg, png, html, json }

extension Options {
  /// Declares the groups of tokens whose attention is summed.
  fileprivate mutating func groups() throws(UsageError) -> [TokenGroup] {
    var groups: [TokenGroup] = []
    for text in try texts(
      "group", as: "NAME=TOKEN,TOKEN,…",
      "sum what these tokens get; can be given again (terminal and JSON)")
    {
      guard let group = TokenGroup(text) else {
        throw UsageError(
          "--group must be a name and tokens such as food=rice,bread; found \(text.quoted())")
      }
      groups.append(group)
    }
    return groups
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}

extension Checkpoint {
  /// The likeliest tokens after some ids, with their probabilities.
  fileprivate func nextTokens(after ids: [Int32]) -> [(token: String, probability: Double)] {
    let logits = model.logits(next: ids, state: model.makeState())
    return Sampling.candidates(logits.scalars, temperature: 1).prefix(10).map {
      (label($0.id), $0.probability)
    }
  }
}

extension AttentionMap {
  /// One head in text: the grid, what each token attends to most, and what groups get.
  fileprivate func picture(
    layer: Int, head: Int, groups: [TokenGroup], style: PictureStyle
  ) -> String {
    let grid = attentionGrid(
      queries: tokens, keys: tokens, weights: weights[layer][head], style: style)
    let sentences = tokens.indices.flatMap { query in
      Format.lines(of: sentence(layer: layer, head: head, query: query), width: style.width)
    }
    let sums =
      groups.isEmpty ? [] : ["", table(of: groups, layer: layer, head: head, style: style)]
    return (["layer \(layer), head \(head)", grid, ""] + sentences + sums).joined(separator: "\n")
  }

  /// All heads, a row of weights on each line; of groups the sums, if there are any.
  fileprivate func json(ids: [Int32], groups: [TokenGroup]) throws -> String {
    func text(_ json: JSON) throws -> String {
      String(decoding: try json.text(.compact, for: "standard output"), as: UTF8.self)
    }
    let shape = [weights.count, weights.first?.count ?? 0, tokens.count, tokens.count]
    let layers = try weights.map { layer in
      let heads = try layer.map { head in
        let rows = try head.map { row in try text(.array(row.map { .double(Double($0)) })) }
        return "[\n\(rows.joined(separator: ",\n"))]"
      }
      return "[\(heads.joined(separator: ",\n"))]"
    }
    let sums: [JSON] = groups.map { group in
      let byLayer = weights.indices.map { layer in
        JSON.array(
          weights[layer].indices.map { head in
            JSON.array(
              tokens.indices.map { query in
                let share = shares(of: [group], layer: layer, head: head, query: query).groups[0]
                return .double(Double(share))
              })
          })
      }
      return [
        "name": .string(group.name), "tokens": .array(group.tokens.map { .string($0) }),
        "weights": .array(byLayer),
      ]
    }
    return """
      {"tokens":\(try text(.array(tokens.map { .string($0) }))),
      "ids":\(try text(JSON(ids))),
      "axes":["layer","head","query","key"],"shape":\(shape),
      "unit":"share of 1; the weights of a query sum to 1",
      "groups":\(try text(.array(sums))),
      "weights":[\(layers.joined(separator: ",\n"))]}

      """
  }
}
