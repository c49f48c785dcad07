import Foundation
import Testing
import Tokenization

@testable import Console

/// An error with a message that must not break out of its line.
private struct Failure: ExplainedError {
  let cause: FailureCause
  var description: String { "bad \u{1B}[31mfile\nname" }
}

private let command = Command("train", "Trains.")

/// How a program ends: each test runs one in a process of its own.
@Suite struct CommandTests {
  private func output(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
  }

  private func errors(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func theStatusFollowsTheCause() {
    let statuses = [
      (FailureCause.negativeResult, 1), (.wrongUse, 64), (.badData, 65), (.missingInput, 66),
      (.cannotWrite, 73),
    ]
    for (cause, status) in statuses { #expect(cause.exitStatus == status) }
  }

  @Test func workThatIsDoneEndsWithZero() async {
    let result = await #expect(
      processExitsWith: .exitCode(0), observing: [\.standardOutputContent]
    ) {
      command.run(["--steps", "3"]) { options in
        let steps = try options.value("steps", default: 1, in: 1..., "updates")
        try options.finish()
        try StandardStream.output.print("steps: \(steps)")
      }
    }
    #expect(output(result).contains("steps: 3\n"))
  }

  @Test func anErrorIsOneLine() async {
    let result = await #expect(
      processExitsWith: .exitCode(65), observing: [\.standardErrorContent]
    ) {
      command.run([]) { _ in throw Failure(cause: .badData) }
    }
    #expect(errors(result) == "train: bad \\u{1B}[31mfile name\n")
  }

  @Test func wrongUsePointsToTheHelp() async {
    let result = await #expect(
      processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
    ) {
      command.run(["--stray"]) { try $0.finish() }
    }
    #expect(
      errors(result)
        == "train: unknown option --stray. Try 'swift run -c release train --help'\n")
  }

  @Test func anUnknownErrorIsInternal() async {
    struct Mystery: Error {}
    let result = await #expect(
      processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
    ) {
      command.run([]) { _ in throw Mystery() }
    }
    #expect(errors(result) == "train: internal error: Mystery()\n")
  }

  @Test func helpGoesToStandardOutput() async {
    let result = await #expect(
      processExitsWith: .exitCode(0),
      observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      command.run(["--help"]) { try $0.finish() }
    }
    #expect(output(result).contains("Usage: swift run -c release train"))
    #expect(!errors(result).contains("train"))
  }

  @Test func aClosedPipeEndsQuietly() async {
    let result = await #expect(
      processExitsWith: .exitCode(0), observing: [\.standardErrorContent]
    ) {
      let pipe = Pipe()
      dup2(pipe.fileHandleForWriting.fileDescriptor, STDOUT_FILENO)
      try pipe.fileHandleForReading.close()
      command.run([]) { _ in
        for _ in 0..<1_000 { try StandardStream.output.print("text") }
        throw Failure(cause: .negativeResult)
      }
    }
    #expect(!errors(result).contains("train"))
  }

  /// Without precautions the file would become standard output.
  @Test func aClosedOutputIsNotTheNextFile() async {
    let result = await #expect(
      processExitsWith: .exitCode(73), observing: [\.standardErrorContent]
    ) {
      close(STDOUT_FILENO)
      command.run([]) { _ in
        let file = unsafe open("/dev/null", O_RDWR)
        precondition(file > STDERR_FILENO)
        try StandardStream.output.print("text")
      }
    }
    #expect(errors(result).hasPrefix("train: cannot write to standard output"))
  }

  @Test func anInterruptionIsSilent() async {
    let result = await #expect(
      processExitsWith: .exitCode(143), observing: [\.standardErrorContent]
    ) {
      command.run([]) { _ in
        Interruption.listen()
        throw try #require(interruption(by: SIGTERM))
      }
    }
    #expect(!errors(result).contains("train"))
  }

  #if DEBUG
  @Test func aDebugBuildSaysThatItIsSlow() async {
    let result = await #expect(
      processExitsWith: .exitCode(0), observing: [\.standardErrorContent]
    ) {
      command.run([]) { _ in command.warnIfDebugBuild() }
    }
    #expect(
      errors(result)
        == "debug build: slow; run it as swift run -c release train\n")
  }
  #endif
}
