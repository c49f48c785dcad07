import Autograd
import TestSupport
import Testing
import Training
import Transformer

@Suite struct TrainerTests {
  private static func model<Scalar>(
    dropout: Double = 0, seed: UInt64 = 1
  ) throws -> GPT<Scalar> {
    try GPT(
      GPTConfiguration(
        vocabularySize: 13, contextLength: 6, width: 8, layers: 2, heads: 2, dropout: dropout,
        initializerDeviation: 0.3), seed: seed)
  }

  private static func options(
    batch: Int = 6, accumulation: Int = 1, seed: UInt64 = 1, rate: Double = 1e-2
  ) -> TrainingOptions {
    TrainingOptions(
      steps: 20, batchSize: batch, accumulation: accumulation, seed: seed,
      schedule: LearningRateSchedule(.constant, peak: rate, steps: 20))
  }

  private static func windows(seed: UInt64 = 1) -> TokenWindows {
    TokenWindows((0..<60).map { Int32($0 * $0 % 13) }, context: 6, seed: seed)
  }

  private static func values<Scalar>(_ model: GPT<Scalar>) -> [[Scalar]] {
    model.parameters.all.map(\.tensor.scalars)
  }

  // MARK: What learns

  @Test func everyParameterChangesAndFrozenOnesDoNot() throws {
    let model: GPT<Float> = try Self.model()
    let before = Self.values(model)
    let frozen = "blocks.1.attention.query.weight"
    model.parameters.freeze { $0 == frozen || $0.hasPrefix("blocks.0.norm1") }
    let trainer = Trainer(model, Self.windows(), Self.options())
    for _ in 0..<3 { _ = try trainer.update() }
    var changed: Set<String> = []
    for (parameter, old) in zip(model.parameters.all, before) {
      let hasChanged = parameter.tensor.scalars != old
      let isFrozen = parameter.name == frozen || parameter.name.hasPrefix("blocks.0.norm1")
      #expect(hasChanged != isFrozen, "\(parameter.name)")
      if hasChanged { changed.insert(parameter.name) }
    }
    for name in ["query", "key", "value", "output"] {
      #expect(changed.contains("blocks.0.attention.\(name).weight"))
    }
  }

  @Test func updatesAtThePrecisionAskedFor() throws {
    let model: GPT<Float> = try Self.model()
    var options = Self.options()
    options.precision = .bfloat16
    let batch = try Self.windows().batch(from: 0, size: 6)
    let rounded = withPrecision(.bfloat16) { model.loss(batch, dividedBy: 36, context: nil).scalar }
    let exact = model.loss(batch, dividedBy: 36, context: nil).scalar
    let trainer = Trainer(model, Self.windows(), options)
    let first = try trainer.update()
    #expect(first.loss == Double(rounded) && rounded != exact)
    var last = first
    for _ in 1..<20 { last = try trainer.update() }
    #expect(last.loss < 0.8 * first.loss)
  }

  @Test func reportsWhatItDid() throws {
    let model: GPT<Double> = try Self.model()
    let trainer = Trainer(model, Self.windows(), Self.options(batch: 3, accumulation: 2))
    let expected = try model.meanLoss(over: [Self.windows().batch(from: 0, size: 6)])
    let first = try trainer.update()
    #expect(first.step == 1 && trainer.step == 1)
    #expect(abs(first.loss - expected) < 1e-13, "the mean over the tokens, before the update")
    #expect(first.tokens == 36 && first.learningRate == 1e-2)
    var last = first
    for _ in 1..<20 { last = try trainer.update() }
    #expect(last.loss < 0.8 * first.loss)
  }

  // MARK: Accumulation

  /// k micro-batches make the update of one batch k times as large, up to the order of the sums.
  @Test(arguments: [0, 0.4], [2, 3, 6])
  func accumulation(_ dropout: Double, _ passes: Int) throws {
    let (whole, parts): (GPT<Double>, GPT<Double>) = (
      try Self.model(dropout: dropout), try Self.model(dropout: dropout)
    )
    // SGD shows a difference as it is; Adam would hide a wrong factor and blow up rounding.
    let trainers = [(whole, 1), (parts, passes)].map { model, passes in
      var options = Self.options(batch: 6 / passes, accumulation: passes, rate: 0.1)
      options.algorithm = .sgd()
      return Trainer(model, Self.windows(), options)
    }
    for _ in 0..<3 {
      let reports = try trainers.map { try $0.update() }
      #expect(abs(reports[0].loss - reports[1].loss) < 1e-12)
      #expect(abs(reports[0].gradientNorm / reports[1].gradientNorm - 1) < 1e-10)
    }
    let error = largestDifference(
      Self.values(whole).flatMap { $0 }, Self.values(parts).flatMap { $0 })
    #expect(error < 1e-12)
  }

