import Checkpoints
import Foundation
import TestSupport
import Testing
import Tokenization
import Training

@Suite struct RunFolderTests {
  private let place = TestFolder()

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test func writesTheRunAndItsMetrics() throws {
    let folder = try RunFolder("\(place.path)/a/b")
    try folder.begin(["seed": 1])
    try folder.append(["step": 1])
    try folder.append(["step": 2])
    #expect(try lines(folder.metricsPath) == [], "collected until they are flushed")
    try folder.flush()
    #expect(try lines(folder.metricsPath) == [#"{"step":1}"#, #"{"step":2}"#])
    let run = try JSONField(readingFile: "\(folder.path)/run.json")
    #expect(run.value == ["seed": 1])

    try folder.begin(["seed": 2])
    try folder.flush()
    #expect(try lines(folder.metricsPath) == [], "a run begins them anew")
  }

  @Test func manyLinesAreWrittenInBetween() throws {
    let folder = try RunFolder(place.path)
    try folder.begin([:])
    for step in 0..<10_000 { try folder.append(["step": .integer(Int64(step))]) }
    #expect(try lines(folder.metricsPath).count > 5_000)
  }

  /// Whatever is left is written when the folder is let go of.
  @Test func lettingGoFlushes() throws {
    var folder: RunFolder? = try RunFolder(place.path)
    try folder?.begin([:])
    try folder?.append(["step": 1])
    folder = nil
    #expect(try lines("\(place.path)/metrics.jsonl") == [#"{"step":1}"#])
  }

  @Test func oneAtATime() throws {
    var first: RunFolder? = try RunFolder(place.path)
    #expect(first != nil)
    let error = #expect(throws: CheckpointError.self) { try RunFolder(place.path) }
    #expect(
      error?.description == "\(place.path) cannot be written: another process is training there; "
        + "wait for it or choose another --output")
    first = nil
    _ = try RunFolder(place.path)
  }

  @Test func aFileStandsInTheWay() throws {
    let file = "\(place.path)/file"
    try "x".write(toFile: file, atomically: true, encoding: .utf8)
    for path in [file, "\(file)/run"] {
      let error = #expect(throws: CheckpointError.self) { try RunFolder(path) }
      #expect(error?.cause == .cannotWrite)
      #expect(
        error?.description
          == "\(file) cannot be written: a folder was expected there, and it is a file")
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "x")
  }
}
