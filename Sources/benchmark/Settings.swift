import Console
import MiniTransformer

/// What is to be measured, and against whom.
struct Settings {
  /// A program that does the same work in another framework; each is a script in ``Peer/folder``.
  enum Peer: String, CaseIterable {
    case pytorch, jax

    static let folder = "Sources/benchmark/Peers"
  }

  let preset: TrainingPreset
  let mode: Mode
  let precision: ComputePrecision
  let threads: Int
  let seconds: Double
  let against: Peer?
  let python: String
  let rounds: Int
  let isJSON: Bool
}

extension Settings {
  private enum Format: String, CaseIterable { case text, json }

  init(_ options: inout Options) throws {
    preset = try options.choice("preset", default: TrainingPreset.toy, "the size of the model")
    mode = try options.choice("mode", default: Mode.train, "what is measured")
    precision = try options.choice(
      "precision", default: ComputePrecision.float32, "the numbers that matrix products multiply")
    threads = try options.value(
      "threads", default: ComputeThreads.available, in: 1...256, "threads of the kernels")
    seconds = try options.value(
      "seconds", default: 5, in: .above(0.0, through: 3_600.0), "how long to measure")
    let isJSON = try options.flag("json", "the same as --format json")
    self.isJSON =
      try options.choice("format", default: Format.text, "how the result is reported") == .json
      || isJSON

    options.group("In comparison with another framework, side by side")
    against = try options.choice("against", of: Peer.self, "the framework")
    python = try options.text(
      "python", default: "python3", as: "PATH", "the Python in which it is installed")
    rounds = try options.value(
      "rounds", default: 3, in: 1...1_000, "how often both are measured in turn")
    try options.finish()
    ComputeThreads.count = threads

    if against != nil && mode == .matmul {
      throw UsageError("--against compares --mode train or --mode generate, not single products")
    }
  }
}
