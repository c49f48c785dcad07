import Checkpoints
import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct AtomicFileTests {
  private let folder = TestFolder()

  @Test func aFileIsWrittenAndReplaced() throws {
    let path = try folder.file("a")
    try AtomicFile.write(Array("one".utf8), to: path)
    #expect(try contents(path) == Array("one".utf8))
    try AtomicFile.write([], to: path)
    #expect(try contents(path) == [])
    let long = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
    try AtomicFile.write(to: path) { sink throws(CheckpointError) in
      try sink.write(long)
      try sink.write([])
      try sink.write([7])
    }
    #expect(try contents(path) == long + [7])
    #expect(try folder.names == ["a"])
  }

  @Test func aFailureLeavesTheOldFile() throws {
    let path = try folder.file("a", "old".utf8)
    let failure = CheckpointError.damaged(path: "x", problem: "half-way")
    #expect(throws: failure) {
      try AtomicFile.write(to: path) { sink throws(CheckpointError) in
        try sink.write(Array("new".utf8))
        throw failure
      }
    }
    #expect(try contents(path) == Array("old".utf8))
    #expect(try folder.names == ["a"])
  }

  @Test func theOldFileStaysWhileTheNewOneIsWritten() throws {
    let path = try folder.file("a", "old".utf8)
    try AtomicFile.write(to: path) { sink throws(CheckpointError) in
      try sink.write(Array("new".utf8))
      #expect((try? contents(path)) == Array("old".utf8))
    }
    #expect(try contents(path) == Array("new".utf8))
  }

  @Test func whatCannotBeWrittenIsNamed() throws {
    let path = try folder.file("none/a")
    let error = try #require(throws: CheckpointError.self) { try AtomicFile.write([1], to: path) }
    #expect(error == .cannotWrite(path: path, reason: "No such file or directory"))
    #expect(error.cause == .cannotWrite)
  }

  @Test func aFolderIsNotReplaced() throws {
    let path = try folder.file("sub")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let error = try #require(throws: CheckpointError.self) { try AtomicFile.write([1], to: path) }
    #expect(error.cause == .cannotWrite)
    #expect(try folder.names == ["sub"])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aFullDiskIsReported() throws {
    let path = try folder.file("a", "old".utf8)
    try FileManager.default.createSymbolicLink(
      atPath: path + ".partial", withDestinationPath: "/dev/full")
    let error = try #require(throws: CheckpointError.self) { try AtomicFile.write([1], to: path) }
    #expect(error == .cannotWrite(path: path, reason: "No space left on device"))
    #expect(try contents(path) == Array("old".utf8))
    #expect(try folder.names == ["a"])
  }
}
