import Autograd
import Checkpoints
import Foundation
import Tokenization
import Training
import Transformer
import Visualization

extension Lesson {
  /// The trained model goes on with another text, beside one that begins from nothing.
  static let fineTuning = Lesson(
    "fine-tuning", "Going on from a trained model",
    "A second text, learned from the trained weights and from random ones: losses and attention compared."
  ) { sheet in
    // New sentences of words that the model knows.
    let text = """
      The money moves to the sea
      Every river holds the money
      You rest on the small stone
      Every effort holds you
      The bank becomes a garden
      """
    let trained = try Checkpoint(from: sheet.checkpoint)
    guard let tokenizer = trained.tokenizer else { return }
    var fresh = trained.model.configuration
    fresh.dropout = 0
    let scratch = try GPT<Float>(fresh, seed: 1)
    let ids = try tokenizer.encode(text + "\n")
    let windows = TokenWindows(ids, context: min(8, fresh.contextLength), seed: 1)
    sheet.say(
      "Pre-training and fine-tuning: the model of checkpoints/every-effort has learned one text; now it goes "
        + "on with five new lines (\(ids.count) tokens). Beside it, the same architecture from random weights."
    )
    sheet.lines(text.split(separator: "\n").map(String.init))
    let words = ["Every", "effort", "moves"]
    let prompt = try tokenizer.encode(words.joined(separator: " "))
    func weights() -> [[Double]] {
      Walkthrough(trained.model, ids: prompt).layers.last?.heads.last?.weights ?? []
    }
    let before = weights()

    let steps = sheet.isBrief ? 20 : 60, every = 10
    let options = TrainingOptions(
      steps: steps, batchSize: 8,
      schedule: LearningRateSchedule(.constant, peak: 1e-3, warmup: 0, steps: steps))
    func losses(_ model: GPT<Float>) throws -> [Double] {
      let trainer = Trainer(model, windows, options)
      let batches = try windows.evaluationBatches(size: 8)
      var losses = [model.meanLoss(over: batches)]
      for step in 1...steps {
        _ = try trainer.update()
        if step.isMultiple(of: every) { losses.append(model.meanLoss(over: batches)) }
      }
      return losses
    }
    let tuned = try losses(trained.model), new = try losses(scratch)
    sheet.section("The loss of the new text, in nats per token")
    sheet.table(
      ["updates", "from the trained model", "from nothing"],
      tuned.indices.map { [String($0 * every), decimal(tuned[$0], 3), decimal(new[$0], 3)] })
    sheet.values["tuned"] = tuned.last
    sheet.values["from nothing"] = new.last
    sheet.values["tuned, before"] = tuned.first
    let chance = log(Double(fresh.vocabularySize))
    sheet.say(
      "Pure chance has ln \(fresh.vocabularySize) = \(decimal(chance, 3)). The trained model begins above it: it is "
        + "sure of what it knows, and this is not it. But it needs few updates.")
    sheet.section("Attention of the last head, before and after")
    let after = weights()
    sheet.values["change of attention"] = largestDifference(before, after)
    sheet.heatMap("before", words, before)
    sheet.heatMap("after \(steps) updates", words, after)
    sheet.say(
      "What it knew of words and their order serves the new text, too. With a command: train --from "
        + "checkpoints/every-effort --corpus FILE.")
    sheet.recap(
      [
        "Pre-training: learn from much text. Fine-tuning: go on with a little of another.",
        "The words and their order need not be learned again, so a few updates are enough.",
      ], missing: "what may be read from attention weights. Next: lessons reading-attention.")
  }
}