  @Test func clippingBoundsTheUpdate() throws {
    func change(_ clipping: Double?) throws -> Double {
      let model: GPT<Double> = try Self.model()
      let before = Self.values(model)
      var options = Self.options(rate: 1)
      (options.algorithm, options.clipping) = (.sgd(), clipping)
      let report = try Trainer(model, Self.windows(), options).update()
      let squares = zip(Self.values(model), before).map { new, old in
        zip(new, old).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      return squares.reduce(0, +).squareRoot() / (clipping ?? report.gradientNorm)
    }
    // The 10⁻⁶ that is added to the norm keeps the clipped one just below the bound.
    #expect(abs(try change(0.01) - 1) < 1e-4)
    #expect(abs(try change(nil) - 1) < 1e-12)
  }

  /// The same windows at each update, those of the first, and other dropout.
  @Test func overfitting() throws {
    let model: GPT<Double> = try Self.model()
    var options = Self.options(batch: 2)
    options.overfits = true
    let trainer = Trainer(model, Self.windows(), options)
    for _ in 0..<3 {
      let expected = try model.meanLoss(over: [Self.windows().batch(from: 0, size: 2)])
      #expect(abs(try trainer.update().loss - expected) < 1e-13)
    }
  }

  // MARK: The same again

  @Test func theSameSeedGivesTheSameBits() throws {
    func run(_ seed: UInt64) throws -> [[UInt32]] {
      let model: GPT<Float> = try Self.model(dropout: 0.2, seed: seed)
      let trainer = Trainer(model, Self.windows(seed: seed), Self.options(seed: seed))
      for _ in 0..<10 { _ = try trainer.update() }
      return Self.values(model).map { $0.map(\.bitPattern) }
    }
    let first = try run(1)
    #expect(try run(1) == first)
    #expect(try run(2) != first)
  }

  /// A trial pass leaves nothing behind.
  @Test func measuringChangesNothing() throws {
    let (measured, plain): (GPT<Float>, GPT<Float>) = (try Self.model(), try Self.model())
    let trainer = Trainer(measured, Self.windows(), Self.options(accumulation: 2))
    #expect(try trainer.measuredSecondsPerUpdate() > 0)
    let report = try trainer.update()
    #expect(report == (try Trainer(plain, Self.windows(), Self.options(accumulation: 2)).update()))
    #expect(Self.values(measured) == Self.values(plain))
  }

  // MARK: What goes wrong

  /// The step and the first tensor that is not finite are named, and the parameters are those of the
  /// step before.
  @Test func divergence() throws {
    let model: GPT<Float> = try Self.model()
    let trainer = Trainer(model, Self.windows(), Self.options(rate: 1e30))
    _ = try trainer.update()
    let before = Self.values(model)
    #expect(before.joined().allSatisfy { $0.isFinite })
    let error = #expect(throws: TrainingError.self) { try trainer.update() }
    guard case .notFinite(let step, _, let finding) = try #require(error) else { return }
    #expect(step == 2 && trainer.step == 1)
    #expect(Self.values(model) == before)
    #expect(finding.hasPrefix("the result of linear with blocks.0.attention.query.weight"))
    let description = try #require(error).description
    #expect(description.hasPrefix("training diverged at step 2: the loss is NaN; the result of"))
    #expect(description.hasSuffix("try a smaller --learning-rate or a smaller --clip"))
    #expect(!description.contains("\n"))
  }

  @Test func aBrokenParameterIsNamed() throws {
    let model: GPT<Float> = try Self.model()
    let query = model.blocks[1].attention.query.weight
    query.scalars = query.scalars.enumerated().map { $0 == 5 ? .infinity : $1 }
    let trainer = Trainer(model, Self.windows(), Self.options())
    let error = #expect(throws: TrainingError.self) { try trainer.update() }
    guard case .notFinite(let step, _, let finding) = try #require(error) else { return }
    #expect(step == 1)
    #expect(finding == "the parameter blocks.1.attention.query.weight [8, 8] holds inf")
  }

  // MARK: Memory

  /// From the third update on a loop lives on the memory of the second. By itself, as the count is
  /// that of the process.
  @Test func aLoopOfUpdatesTakesNoMemory() async {
    await #expect(processExitsWith: .success) {
      let model: GPT<Float> = try Self.model(dropout: 0.1)
      let trainer = Trainer(model, Self.windows(), Self.options(accumulation: 2))
      for _ in 0..<2 { _ = try trainer.update() }
      let bytes = TensorMemory.requestedBytes
      for _ in 0..<200 { _ = try trainer.update() }
      #expect(TensorMemory.requestedBytes == bytes)
    }
  }
}
