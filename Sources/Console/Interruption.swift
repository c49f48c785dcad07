import Foundation
import Synchronization

/// The first signal that asked the program to stop, 0 before there is one.
private let received = Atomic<Int32>(0)

/// A request to stop, by Ctrl-C (SIGINT) or `kill` (SIGTERM).
///
/// A loop listens once, asks after every step whether a request has come, finishes what must not be
/// half done, and throws the request; the command then ends with status 130 or 143.
public struct Interruption: Error {
  /// The number of the signal.
  public let signal: Int32

  /// The exit status by the convention of shells, 128 + the signal: 130 for Ctrl-C, 143 for `kill`.
  public var exitStatus: Int32 { 128 + signal }

  /// Lets the first SIGINT and the first SIGTERM only be noted; a second one of the same kind ends
  /// the program at once.
  ///
  /// A signal handler may call almost nothing, so this one stores an atomic number and gives the
  /// signal its usual meaning back.
  public static func listen() {
    received.store(0, ordering: .relaxed)  // The global is made here, not inside the handler.
    for number in [SIGINT, SIGTERM] {
      _ = Foundation.signal(number) { number in
        _ = received.compareExchange(expected: 0, desired: number, ordering: .relaxed)
        _ = Foundation.signal(number, SIG_DFL)
      }
    }
  }

  /// Gives both signals their usual meaning back: they end the program.
  public static func stopListening() {
    for number in [SIGINT, SIGTERM] { _ = Foundation.signal(number, SIG_DFL) }
  }

  /// The request to stop, if one has come since `listen()`.
  public static var pending: Interruption? {
    let signal = received.load(ordering: .relaxed)
    return signal == 0 ? nil : Interruption(signal: signal)
  }
}
