import Autograd
import Checkpoints
import Foundation
import Tokenization
import Transformer
import Visualization

extension Lesson {
  /// What an attention weight says and what it does not.
  static let readingAttention = Lesson(
    "reading-attention", "Reading attention with care",
    "A weight says where a head reads, not what it does with it: weight, weight × |value| and knock-out."
  ) { sheet in
    sheet.section("First: is it attention at all?")
    sheet.say("A slide shows this matrix for “Your journey starts with one”. Add up its rows:")
    let words = ["Your", "journey", "starts", "with", "one"]
    let slide = [
      [0.05, 0.1, 0.25, 0.1, 0.5], [0.15, 0.45, 0.2, 0.1, 0.1], [0.05, 0.1, 0.28, 0.1, 0.1],
      [0.05, 0.1, 0.25, 0.1, 0.1], [0.05, 0.1, 0.25, 0.1, 0.5],
    ]
    sheet.heatMap("the slide's matrix: look at the sums", words, slide)
    let sums = matrix(slide).sum(axis: 1).scalars
    sheet.check(
      "002.heatmap-rows", printed: "attention weights",
      [
        Figure("row_sums", Shown(sums), label: "sums of rows"),
        Figure(
          "missing_mass", Shown(sums.map { 1 - $0 }.map { abs($0) < 1e-12 ? 0 : $0 }),
          label: "missing"),
        Figure("starts_renormalised", Shown(shares(slide[2])), label: "starts, divided by its sum"),
        Figure("with_renormalised", Shown(shares(slide[3])), label: "with, divided by its sum"),
      ], .wrong,
      "“starts” and “with” do not sum to 1. And it is not causal, though the slides are about to mask."
    )
    try roles(on: &sheet)
    try knockOut(on: &sheet)
    sheet.recap(
      [
        "A weight says where a head reads. It does not say why, nor what is done with it.",
        "A large weight on a short value moves little; a small one on a long value may move much.",
        "To know what matters, take it away and look.",
        "More: Jain and Wallace 2019, Wiegreffe and Pinter 2019, Kobayashi et al. 2020.",
      ])
    sheet.say("That was the last lesson. Next: lessons exercises.")
  }

  /// What each head of the trained model looks at, on average over the lines of its text.
  private static func roles(on sheet: inout LessonSheet) throws {
    let checkpoint = try Checkpoint(from: sheet.checkpoint)
    guard let tokenizer = checkpoint.tokenizer else { return }
    let lines = [
      "Every effort moves you closer", "The river bank holds the water",
      "The money bank holds the money",
      "We drink apple juice in the garden",
    ]
    var totals: [String: [Double]] = [:], rows = 0.0
    for line in lines {
      let walk = Walkthrough(checkpoint.model, ids: try tokenizer.encode(line))
      for (index, layer) in walk.layers.enumerated() {
        for (number, head) in layer.heads.enumerated() {
          for (query, weights) in head.weights.enumerated().dropFirst() {
            let seen = weights[...query]
            let entropy = seen.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
            let distance = seen.enumerated().reduce(0) {
              $0 + $1.element * Double(query - $1.offset)
            }
            let row = [seen[0], seen[query - 1], seen[query], distance, entropy]
            let name = "layer \(index + 1), head \(number + 1)"
            totals[name] = zip(totals[name] ?? row.map { _ in 0 }, row).map { $0 + $1 }
          }
        }
      }
      rows += Double((walk.layers.first?.heads.first?.weights.count ?? 1) - 1)
    }
    sheet.section("What do heads look at?")
    sheet.say(
      "Some say that heads are for grammar, entities or meaning. Measured instead, in the trained model, "
        + "over all words but the first of \(lines.count) lines: the mean weight on the first word, on the word "
        + "before and on the word itself, the mean distance in words, and the entropy in nats (0: one word)."
    )
    sheet.table(
      ["", "first", "before", "itself", "distance", "entropy"],
      totals.sorted { $0.key < $1.key }.map { name, sums in
        [name] + sums.map { decimal($0 / rows, 2) }
      })
    sheet.say("What a head does is found by training, differs from run to run, and may be nothing.")
  }

  /// The last block of the trained model: for each word that the last one attends to, three measures.
  private static func knockOut(on sheet: inout LessonSheet) throws {
    let checkpoint = try Checkpoint(from: sheet.checkpoint)
    let model = checkpoint.model
    let ids = try checkpoint.tokenizer?.encode("Every effort moves") ?? []
    let words = ids.map { id in checkpoint.tokenizer.map { $0.token(id) } ?? "#\(id)" }
    let walk = Walkthrough(model, ids: ids)
    guard let layer = walk.layers.last, let block = model.blocks.last, !ids.isEmpty else { return }
    let last = ids.count - 1
    let likeliest =
      walk.logits[last].indices.max { walk.logits[last][$0] < walk.logits[last][$1] } ?? 0

    /// The probability of the likeliest word if the stream between attention and feed-forward is `x`.
    func probability(_ x: [Double]) -> Double {
      let stream = Tensor(x.map(Float.init), shape: [1, 1, x.count])
      let y = stream + block.feedForward(block.norm2(stream))
      let logits = model.norm(y).linear(model.head, transposingWeight: true)
      return weighted(logits.scalars.map(Double.init))[likeliest]
    }
    let whole = probability(layer.middle[last])
    let word = checkpoint.tokenizer?.token(Int32(likeliest)) ?? "#\(likeliest)"
    sheet.section("Then: three measures that disagree")
    sheet.say(
      "The trained model, “Every effort moves”, last block. The word “moves” is about to say “\(word)”, with "
        + "\(percent(whole)). For each head: the weight on each word, the weight times the length of that "
        + "word's value, and the probability of “\(word)” if that word is taken out of that head.")
    let output = block.attention.output.weight.rows
    for (number, head) in layer.heads.enumerated() {
      let size = head.value[0].count
      let mixing = Array(output[number * size..<(number + 1) * size])
      let rows = words.indices.map { key in
        let weight = head.weights[last][key]
        let part = mixture(head.value[key].map { $0 * weight }, mixing)
        let without = zip(layer.middle[last], part).map { $0 - $1 }
        return [
          words[key], decimal(weight, 3), decimal(weight * length(head.value[key]), 3),
          percent(probability(without)),
        ]
      }
      sheet.table(
        ["head \(number + 1)", "weight", "weight × |value|", "“\(word)” without it"], rows)
    }
    sheet.values["probability with all"] = whole
    sheet.say(
      "The columns need not agree, and a single head rarely decides: others carry the same knowledge."
    )
  }
}
