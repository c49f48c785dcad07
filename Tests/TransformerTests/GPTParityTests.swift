import Autograd
import Checkpoints
import TestSupport
import Testing
import Transformer

/// Whole models against PyTorch: everything between the ids and the gradients.
@Suite struct GPTParityTests {
  /// How far from PyTorch's float64 a number may be: rounding, of PyTorch's float32 as well where it
  /// gives no other.
  struct Tolerance {
    let logits, loss, gradient: Double
    let hidden = 5e-5
    let attention = 1e-5
  }

  @Test(arguments: GoldenModel.all) func float(_ golden: GoldenModel) throws {
    try compare(
      golden, Float.self, Tolerance(logits: 5e-5, loss: 1e-5, gradient: 1e-5))
  }

  @Test(arguments: GoldenModel.all) func double(_ golden: GoldenModel) throws {
    try compare(
      golden, Double.self, Tolerance(logits: 1e-10, loss: 1e-10, gradient: 1e-10))
  }

  private func compare<Scalar: TensorScalar & SafetensorsScalar>(
    _ golden: GoldenModel, _ type: Scalar.Type, _ tolerance: Tolerance
  ) throws {
    let numbers = try golden.numbers()
    let model = try GPT<Scalar>(from: golden.folder)
    let ids = try numbers.ids("input_ids")
    let sequences = try numbers.file.entry("input_ids").shape[0]

    var attention: [[Scalar]] = []
    var hidden: [[Scalar]] = []
    let features = model.hidden(
      ids, sequences: sequences,
      observer: { layer, weights in
        #expect(layer == attention.count)
        attention.append(weights.scalars)
      }, stages: { hidden.append($0.scalars) })
    let logits = model(ids, sequences: sequences)
    #expect(
      features.linear(model.head, transposingWeight: true).scalars == logits.scalars,
      "the features behind the last norm are not those of the logits")
    let logitsError = largestDifference(logits.scalars, try numbers("logits64"))
    #expect(logitsError <= tolerance.logits, "\(golden): logits")

    let layers = model.configuration.layers
    #expect(attention.count == layers && hidden.count == layers + 2)
    for layer in 0..<layers {
      let error = largestDifference(attention[layer], try numbers("attention.\(layer)"))
      #expect(error <= tolerance.attention, "\(golden): attention of layer \(layer)")
    }
    // GPT-2's list of hidden states has no place of its own for what goes into the last norm.
    let names = (0..<layers).map { "hidden.\($0)" } + ["hidden.pre_ln_f", "hidden.\(layers)"]
    for (name, values) in zip(names, hidden) {
      let error = largestDifference(values, try numbers(name))
      #expect(error <= tolerance.hidden, "\(golden): \(name)")
    }

    let targets = try numbers.ids("labels")
    let batch = TokenBatch(inputs: ids, targets: targets, sequences: sequences)
    let loss = model.loss(batch, dividedBy: targets.count { $0 != -100 }, context: nil)
    let lossError = abs(Double(loss.scalar) - (try numbers("loss64")[0]))
    #expect(lossError <= tolerance.loss, "\(golden): loss")

    loss.backward()
    let expected = try numbers.parameters("grad64")
    #expect(Set(expected.map(\.name)) == Set(model.parameters.all.map(\.name)))
    var worst = (error: 0.0, name: "")
    for parameter in expected {
      let gradient = try #require(model.parameters[parameter.name]?.gradient)
      let error = largestDifference(gradient.scalars, parameter.values) / parameter.largest
      if !(error <= worst.error) { worst = (error, parameter.name) }
    }
    #expect(
      worst.error <= tolerance.gradient,
      "\(golden): the gradient of \(worst.name), relative to the largest of its tensor")
  }
}
