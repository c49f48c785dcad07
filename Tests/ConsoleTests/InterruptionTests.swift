import Foundation
import Testing

@testable import Console

/// Sends a signal to this process and waits until the request to stop is there, 5 seconds at most.
func interruption(by signal: Int32) -> Interruption? {
  // Not `raise`: the threads that run tests let no signal through, the main thread does.
  kill(getpid(), signal)
  for _ in 0..<5_000 where Interruption.pending == nil { usleep(1_000) }
  return Interruption.pending
}

/// Each test runs in a process of its own, as it takes real signals.
@Suite struct InterruptionTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func theFirstSignalIsOnlyNoted(signal: Int32) async {
    await #expect(processExitsWith: .exitCode(signal == SIGINT ? 130 : 143)) { [signal] in
      Interruption.listen()
      precondition(Interruption.pending == nil)
      exit(interruption(by: signal)?.exitStatus ?? 1)
    }
  }

  @Test func theFirstRequestHolds() async {
    await #expect(processExitsWith: .exitCode(143)) {
      Interruption.listen()
      _ = interruption(by: SIGTERM)
      kill(getpid(), SIGINT)
      usleep(50_000)
      exit(Interruption.pending?.exitStatus ?? 1)
    }
  }

  /// A program that has stopped listening ends at once; listening again forgets the earlier request.
  @Test func listeningEnds() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      Interruption.listen()
      _ = interruption(by: SIGINT)
      Interruption.stopListening()
      Interruption.listen()
      guard Interruption.pending == nil else { exit(1) }
      Interruption.stopListening()
      kill(getpid(), SIGINT)
      usleep(5_000_000)
    }
  }

  @Test func theSecondSignalEndsTheProgram() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      Interruption.listen()
      _ = interruption(by: SIGINT)
      kill(getpid(), SIGINT)
      usleep(5_000_000)
    }
  }
}
