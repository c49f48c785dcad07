import Foundation
import Testing
import Tokenization

@testable import Console

@Suite struct StandardStreamTests {
  @Test(arguments: [
    (true, ["TERM": "xterm"], 16),
    (true, ["TERM": "xterm-256color"], 256),
    (true, ["TERM": "xterm-256color", "COLORTERM": "truecolor"], 1 << 24),
    (true, ["TERM": "xterm-direct"], 1 << 24),
    (true, ["TERM": "dumb", "COLORTERM": "truecolor"], 0),
    (true, [:], 0),
    (true, ["TERM": "xterm-256color", "NO_COLOR": "1"], 0),
    (true, ["TERM": "xterm-256color", "NO_COLOR": ""], 256),
    (false, ["TERM": "xterm-256color"], 0),
    (false, ["TERM": "xterm", "CLICOLOR_FORCE": "1"], 256),
    (false, ["CLICOLOR_FORCE": "1", "COLORTERM": "24bit"], 1 << 24),
    (false, ["TERM": "xterm", "CLICOLOR_FORCE": "0"], 0),
    (true, ["TERM": "xterm", "CLICOLOR_FORCE": "1", "NO_COLOR": "1"], 0),
  ])
  func coloursFollowTheEnvironment(
    isTerminal: Bool, environment: [String: String], colors: Int
  ) {
    #expect(StandardStream.colors(isTerminal: isTerminal, environment: environment) == colors)
  }

  @Test func aTerminalTellsItsWidth() {
    let terminal = PseudoTerminal(columns: 123)
    let stream = terminal.stream(["TERM": "xterm", "COLUMNS": "40"])
    #expect(stream.isTerminal && stream.canRedraw)
    #expect(stream.width == 123)
    #expect(!terminal.stream(["TERM": "dumb"]).canRedraw)
    _ = terminal.finish()
  }

  @Test func aFileHasTheWidthOfTheEnvironment() throws {
    let null = try FileHandle(forWritingTo: URL(filePath: "/dev/null"))
    func width(_ environment: [String: String]) -> Int {
      StandardStream(
        descriptor: null.fileDescriptor, named: "a file", environment: environment
      ).width
    }
    #expect(width([:]) == 80)
    #expect(width(["COLUMNS": "100"]) == 100)
    #expect(width(["COLUMNS": "0"]) == 80)
    #expect(width(["COLUMNS": "wide"]) == 80)
    try null.close()
  }

  @Test func aLongTextArrivesWhole() async throws {
    let pipe = Pipe()
    let stream = StandardStream(
      descriptor: pipe.fileHandleForWriting.fileDescriptor, named: "a pipe", environment: [:])
    // More than a pipe holds, through a descriptor that does not wait.
    let text = String(repeating: "Every effort moves you ⏎ ", count: 20_000)
    let flags = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_GETFL)
    _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFL, flags | O_NONBLOCK)
    async let received = Task.detached {
      usleep(50_000)  // Until then the pipe is full.
      return try pipe.fileHandleForReading.readToEnd()
    }.value
    let writing = Result { try stream.write(text) }
    try pipe.fileHandleForWriting.close()
    try writing.get()
    #expect(try await received == Data(text.utf8))
  }

  #if os(Linux)
  @Test func aFullDiskIsReported() throws {
    let full = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
    let stream = StandardStream(
      descriptor: full.fileDescriptor, named: "a file", environment: [:])
    let error = #expect(throws: WriteFailure.self) { try stream.print("text") }
    try full.close()
    #expect(error?.cause == .cannotWrite)
    #expect(
      error?.description
        == "cannot write to a file: No space left on device; check where it is redirected to")
  }
  #endif
}
