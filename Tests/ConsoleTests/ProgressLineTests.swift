import Foundation
import Testing

@testable import Console

@Suite struct ProgressLineTests {
  /// What one drawing of a line writes.
  private func drawn(_ text: String) -> String { "\r\u{1B}[?7l\(text)\u{1B}[K\u{1B}[?7h" }

  @Test func aTerminalShowsTheLineInPlace() {
    let terminal = PseudoTerminal()
    var progress = ProgressLine(on: terminal.stream(), atMostEvery: .zero)
    progress.update("step 1")
    progress.update("step 2")
    progress.finish()
    progress.finish()
    #expect(terminal.finish() == drawn("step 1") + drawn("step 2") + "\n")
  }

  @Test func theLineIsDrawnSeldomButMilestonesAlways() {
    let terminal = PseudoTerminal()
    var progress = ProgressLine(on: terminal.stream(), atMostEvery: .seconds(3_600))
    var made = 0
    func text() -> String {
      made += 1
      return "text \(made)"
    }
    for _ in 1...1_000 { progress.update(text()) }
    progress.update(text(), isMilestone: true)
    #expect(made == 2)
    #expect(terminal.finish() == drawn("text 1") + drawn("text 2"))
  }

  @Test func aLongLineIsCropped() {
    let terminal = PseudoTerminal(columns: 10)
    var progress = ProgressLine(on: terminal.stream())
    progress.update("0123456789abc")
    #expect(terminal.finish() == drawn("012345678"))
  }

  @Test func aNoteStandsAboveTheLine() {
    let terminal = PseudoTerminal()
    var progress = ProgressLine(on: terminal.stream())
    progress.note("before")
    progress.update("step 1")
    progress.note("sample")
    progress.clear()
    progress.clear()
    #expect(
      terminal.finish() == "before\n" + drawn("step 1") + "\r\u{1B}[Ksample\n" + drawn("step 1")
        + "\r\u{1B}[K")
  }

  @Test(arguments: [(false, "note\nstep 500\n"), (true, "")])
  func aFileGetsTheMilestonesAlone(isQuiet: Bool, expected: String) throws {
    let pipe = Pipe()
    let stream = StandardStream(
      descriptor: pipe.fileHandleForWriting.fileDescriptor, named: "a pipe", environment: [:])
    var progress = ProgressLine(quiet: isQuiet, on: stream, atMostEvery: .zero)
    progress.update("step 1")
    progress.note("note")
    progress.update("step 500", isMilestone: true)
    progress.finish()
    try pipe.fileHandleForWriting.close()
    let text = try pipe.fileHandleForReading.readToEnd() ?? Data()
    #expect(String(decoding: text, as: UTF8.self) == expected)
  }
}
