import Autograd
import Checkpoints
import Console
import Foundation
import Sampling
import Testing
import Tokenization
import Training
import Transformer

@testable import benchmark

/// The settings of a short measurement.
private func settings(_ mode: Mode, python: String = "python3") -> Settings {
  Settings(
    preset: .toy, mode: mode, precision: .float32, threads: 1, seconds: 0.01, against: nil,
    python: python, rounds: 1, isJSON: true)
}

private func keys(_ json: JSON) throws -> [String] {
  try JSONField(parsing: json.text(.compact, for: "test"), from: "test").members().map(\.key)
}

@Suite struct WorkloadTests {
  /// GPT-2 has 12 C² + 13 C parameters a block, 2 C in its last norm, and its two tables; that of
  /// Hugging Face counts 124,439,808 with the whole context of 1,024.
  @Test(arguments: [
    (TrainingPreset.toy, 27_776), (.character, 809_856), (.baby, 10_770_816),
    (.gpt2, 124_439_808 - (1_024 - 64) * 768),
  ])
  func theModelsAreThoseOfGPT2(preset: TrainingPreset, parameters: Int) throws {
    let configuration = Workload(preset, .train).configuration
    #expect(try GPT<Float>(configuration).parameters.count == parameters)
    #expect(configuration.dropout == 0)
  }

  @Test func generationHasRoomFor256Tokens() {
    for preset in TrainingPreset.allCases {
      #expect(Workload(preset, .generate).configuration.contextLength == 256)
    }
    #expect(Workload(.gpt2, .train).configuration.contextLength == 64)
    #expect(Workload(.toy, .matmul).configuration.contextLength == 8)
  }

  @Test func idsAreInTheVocabulary() {
    let ids = Workload(.toy, .train).ids(2_000)
    #expect(ids.allSatisfy { (0..<64).contains($0) } && Set(ids).count == 64)
  }

  /// Every matrix is multiplied once forward and twice backward, 2 operations for each of its
  /// elements and tokens; tables that are only looked up are in no product.
  @Test(arguments: TrainingPreset.allCases)
  func theProductsAreThoseOfAnUpdate(preset: TrainingPreset) throws {
    let workload = Workload(preset, .matmul)
    let model = try GPT<Float>(workload.configuration)
    let elements = model.parameters.all.filter { $0.tensor.rank == 2 }.reduce(0) {
      $0 + ($1.name.hasPrefix("positions") ? 0 : $1.tensor.count)
    }
    let operations = Product.ofUpdate(workload).reduce(0) {
      $0 + Double($1.count) * $1.operations
    }
    #expect(operations == Double(6 * elements * workload.tokensPerUpdate))
  }
}

@Suite struct TimingsTests {
  @Test func quantilesLieBetweenTheTimes() {
    let timings = Timings([4, 1, 3, 2])
    #expect(timings.median == 2.5)
    #expect(timings.quantile(0) == 1)
    #expect(timings.quantile(1) == 4)
    #expect(Timings([7]).median == 7)
  }

  @Test func aSlowWorkIsRepeatedThreeTimes() {
    var calls: [String] = []
    let timings = Timings(
      for: 1e-9, warmUp: { calls.append("warm") }, work: { calls.append("work") })
    #expect(calls == ["warm", "warm", "work", "work", "work"])
    #expect(timings.sorted.count == 3)
  }

  @Test func aQuickWorkFillsTheTime() {
    let clock = ContinuousClock()
    var timings = Timings([0])
    let taken = clock.measure {
      timings = Timings(for: 0.05, warmUp: {}, work: {})
    }
    #expect(taken >= .milliseconds(55) && timings.sorted.count > 100)
  }
}

@Suite struct ProcessorTests {
  @Test func operationsGrowWithTheRounds() {
    let one = Kernels<Float>.multiplyAddPeak(rounds: 1)
    #expect(one >= 2 && Kernels<Float>.multiplyAddPeak(rounds: 1_000) == 1_000 * one)
    #expect(Kernels<Double>.multiplyAddPeak(rounds: 1) == one / 2)
  }

  @Test func thePeakIsMeasured() {
    #expect(Processor.peakGigaflops(cores: 1) > 0.01)
    #expect(Processor.peakGigaflops(cores: Processor.cores) > 0.01)
  }

  @Test func residentMemoryIsInBytes() {
    let tensor = Tensor<Float>(repeating: 1, shape: [1 << 24])
    #expect(Processor.peakResidentBytes >= 4 * tensor.count)
    #expect(Processor.peakResidentBytes < Int(ProcessInfo.processInfo.physicalMemory))
  }
}

@Suite struct MeasurementTests {
  private func measurement(_ mode: Mode) -> StepMeasurement {
    StepMeasurement(
      workload: Workload(.toy, mode), precision: .float32, threads: 1, parameters: 1_000_000,
      secondsPerStep: Timings([0.002]), neededBytes: 1_000, peakResidentBytes: 2_000,
      peakGigaflops: (400, 400, 800))
  }

