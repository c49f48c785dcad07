import Foundation
import TestSupport
import Testing

/// The commands as real processes, run in a folder of their own that looks like a fresh checkout.
final class Workplace: Sendable {
  /// How a command ended and what it wrote.
  struct Outcome: CustomStringConvertible {
    let status: Int32
    let output: String
    let errors: String

    var errorLines: [Substring] { errors.split(separator: "\n") }
    /// What was said beside the first line of a debug build.
    var messages: [Substring] { errorLines.filter { !$0.hasPrefix("debug build") } }
    var description: String { "status \(status)\noutput: \(output)\nerrors: \(errors)" }
  }

  let folder: URL

  /// Makes the folder, with the corpus in it.
  init() throws {
    folder = URL(fileURLWithPath: NSTemporaryDirectory())
      .appendingPathComponent("mini-transformer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url("data"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Self.checkout.appendingPathComponent("data/every-effort.txt"),
      to: url("data/every-effort.txt"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func url(_ path: String) -> URL { folder.appendingPathComponent(path) }

  func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

  func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: url(path)) }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: url(path).path) }

  func bytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: url(path))) }

  /// The names in a folder, in order; none if there is no such folder.
  func names(in path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: url(path).path).sorted()) ?? []
  }

  /// Runs a command to its end.
  func run(
    _ command: String, _ arguments: String..., input: String = "",
    environment: [String: String] = [:], outputTo path: String? = nil
  ) async throws -> Outcome {
    try await start(
      command, arguments, input: input, environment: environment, outputTo: path
    ).outcome()
  }

  /// Starts a command.
  func start(
    _ command: String, _ arguments: [String], input: String = "",
    environment: [String: String] = [:], outputTo path: String? = nil
  ) throws -> RunningCommand {
    let name = UUID().uuidString
    try write(input, to: name + ".in")
    return try RunningCommand(
      executable: Self.binaries.appendingPathComponent(command), arguments: arguments,
      folder: folder, environment: environment, input: url(name + ".in"),
      output: path.map { URL(fileURLWithPath: $0) } ?? url(name + ".out"),
      errors: url(name + ".err"))
  }

  /// The folder of this checkout.
  static let checkout = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The folder of the built commands, which is that of the test bundle.
  private static let binaries: URL = {
    #if os(macOS)
    Bundle(for: Workplace.self).bundleURL.deletingLastPathComponent()
    #else
    Bundle.main.bundleURL
    #endif
  }()
}

/// A command that has been started; its streams are files, so that none of them fills up.
struct RunningCommand {
  private let process = Process()
  private let output: URL
  private let errors: URL
  private let ending: AsyncStream<Int32>

  init(
    executable: URL, arguments: [String], folder: URL, environment: [String: String], input: URL,
    output: URL, errors: URL
  ) throws {
    (self.output, self.errors) = (output, errors)
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    // Nothing of the tester's terminal; where the libraries lie, on Linux.
    let kept = ProcessInfo.processInfo.environment.filter {
      ["PATH", "HOME", "LD_LIBRARY_PATH", "MINITRANSFORMER_KERNELS"].contains($0.key)
    }
    process.environment = kept.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: input)
    for file in [output, errors] where !FileManager.default.fileExists(atPath: file.path) {
      try Data().write(to: file)
    }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    ending = stream
    process.terminationHandler = {
      // A signal that was not caught, as a shell would tell it.
      continuation.yield(
        $0.terminationReason == .exit ? $0.terminationStatus : 128 + $0.terminationStatus)
      continuation.finish()
    }
    try withSignals { try process.run() }
  }

  /// Waits until the command has written this to standard error.
  func waitForError(_ text: String) async throws {
    try await wait(for: errors) { $0.contains(text) }
  }

  /// Waits until the command has written so many lines to standard output.
  func waitForOutput(lines: Int) async throws {
    try await wait(for: output) { $0.count { $0 == "\n" } >= lines }
  }

  private func wait(for file: URL, _ isEnough: (String) -> Bool) async throws {
    for _ in 0..<1_000 {
      if try isEnough(String(decoding: Data(contentsOf: file), as: UTF8.self)) { return }
      guard process.isRunning else { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("\(process.arguments ?? []) has not written what was expected")
  }

  /// A process begins with the signals blocked that are blocked in the thread that starts it, and
  /// those of Swift's pool block nearly all.
  private func withSignals(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for the end.
  func outcome() async throws -> Workplace.Outcome {
    var status: Int32 = -1
    for await value in ending { status = value }
    func text(_ file: URL) throws -> String {
      file.path.hasPrefix("/dev/")
        ? "" : try String(decoding: Data(contentsOf: file), as: UTF8.self)
    }
    return try .init(status: status, output: text(output), errors: text(errors))
  }
}
