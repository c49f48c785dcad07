import Console
import Foundation
import MiniTransformer

/// A program that measures itself, and prints what ``StepMeasurement/json`` prints.
struct Contestant {
  let name: String
  let threads: Int
  let executable: String
  let arguments: [String]

  /// What a contestant found.
  struct Figures: Equatable {
    let parameters: Int
    let millisecondsPerStep: Double
    let tokensPerSecond: Double
    let peakResidentBytes: Int

    init(parsing output: [UInt8], from name: String) throws(CheckpointError) {
      let fields = try JSONField(parsing: output, from: "the output of \(name)")
      parameters = try fields.member("parameters").integer(in: 1...Int.max)
      millisecondsPerStep = try fields.member("milliseconds_per_step").double()
      tokensPerSecond = try fields.member("tokens_per_second").double()
      peakResidentBytes = try fields.member("peak_resident_bytes").integer(in: 1...Int.max)
    }
  }

}

extension Contestant {
  /// This program itself.
  init(_ settings: Settings) {
    name = "MiniTransformer"
    threads = settings.threads
    executable = Bundle.main.executablePath ?? CommandLine.arguments[0]
    arguments = Self.arguments(settings, threads: threads) + ["--json"]
  }

  /// A peer on so many threads.
  init(_ settings: Settings, _ peer: Settings.Peer, threads: Int) {
    name = peer.rawValue
    self.threads = threads
    // The shell's way to find the Python, which leaves no compiled files beside the scripts (-B).
    executable = "/usr/bin/env"
    arguments =
      [settings.python, "-B", "\(Settings.Peer.folder)/\(peer.rawValue).py"]
      + Self.arguments(settings, threads: threads)
  }

  private static func arguments(_ settings: Settings, threads: Int) -> [String] {
    [
      "--preset", settings.preset.rawValue, "--mode", settings.mode.rawValue,
      "--precision", settings.precision.rawValue, "--threads", String(threads),
      "--seconds", settings.seconds.argument,
    ]
  }

  /// Runs the program to its end; its messages go to standard error.
  ///
  /// - Throws: a ``ContestantError``, a `CheckpointError` if it prints something else, or the
  ///   interruption, which ends the program as well.
  func run() throws -> Figures {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    do { try process.run() } catch { throw ContestantError.cannotStart(executable) }
    // A few lines of JSON fit into the pipe, so nothing needs to read along.
    while process.isRunning {
      if let interruption = Interruption.pending {
        process.terminate()
        throw interruption
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
    guard process.terminationStatus == 0 else {
      throw ContestantError.failed(
        command: ([executable] + arguments).joined(separator: " "),
        status: Int(process.terminationStatus))
    }
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    return try Figures(parsing: Array(output), from: name)
  }
}

/// A contestant without a result.
enum ContestantError: ExplainedError, Equatable {
  case cannotStart(String)
  case failed(command: String, status: Int)
  case differentModels(ours: Int, theirs: Int, name: String)
  case missingScript(String)

  var cause: FailureCause {
    switch self {
    case .cannotStart, .missingScript: .missingInput
    case .failed(_, let status): status == 126 || status == 127 ? .missingInput : .badData
    case .differentModels: .badData
    }
  }

  var description: String {
    switch self {
    case .cannotStart(let path): "cannot start \(path); check that it can be executed"
    case .failed(let command, let status):
      "'\(command)' ended with status \(status); its messages stand above"
    case .differentModels(let ours, let theirs, let name):
      "\(name) has \(theirs) parameters where we have \(ours), so the two cannot be compared"
    case .missingScript(let path): "\(path) is missing; run benchmark in the folder of the package"
    }
  }
}