  /// 64 tokens in 2 ms are 32,000 a second, of 6 million operations each.
  @Test func trainingTakesSixOperationsAParameter() {
    #expect(measurement(.train).tokensPerSecond == 32_000)
    #expect(measurement(.train).gigaflops == 192)
    #expect(measurement(.train).description.contains("192.0 GFLOP/s, 48.0% of the peak"))
  }

  @Test func generationTakesTwo() {
    #expect(measurement(.generate).tokensPerSecond == 500)
    #expect(measurement(.generate).gigaflops == 1)
    #expect(measurement(.generate).description.contains("read at 2.0 GB/s"))
  }

  @Test(arguments: [Mode.train, .generate])
  func theFieldsAreThoseOfTheContract(mode: Mode) throws {
    let measurement = try StepMeasurement(settings(mode))
    #expect(
      try keys(measurement.json) == [
        "preset", "mode", "precision", "threads", "parameters", "milliseconds_per_step",
        "tokens_per_second", "gigaflops", "peak_gigaflops", "peak_resident_bytes",
      ])
    let figures = try Contestant.Figures(
      parsing: measurement.json.text(.pretty, for: "test"), from: "test")
    #expect(figures.parameters == measurement.parameters)
    #expect(figures.millisecondsPerStep > 0)
  }

  @Test func everyProductHasALine() throws {
    let products = Product.ofUpdate(Workload(.toy, .matmul))
    let measurement = ProductMeasurement(settings(.matmul), of: products)
    #expect(measurement.products.count == 12)
    #expect(measurement.text(width: 100).split(separator: "\n").count == 2 + 12 + 1)
    #expect(try keys(measurement.json).contains("products"))
    #expect(Product.reference.operations == 3_623_878_656)
  }
}

@Suite struct BenchmarkSettingsTests {
  private func errors(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func aPrecisionThatIsNotThereIsRefused() async {
    let result = await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent])
    {
      Benchmark.command.run(["--precision", "float16"]) { _ = try Settings(&$0) }
    }
    #expect(errors(result).contains("--precision must be float32 or bfloat16; found \"float16\""))
  }

  @Test func productsAreNotCompared() async {
    let result = await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent])
    {
      Benchmark.command.run(["--mode", "matmul", "--against", "jax"]) { _ = try Settings(&$0) }
    }
    #expect(errors(result).contains("--against compares"))
  }
}

/// Programs that stand for peers.
@Suite struct ComparisonTests {
  private func contestant(_ name: String, _ script: String, threads: Int = 1) -> Contestant {
    Contestant(name: name, threads: threads, executable: "/bin/sh", arguments: ["-c", script])
  }

  private func figures(milliseconds: Double, parameters: Int = 5) -> String {
    "echo '{\"parameters\": \(parameters), \"milliseconds_per_step\": \(milliseconds), "
      + "\"tokens_per_second\": 8, \"peak_resident_bytes\": 1000}'"
  }

  @Test func contestantsTakeTurnsAndTheBetterPeerCounts() throws {
    let log = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: log) }
    func logging(_ letter: String, _ milliseconds: Double) -> String {
      "printf \(letter) >> '\(log)'; " + figures(milliseconds: milliseconds)
    }
    let comparison = try Comparison(
      [
        contestant("ours", logging("A", 2)), contestant("peer", logging("B", 10)),
        contestant("peer", logging("C", 6), threads: 2),
      ], rounds: 2)
    #expect(try String(contentsOfFile: log, encoding: .utf8) == "ABCABC")
    #expect(comparison.best.contestant.threads == 2)
    #expect(comparison.ratio == 3)
    #expect(
      comparison.text(width: 80).hasSuffix(
        "peer takes 3.00 times as long (3.00 to 3.00 in 2 rounds)"))
    #expect(try keys(comparison.json(settings(.train))).last == "contestants")
  }

  @Test func differentModelsAreNotCompared() {
    #expect(throws: ContestantError.differentModels(ours: 5, theirs: 6, name: "peer")) {
      try Comparison(
        [
          contestant("ours", figures(milliseconds: 1)),
          contestant("peer", figures(milliseconds: 1, parameters: 6)),
        ], rounds: 1)
    }
  }

  @Test func aPeerThatFailsIsNamed() throws {
    #expect(throws: ContestantError.failed(command: "/bin/sh -c exit 3", status: 3)) {
      try contestant("peer", "exit 3").run()
    }
    #expect(throws: ContestantError.cannotStart("/nowhere")) {
      try Contestant(name: "peer", threads: 1, executable: "/nowhere", arguments: []).run()
    }
    #expect(throws: CheckpointError.self) { try contestant("peer", "echo loss: 3").run() }
    #expect(ContestantError.failed(command: "python", status: 127).cause == .missingInput)
  }

  /// Runs only where the environment variable names a Python that has PyTorch.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["MINITRANSFORMER_PYTHON"] != nil),
    arguments: [Mode.train, .generate])
  func pyTorchMeasuresTheSameModel(mode: Mode) throws {
    let python = ProcessInfo.processInfo.environment["MINITRANSFORMER_PYTHON"] ?? ""
    let figures = try Contestant(settings(mode, python: python), .pytorch, threads: 1).run()
    let model = try GPT<Float>(Workload(.toy, mode).configuration)
    #expect(figures.parameters == model.parameters.count)
  }
}
