import Console
import MiniTransformer

/// How fast one kind of step is, and what it takes.
///
/// A step is an update of the parameters, or in generation one token.
struct StepMeasurement {
  let workload: Workload
  let precision: ComputePrecision
  let threads: Int
  let parameters: Int
  let secondsPerStep: Timings
  /// What the step's values take at least, in bytes, where it is known.
  let neededBytes: Int?
  let peakResidentBytes: Int
  /// The processor's peak on one core, on as many as there are threads, and on all.
  let peakGigaflops: (one: Double, used: Double, all: Double)
}

extension StepMeasurement {
  /// Measures what the settings ask for.
  ///
  /// - Throws: what an update throws.
  init(_ settings: Settings) throws {
    workload = Workload(settings.preset, settings.mode)
    (precision, threads) = (settings.precision, settings.threads)
    let model = try GPT<Float>(workload.configuration, seed: 1)
    parameters = model.parameters.count
    if workload.mode == .generate {
      if precision == .bfloat16 { model.packForGeneration() }
      secondsPerStep = withPrecision(precision) { [workload] in
        Self.generation(model, workload, for: settings.seconds)
      }
      neededBytes = nil
    } else {
      secondsPerStep = try Self.training(
        model, workload, at: precision, for: settings.seconds)
      neededBytes =
        MemoryEstimate(
          workload.configuration, parameterCount: parameters, batchSize: workload.batchSize
        ).totalBytes
    }
    peakResidentBytes = Processor.peakResidentBytes
    peakGigaflops = Processor.peaks(threads: threads)
  }

  private static func training(
    _ model: GPT<Float>, _ workload: Workload, at precision: ComputePrecision, for seconds: Double
  ) throws -> Timings {
    let context = workload.configuration.contextLength
    let trainer = Trainer(
      model, TokenWindows(workload.ids(100_000), context: context, seed: 1),
      TrainingOptions(
        steps: .max, batchSize: workload.batchSize,
        algorithm: .adamW(beta1: 0.9, beta2: 0.95, decay: 0.1),
        schedule: LearningRateSchedule(.constant, peak: 3e-4, steps: 1), clipping: 1,
        precision: precision))
    let update = { _ = try trainer.update() }
    return try Timings(for: seconds, warmUp: update, work: update)
  }

  private static func generation(
    _ model: GPT<Float>, _ workload: Workload, for seconds: Double
  ) -> Timings {
    let prompt = workload.ids(Workload.promptLength)
    func generate(_ count: Int) {
      let generator = TokenGenerator(
        model, prompt: prompt, options: SamplingOptions(temperature: 1))
      for _ in generator.prefix(count) {}
    }
    let runs = Timings(
      for: seconds, warmUp: { generate(8) }, work: { generate(Workload.generatedCount) })
    return Timings(runs.sorted.map { $0 / Double(Workload.generatedCount) })
  }

  var tokensPerStep: Int { workload.mode == .generate ? 1 : workload.tokensPerUpdate }

  var tokensPerSecond: Double { Double(tokensPerStep) / secondsPerStep.median }

  /// Each parameter is multiplied and added once per token in a forward pass, and twice more in a
  /// backward pass (Kaplan et al. 2020, section 2.1).
  var gigaflops: Double {
    let operations = workload.mode == .generate ? 2 : 6
    return Double(operations * parameters) * tokensPerSecond / 1e9
  }

  var json: JSON {
    [
      "preset": .string(workload.preset.rawValue), "mode": .string(workload.mode.rawValue),
      "precision": .string(precision.rawValue), "threads": .integer(Int64(threads)),
      "parameters": .integer(Int64(parameters)),
      "milliseconds_per_step": .double(secondsPerStep.median * 1e3),
      "tokens_per_second": .double(tokensPerSecond), "gigaflops": .double(gigaflops),
      "peak_gigaflops": .double(peakGigaflops.used),
      "peak_resident_bytes": .integer(Int64(peakResidentBytes)),
    ]
  }
}

extension StepMeasurement: CustomStringConvertible {
  var description: String {
    func milliseconds(_ seconds: Double) -> String { Format.significant(seconds * 1e3, digits: 4) }
    let step = workload.mode == .generate ? "token" : "step"
    let quartiles = [0.25, 0.75].map { milliseconds(secondsPerStep.quantile($0)) }
    var lines = [
      "measured    \(workload.mode.rawValue) \(workload.preset.rawValue), "
        + "\(Format.count(parameters)) parameters, \(precision.rawValue), "
        + "\(threads) thread\(threads == 1 ? "" : "s"), \(Processor.variant) kernels",
      "time        \(milliseconds(secondsPerStep.median)) ms per \(step) (median of "
        + "\(Format.grouped(secondsPerStep.sorted.count)); half of all within "
        + "\(quartiles.joined(separator: "–")))",
      "speed       \(Format.grouped(Int(tokensPerSecond))) tokens/s",
      "arithmetic  \(Format.decimal(gigaflops, places: 1)) GFLOP/s, "
        + "\(Format.percentage(gigaflops / peakGigaflops.used)) of the peak",
      "peak        \(Format.decimal(peakGigaflops.one, places: 1)) GFLOP/s on one core, "
        + "\(Format.decimal(peakGigaflops.all, places: 1)) on all \(Processor.cores)",
    ]
    if workload.mode == .generate {
      let rate = Double((precision == .bfloat16 ? 2 : 4) * parameters) * tokensPerSecond / 1e9
      lines.append("weights     read at \(Format.decimal(rate, places: 1)) GB/s")
    }
    var memory = "memory      \(Format.bytes(peakResidentBytes)) resident at most"
    if let neededBytes { memory += "; the step's values take \(Format.bytes(neededBytes))" }
    return (lines + [memory]).joined(separator: "\n")
  }
}

extension Processor {
  /// The peak on one core, on as many as there are threads, and on all.
  static func peaks(threads: Int) -> (one: Double, used: Double, all: Double) {
    let one = peakGigaflops(cores: 1)
    let all = cores == 1 ? one : peakGigaflops(cores: cores)
    let used = threads == 1 ? one : threads == cores ? all : peakGigaflops(cores: threads)
    return (one, used, all)
  }
}
