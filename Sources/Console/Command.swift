import Foundation
import Tokenization

/// A program of this package: its name, what it does, and how it ends.
///
///     Command("train", "Trains a small transformer on text.", examples: […]).run { options in
///       let steps = try options.value("steps", default: 2_500, in: 1..., "optimizer updates")
///       try options.finish()
///       …
///     }
public struct Command: Sendable {
  /// The version of the package.
  public static let version = "0.1.0"

  let name: String
  let summary: String
  let examples: [String]

  /// Describes a command.
  ///
  /// - Parameters:
  ///   - name: the name of the executable.
  ///   - summary: one sentence that says what it does, for the help.
  ///   - examples: whole command lines, for the help.
  public init(_ name: String, _ summary: String, examples: [String] = []) {
    self.name = name
    self.summary = summary
    self.examples = examples
  }

  /// How a person starts the command.
  public var invocation: String { "swift run -c release \(name)" }

  var versionLine: String { "\(name) (MiniTransformer) \(Self.version)" }

  /// Runs the work and ends the program with a status that says how it went.
  ///
  /// An error is one line on standard error. The status is 0 when the work is done (or help was
  /// shown, or the reader of a pipe went away), 1 when it ran and the answer is no, 64 to 73 as in
  /// `sysexits.h`, 128 + the signal after an interruption.
  public func run(
    _ arguments: [String] = Array(CommandLine.arguments.dropFirst()),
    _ work: (inout Options) throws -> Void
  ) -> Never {
    // A closed pipe, or a file that may not grow any more, is then an error of the write that meets
    // it, and the work unwinds in order.
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
    // The next file opened would take the number of a stream that is closed, and get its output;
    // in its place stands a file that can be neither written nor confused with one.
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) == -1 {
      _ = unsafe open("/dev/null", O_RDONLY)
    }
    do {
      var options = Options(arguments, of: self)
      try work(&options)
      exit(0)
    } catch {
      exit(report(error))
    }
  }

  /// Says on standard error, in a debug build, that it is slow; call it before any other output.
  public func warnIfDebugBuild() {
    #if DEBUG
    try? StandardStream.error.print("debug build: slow; run it as \(invocation)")
    #endif
  }

  /// Tells a person about the error; returns the exit status.
  private func report(_ error: any Error) -> Int32 {
    switch error {
    case let printout as Printout:
      do {
        try StandardStream.output.print(printout.text)
        return 0
      } catch {
        return report(error)
      }
    case is ClosedPipe:
      return 0
    case let interruption as Interruption:
      return interruption.exitStatus
    case let error as any ExplainedError:
      let stop = error.description.hasSuffix("?") ? "" : "."
      let advice = error.cause == .wrongUse ? "\(stop) Try '\(invocation) --help'" : ""
      say(error.description + advice)
      return error.cause.exitStatus
    default:
      say("internal error: \(error)")
      return 70
    }
  }

  /// Writes one line, whatever a file name or an argument in the message may contain.
  private func say(_ message: String) {
    let line = message.unicodeScalars.map { scalar in
      switch scalar {
      case "\n", "\r", "\t": " "
      case _ where scalar.properties.generalCategory == .control: scalar.escaped(asASCII: true)
      default: String(scalar)
      }
    }
    try? StandardStream.error.print("\(name): \(line.joined())")
  }
}

extension FailureCause {
  /// The exit status, from BSD's `sysexits.h` but for the 1.
  var exitStatus: Int32 {
    switch self {
    case .negativeResult: 1
    case .wrongUse: 64
    case .badData: 65
    case .missingInput: 66
    case .cannotWrite: 73
    }
  }
}
