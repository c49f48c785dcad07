import Autograd
import Checkpoints
import Tokenization
import Transformer
import Visualization

extension Lesson {
  /// From text to the next word with the trained model that comes with the package.
  static let pipeline = Lesson(
    "pipeline", "From “Every effort moves” to “you”",
    "Text, ids, embeddings, blocks, logits, probabilities: the trained model, stage by stage."
  ) { sheet in
    let checkpoint = try Checkpoint(from: sheet.checkpoint)
    let (model, size) = (checkpoint.model, checkpoint.model.configuration)
    let ids = try checkpoint.tokenizer?.encode("Every effort moves") ?? []
    func label(_ id: Int32) -> String { checkpoint.tokenizer.map { $0.token(id) } ?? "#\(id)" }
    let words = ids.map(label)

    sheet.section("1. Text to ids")
    sheet.block(
      tokenStrip(zip(words, ids).map { (piece: $0, number: String($1)) }, style: sheet.style))
    sheet.say("The vocabulary has \(size.vocabularySize) tokens; \(ids.count) ids go in.")

    sheet.section("2. Ids to vectors, positions added")
    let walk = Walkthrough(model, ids: ids)
    func short(_ rows: [[Double]]) -> [[Double]] { rows.map { Array($0.prefix(5)) } }
    sheet.say("[\(ids.count), \(size.width)]; the first five of \(size.width) numbers:")
    sheet.numbers("token", short(walk.tokens), rows: words, places: 3)
    sheet.numbers("+ position", short(walk.positions), rows: words, places: 3)

    for (index, layer) in walk.layers.enumerated() {
      sheet.section("\(3 + index). Block \(index + 1)")
      for (number, head) in layer.heads.enumerated() {
        sheet.heatMap("layer \(index + 1), head \(number + 1)", words, head.weights)
      }
      sheet.numbers("out, first five", short(layer.output), rows: words, places: 3)
    }

    sheet.section("\(3 + walk.layers.count). Logits and probabilities")
    sheet.say(
      "After the last norm, the vector of each word is multiplied with all \(size.vocabularySize) token vectors: "
        + "\(size.vocabularySize) logits a word. Softmax of the last row says what follows:")
    let probabilities = weighted(walk.logits[ids.count - 1])
    let best = probabilities.enumerated().sorted { $0.element > $1.element }.prefix(5)
    sheet.block(
      probabilityBars(
        best.map { (token: label(Int32($0.offset)), probability: $0.element) }, style: sheet.style))
    let word = best.first.map { label(Int32($0.offset)) } ?? ""
    sheet.say("Every effort moves → \(word)")
    sheet.values["probability of \(word)"] = best.first?.element

    sheet.section("The same by the fast path")
    let fast = model.logits(next: ids, state: model.makeState()).scalars.map(Double.init)
    let difference = largestDifference([fast], [walk.logits[ids.count - 1]])
    sheet.values["difference of the fast path"] = difference
    sheet.say(
      "All of the above was computed once more in plain loops and double precision. The kernels that train "
        + "and generate, in single precision, differ by at most \(digits(difference)) in a logit.")
    let prefixes = ids.indices.map { Walkthrough(model, ids: Array(ids[...$0])).logits[$0] }
    sheet.values["difference of prefixes"] = largestDifference(prefixes, walk.logits)
    sheet.say(
      "And one pass over three words gives the three predictions of three passes over one, two and three "
        + "words: difference \(digits(sheet.values["difference of prefixes"] ?? 1)).")
    sheet.recap(
      [
        "text → ids → vectors + positions → blocks → norm → logits → probabilities → next word.",
        "Writing on: append the word, and again. Try: generate \"Every effort moves\"",
      ], missing: "a second text for the same model. Next: lessons fine-tuning.")
  }
}
