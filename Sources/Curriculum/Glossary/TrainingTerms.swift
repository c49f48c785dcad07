extension Term {
  static let trainingTerms: [Term] = [
    Term(
      "tensor", [], "Numbers in a rectangular shape that remember how they were computed.",
      lesson: "gradients",
      "Sources/Autograd/Tensor.swift", "public final class Tensor"),
    Term(
      "shape", [], "The extents of a tensor; B sequences, T tokens, C features, H heads, V words.",
      lesson: "shapes",
      "Sources/Autograd/Tensor.swift", "public let shape"),
    Term(
      "parameter", ["parameters"], "A number that training changes.", lesson: "learning",
      "Sources/Transformer/ParameterStore.swift", "public final class ParameterStore"),
    Term(
      "initialization", [], "The random numbers with which parameters begin.",
      formula: "deviation ≈ 1/√inputs",
      lesson: "initialization", "Sources/Transformer/ParameterStore.swift",
      "public enum Initializer"),
    Term(
      "loss", ["cross-entropy"],
      "How badly the model predicted, in nats per token; untrained about ln V.",
      formula: "−ln p(right token)", lesson: "training-step",
      "Sources/Autograd/Operations/CrossEntropy.swift",
      "public func crossEntropy("),
    Term(
      "gradient", ["derivative"], "How the loss changes with each parameter.", formula: "∂L/∂W",
      shape: "as W", lesson: "gradients", "Sources/Autograd/Tensor.swift", "public var gradient"),
    Term(
      "backward", ["backpropagation", "chain rule"],
      "The way from the loss back through all operations, newest first.",
      lesson: "gradients", "Sources/Autograd/Graph.swift", "func backward("),
    Term(
      "gradient check", ["gradcheck"], "Compares gradients with small differences of the loss.",
      formula: "(L(w + h) − L(w − h)) / 2h", lesson: "gradients",
      "Sources/Autograd/GradientCheck.swift",
      "public func gradientErrors("),
    Term(
      "vanishing gradient", ["saturation"],
      "A gradient near 0: softmax with scores far apart hardly answers to them.",
      formula: "∂wᵢ/∂sⱼ = wᵢ (δᵢⱼ − wⱼ)", lesson: "scaled-dot-product",
      "Sources/Autograd/Operations/Softmax.swift", "dxᵢ += yᵢ (dyᵢ - Σⱼ dyⱼ yⱼ)"),
    Term(
      "learning rate", ["rate"], "How far a step goes against the gradient.",
      formula: "W ← W − η dW",
      lesson: "training-step", "Sources/Training/LearningRateSchedule.swift", "LearningRateSchedule"
    ),
    Term(
      "optimizer", ["SGD", "Adam", "AdamW"], "Changes the parameters by their gradients.",
      lesson: "training-step",
      "Sources/Training/Optimizer.swift", "public final class Optimizer"),
    Term(
      "step", ["update"], "One update of all parameters.", lesson: "training-step",
      "Sources/Training/Trainer.swift",
      "func update("),
    Term(
      "clipping", ["clip"], "Gradients longer than a limit are shortened to it.",
      lesson: "training-step",
      "Sources/Training/Optimizer.swift", "public func clippingFactor("),
    Term(
      "batch", [], "Several sequences that are computed together.", shape: "[B, T]",
      lesson: "shapes",
      "Sources/Transformer/Model.swift", "public struct TokenBatch"),
    Term(
      "dropout", [],
      "Drops a share of the numbers while training, so that none is relied on alone.",
      lesson: "training-step", "Sources/Transformer/Layers.swift", "public struct Dropout"),
    Term(
      "checkpoint", [], "A trained model in files.", lesson: "pipeline",
      "Sources/Checkpoints/Checkpoint.swift",
      "public struct Checkpoint"),
    Term(
      "fine-tuning", ["pre-training"],
      "Training a trained model on with another text.", lesson: "fine-tuning",
      "Sources/train/Start.swift", "\"from\""),
    Term(
      "seed", [],
      "The number from which all random numbers follow; the same seed gives the same model.",
      lesson: "initialization", "Sources/Autograd/RandomStream.swift", "public init(seed: UInt64"),
  ]
}
