import Foundation
import Tokenization

/// One of the two streams a command writes to, and what stands at its other end.
///
/// Results go to `output`, progress and messages to `error`. A text is written at once and
/// without a buffer, so a stream of tokens appears as it is made and nothing is lost on exit.
public struct StandardStream: Sendable {
  /// Standard output, for results.
  public static let output = StandardStream(descriptor: STDOUT_FILENO, named: "standard output")
  /// Standard error, for progress and messages.
  public static let error = StandardStream(descriptor: STDERR_FILENO, named: "standard error")

  /// Whether a person is looking: the stream ends in a terminal.
  public let isTerminal: Bool
  /// Whether a line can be drawn over: a terminal that is not `TERM=dumb`.
  public let canRedraw: Bool
  /// How many colours may be used: 0, 16, 256 or 16,777,216.
  public let colors: Int

  private let descriptor: Int32
  private let name: String
  private let columns: Int?

  /// Describes the stream behind a file descriptor.
  init(
    descriptor: Int32, named name: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.descriptor = descriptor
    self.name = name
    isTerminal = isatty(descriptor) == 1
    canRedraw = isTerminal && !["", "dumb"].contains(environment["TERM"] ?? "")
    colors = Self.colors(isTerminal: isTerminal, environment: environment)
    columns = environment["COLUMNS"].flatMap { Int($0) }
  }

  /// The width in columns: the terminal's as it is now, else `COLUMNS`, else 80.
  public var width: Int {
    var size = winsize()
    if unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return Int(size.ws_col)
    }
    return if let columns, columns > 0 { columns } else { 80 }
  }

  /// Writes all of a text.
  ///
  /// - Throws: `ClosedPipe` where nobody reads any more, otherwise a `WriteFailure`.
  public func write(_ text: String) throws {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
        return unsafe Foundation.write(descriptor, rest.baseAddress, rest.count)
      }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        // Whoever shares the terminal with us made it non-blocking: wait until it takes more.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&request, 1, -1)
      } else if errno == EPIPE {
        throw ClosedPipe()
      } else if errno != EINTR {
        throw WriteFailure(stream: name, reason: unsafe String(cString: strerror(errno)))
      }
    }
  }

  /// Writes a text and a line end.
  ///
  /// - Throws: `ClosedPipe` where nobody reads any more, otherwise a `WriteFailure`.
  public func print(_ text: String = "") throws {
    try write(text + "\n")
  }

  /// Decides on colours: `NO_COLOR` forbids them, `CLICOLOR_FORCE` wants them even in a pipe,
  /// otherwise a terminal has as many as `COLORTERM` and `TERM` say.
  ///
  /// Source: no-color.org, bixense.com/clicolors.
  static func colors(isTerminal: Bool, environment: [String: String]) -> Int {
    let kind = environment["TERM"] ?? ""
    guard environment["NO_COLOR", default: ""].isEmpty else { return 0 }
    let isForced = !["", "0"].contains(environment["CLICOLOR_FORCE"] ?? "")
    guard isForced || isTerminal && !["", "dumb"].contains(kind) else { return 0 }
    if ["truecolor", "24bit"].contains(environment["COLORTERM"]) || kind.hasSuffix("-direct") {
      return 1 << 24
    }
    return isForced || kind.contains("256color") ? 256 : 16
  }
}

/// The reader of a pipe has gone, as `head` does when it has seen enough.
///
/// It unwinds the command like an error, but ends it quietly with status 0: the reader got all
/// it asked for, and a script under `set -o pipefail` goes on.
public struct ClosedPipe: Error {}

/// A text could not be written, for example because the disk is full.
public struct WriteFailure: ExplainedError {
  let stream: String
  let reason: String

  /// The output cannot be written.
  public var cause: FailureCause { .cannotWrite }

  /// Names the stream, the reason of the system and a way out.
  public var description: String {
    "cannot write to \(stream): \(reason); check where it is redirected to"
  }
}
