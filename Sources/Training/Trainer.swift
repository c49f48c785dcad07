public import Autograd
public import Checkpoints
public import Tokenization
public import Transformer

/// What a run does, beside the model and the text.
public struct TrainingOptions: Sendable, Equatable {
  /// How many updates are made.
  public var steps: Int
  /// How many windows a forward pass sees.
  public var batchSize: Int
  /// How many passes make one update.
  public var accumulation: Int
  /// The seed of everything random.
  public var seed: UInt64
  /// How parameters follow their gradients.
  public var algorithm: OptimizerAlgorithm
  /// The learning rate of each update.
  public var schedule: LearningRateSchedule
  /// The largest norm of all gradients together; nil leaves them as they are.
  public var clipping: Double?
  /// Whether every update sees the windows of the first. A model that cannot learn one batch by
  /// heart has a mistake in it.
  public var overfits: Bool
  /// The numbers that matrix products multiply.
  public var precision: ComputePrecision

  /// Options; see the properties.
  public init(
    steps: Int, batchSize: Int, accumulation: Int = 1, seed: UInt64 = 1337,
    algorithm: OptimizerAlgorithm = .adamW(), schedule: LearningRateSchedule,
    clipping: Double? = 1, overfits: Bool = false, precision: ComputePrecision = .float32
  ) {
    self.steps = steps
    self.batchSize = batchSize
    self.accumulation = accumulation
    self.seed = seed
    self.algorithm = algorithm
    self.schedule = schedule
    self.clipping = clipping
    self.overfits = overfits
    self.precision = precision
  }
}

/// What one update came to.
public struct UpdateReport: Sendable, Equatable {
  /// How many updates are finished, this one included.
  public let step: Int
  /// The mean loss of its tokens before the update, in nats.
  public let loss: Double
  /// The learning rate.
  public let learningRate: Double
  /// The norm of all gradients together, before clipping.
  public let gradientNorm: Double
  /// How many tokens it learned from.
  public let tokens: Int
}

/// Training that cannot go on.
public enum TrainingError: ExplainedError, Equatable {
  /// The loss or the gradient of `step` is NaN or infinite; `finding` names where it began.
  case notFinite(step: Int, loss: Double, finding: String)

  /// The run itself gave the answer no.
  public var cause: FailureCause { .negativeResult }

  /// The step, the first tensor that was not finite, and what to do.
  public var description: String {
    switch self {
    case .notFinite(let step, let loss, let finding):
      "training diverged at step \(step): the loss is \(loss.isNaN ? "NaN" : "\(loss)"); \(finding); "
        + "try a smaller --learning-rate or a smaller --clip"
    }
  }
}

/// Trains a language model on the windows of a text.
public final class Trainer<M: Model> where M.Batch == TokenBatch {
  /// The model that learns.
  public let model: M
  /// What it learns from.
  public let windows: TokenWindows
  /// What the run does.
  public let options: TrainingOptions
  /// How many updates are finished.
  public fileprivate(set) var step = 0

  fileprivate let optimizer: Optimizer<M.Scalar>

  /// A trainer before its first update.
  public init(_ model: M, _ windows: TokenWindows, _ options: TrainingOptions) {
    (self.model, self.windows, self.options) = (model, windows, options)
    optimizer = Optimizer(options.algorithm, model.parameters)
  }

  /// Makes one update: forward, loss, backward, clip, step.
  ///
  /// - Throws: ``TrainingError/notFinite(step:loss:finding:)``, or `CheckpointError` if the text can be
  ///   read no longer; the parameters are then as they were after the update before.
  @specialized(where M == GPT<Float>)
  public func update() throws -> UpdateReport {
    let tokens = options.batchSize * options.accumulation * windows.context
    let batches = try (0..<options.accumulation).map(batch)

    var loss = 0.0
    for (pass, batch) in batches.enumerated() {
      loss += forwardAndBackward(batch, pass: pass, dividedBy: tokens)
    }

    let norm = model.parameters.gradientNorm()
    guard loss.isFinite && norm.isFinite else {
      throw TrainingError.notFinite(
        step: step + 1, loss: loss, finding: firstNotFinite(batches, dividedBy: tokens))
    }
    let factor = options.clipping.map { clippingFactor(norm: norm, maximum: $0) } ?? 1
    let rate = options.schedule.rate(at: step)
    optimizer.step(rate: rate, gradientFactor: factor)

    step += 1
    return UpdateReport(
      step: step, loss: loss, learningRate: rate, gradientNorm: norm, tokens: tokens)
  }

  /// The windows of one pass of the next update.
  fileprivate func batch(pass: Int) throws(CheckpointError) -> TokenBatch {
    let first = options.overfits ? 0 : step * options.batchSize * options.accumulation
    return try windows.batch(from: first + pass * options.batchSize, size: options.batchSize)
  }

  /// Adds the gradients of one pass to those before it, and returns its share of the loss.
  fileprivate func forwardAndBackward(
    _ batch: TokenBatch, pass: Int, dividedBy tokens: Int
  ) -> Double {
    let context = StepContext(
      step: step, seed: options.seed, firstSequence: pass * options.batchSize)
    let loss = withPrecision(options.precision) {
      model.loss(batch, dividedBy: tokens, context: context)
    }
    loss.backward()
    return Double(loss.scalar)
  }

  /// Repeats the passes of a failed update, looking at every result.
  private func firstNotFinite(_ batches: [TokenBatch], dividedBy tokens: Int) -> String {
    model.parameters.clearGradients()
    let failure = FiniteWatch.firstFailure {
      for (pass, batch) in batches.enumerated() {
        _ = forwardAndBackward(batch, pass: pass, dividedBy: tokens)
      }
    }
    model.parameters.clearGradients()
    return failure ?? "the gradients of several passes together are too large"
  }
}

extension Trainer where M.Scalar == Float {
  /// What the optimizer remembers of earlier gradients.
  package var averages: [(name: String, values: Storage<Float>)] { optimizer.averages }

  /// Goes on where a run has stopped, of which the model is already loaded.
  ///
  /// - Throws: ``CheckpointError``
  public func resume(_ state: TrainingState) throws(CheckpointError) {
    try state.load(averages, of: model.parameters)
    step = state.progress.step
    optimizer.updates = step
  }
}

extension Trainer {
  /// How long an update takes, from trial passes whose gradients are dropped.
  ///
  /// The first takes memory that later ones reuse, and any may be disturbed, so the quickest counts.
  ///
  /// - Throws: `CheckpointError` if the text can be read no longer.
  public func measuredSecondsPerUpdate() throws(CheckpointError) -> Double {
    let batch = try batch(pass: 0)
    let clock = ContinuousClock()
    var quickest = Double.infinity
    var spent = 0.0
    for _ in 0..<8 where spent < 0.1 {
      let seconds = clock.measure {
        _ = forwardAndBackward(batch, pass: 0, dividedBy: options.batchSize * windows.context)
        model.parameters.clearGradients()
      }.seconds
      quickest = min(quickest, seconds)
      spent += seconds
    }
    return quickest * Double(options.accumulation)
  }
}
