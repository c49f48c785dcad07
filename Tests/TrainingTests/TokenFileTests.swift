import Checkpoints
import Foundation
import TestSupport
import Testing
import Transformer

@testable import Training

@Suite struct TokenFileTests {
  private let folder = TestFolder()

  private func write(_ ids: [Int32], vocabularySize: Int) throws -> String {
    let path = try folder.file("ids.bin")
    var parts = stride(from: 0, to: ids.count, by: 3).map {
      Array(ids[$0..<min($0 + 3, ids.count)])
    }
    try TokenFile.write(to: path, vocabularySize: vocabularySize) {
      parts.isEmpty ? nil : parts.removeFirst()
    }
    return path
  }

  @Test func twoOrFourBytesInLittleEndianOrder() throws {
    let short = try write([1, 0xFFFF, 0x0203, 0], vocabularySize: 1 << 16)
    #expect(try contents(short) == [1, 0, 0xFF, 0xFF, 3, 2, 0, 0])
    #expect(try TokenFile(path: short, vocabularySize: 1 << 16).ids(1..<3) == [0xFFFF, 0x0203])
    let long = try write([1, 0x0102_0304], vocabularySize: 1 << 16 + 1)
    #expect(try contents(long) == [1, 0, 0, 0, 4, 3, 2, 1])
    #expect(try TokenFile(path: long, vocabularySize: 1 << 16 + 1).ids(0..<2) == [1, 0x0102_0304])
  }

  @Test func aFailureLeavesNoFile() throws {
    struct Failure: Error {}
    let path = try folder.file("ids.bin")
    #expect(throws: Failure.self) {
      try TokenFile.write(to: path, vocabularySize: 2) { throw Failure() }
    }
    #expect(try folder.names.isEmpty)
  }

  @Test func aFileOfHalfAnIDIsRefused() throws {
    let path = try folder.file("ids.bin", [1, 2, 3] as [UInt8])
    #expect(throws: CheckpointError.self) { try TokenFile(path: path, vocabularySize: 2) }
  }

  /// A file that becomes shorter while it is open.
  @Test func aFileCutShortIsNamed() throws {
    let path = try write((0..<50).map { Int32($0) }, vocabularySize: 50)
    let ids = TokenSequence(try TokenFile(path: path, vocabularySize: 50))
    try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 60)
    #expect(try ids.ids(20..<30) == Array(20..<30))
    let error = #expect(throws: CheckpointError.self) { try ids.ids(25..<35) }
    #expect(
      error?.description == "\(path) is damaged: it has become shorter while it was read")
    #expect(throws: CheckpointError.self) {
      try TokenWindows(ids, context: 4, seed: 1).evaluationBatches(size: 2)
    }
  }

  /// A file that is there and whole is taken again, one that was cut short is made again.
  @Test func aKeptFileIsTakenAgain() throws {
    var written = 0
    func kept(_ stem: String) throws -> (name: String, file: TokenFile) {
      var parts: [[Int32]] = [[1, 2], [3]]
      return try TokenFile.kept(in: folder.path, as: stem, vocabularySize: 9) {
        written += 1
        return parts.isEmpty ? nil : parts.removeFirst()
      }
    }
    #expect(try kept("a").name == "a-3.bin" && written == 3)
    #expect(try kept("a").file.ids(0..<3) == [1, 2, 3] && written == 3)
    _ = try folder.file("a-3.bin", [1, 0, 2, 0] as [UInt8])
    #expect(try kept("a").file.ids(0..<3) == [1, 2, 3] && written == 6)
    #expect(try kept("b").name == "b-3.bin" && written == 9)
    #expect(try folder.names == ["a-3.bin", "b-3.bin"])
  }

  /// Windows of a file are those of the same ids in memory.
  @Test func windowsOfAFile() throws {
    let ids = (0..<50).map { Int32($0 * $0 % 31) }
    let file = TokenSequence(
      try TokenFile(path: write(ids, vocabularySize: 31), vocabularySize: 31))
    let memory = TokenSequence(ids)
    #expect(try file.count == 50 && file.prefix(99) == ids && file.ids(7..<9) == memory.ids(7..<9))
    let (a, b) = (file.part(10..<40).part(5..<30), memory.part(15..<40))
    #expect(try a.count == 25 && !a.isEmpty && a.ids(0..<25) == b.ids(0..<25))
    let windows = [a, b].map { TokenWindows($0, context: 4, seed: 3) }
    for number in [0, 13, 40] {
      let batches = try windows.map { try $0.batch(from: number, size: 5) }
      #expect(batches[0].inputs == batches[1].inputs && batches[0].targets == batches[1].targets)
    }
    #expect(
      try windows[0].evaluationBatches(size: 2).map(\.inputs)
        == windows[1].evaluationBatches(size: 2).map(\.inputs))
  }
}
