import Foundation

@testable import Console

/// A terminal without a person: what is written to `stream` can be read back.
struct PseudoTerminal {
  private let reader: Int32
  private let writer: Int32

  init(columns: UInt16 = 80) {
    var ends: (reader: Int32, writer: Int32) = (-1, -1)
    var size = winsize()
    size.ws_col = columns
    guard unsafe openpty(&ends.reader, &ends.writer, nil, nil, &size) == 0 else {
      fatalError("no pseudo-terminal: error \(errno)")
    }
    (reader, writer) = ends
  }

  func stream(_ environment: [String: String] = ["TERM": "xterm"]) -> StandardStream {
    StandardStream(descriptor: writer, named: "a terminal", environment: environment)
  }

  /// Ends the writing and returns everything that was written, line ends as they were.
  func finish() -> String {
    close(writer)
    defer { close(reader) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe read(reader, &buffer, buffer.count)
      guard count > 0 else { break }
      text += buffer[..<count]
    }
    return String(decoding: text, as: UTF8.self).replacing("\r\n", with: "\n")
  }
}
