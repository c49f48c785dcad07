import Autograd
import Checkpoints
import Tokenization
import Training
import Transformer

extension Lesson {
  /// The eight stages of one update of the trained model, as `train` makes it.
  static func trace(on sheet: inout LessonSheet) throws {
    let checkpoint = try Checkpoint(from: sheet.checkpoint)
    let model = checkpoint.model
    guard let tokenizer = checkpoint.tokenizer, let block = model.blocks.first else { return }
    sheet.section("The same in the model that writes")
    let text = "Every effort moves you closer"
    let ids = try tokenizer.encode(text)
    let words = ids.map { tokenizer.token($0) }
    let batch = TokenBatch(
      inputs: Array(ids.dropLast()), targets: Array(ids.dropFirst()), sequences: 1)
    // The first stage is the embedding, the input of block 1.
    var stages: [Tensor<Float>] = []
    var weights: [Int] = []
    let output = withoutGradients {
      _ = model.hidden(batch.inputs, stages: { stages.append($0) })
      return model(batch.inputs, observer: { _, tensor in weights = tensor.shape })
    }
    let queries = withoutGradients { block.attention.query(block.norm1(stages[0])) }
    func shown(_ tensor: Tensor<Float>) -> String { Shown(shape: tensor.shape).lines[0] }
    let loss = model.loss(batch, dividedBy: batch.length, context: nil)
    sheet.table(
      ["stage", "what", "shape"],
      [
        ["1 data", words.dropLast().joined(separator: " ") + " →", "[1, \(batch.length)]"],
        ["2 model", "\(model.blocks.count) blocks", grouped(model.parameters.count) + " numbers"],
        ["3 Q, K, V", "of block 1", shown(queries)],
        ["4 weights", "\(model.configuration.heads) heads", Shown(shape: weights).lines[0]],
        ["5 output", "logits for all words", shown(output)],
        [
          "6 loss", "to say " + words.dropFirst().joined(separator: " "),
          digits(Double(loss.scalar)),
        ],
      ], leftColumns: 2)
    loss.backward()
    let matrices = model.parameters.all.filter { $0.tensor.rank == 2 }
    func length(_ values: [Float]) -> Double {
      values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    let before = matrices.map(\.tensor.scalars)
    let gradients = matrices.map { length($0.tensor.gradient?.scalars ?? []) }
    Optimizer(.sgd(), model.parameters).step(rate: 0.01)
    let changes = zip(matrices, before).map { length(zip($0.tensor.scalars, $1).map { $0 - $1 }) }
    sheet.say("7 backward and 8 update, W ← W − 0.01 dW (lengths of all numbers of a matrix):")
    sheet.table(
      ["matrix", "shape", "|gradient|", "|change|"],
      matrices.indices.map {
        [
          matrices[$0].name, shown(matrices[$0].tensor), decimal(gradients[$0], 4),
          decimal(changes[$0], 4),
        ]
      })
    let again = withoutGradients { model.loss(batch, dividedBy: batch.length, context: nil) }
    sheet.values["traced loss before"] = Double(loss.scalar)
    sheet.values["traced loss after"] = Double(again.scalar)
    sheet.say(
      "The loss of this line is now \(digits(Double(again.scalar))); it was \(digits(Double(loss.scalar)))."
    )
  }
}
