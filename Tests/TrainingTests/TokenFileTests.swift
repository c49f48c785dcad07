import Checkpoints
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
    #expect(try TokenFile(path: short, vocabularySize: 1 << 16)[1..<3] == [0xFFFF, 0x0203])
    let long = try write([1, 0x0102_0304], vocabularySize: 1 << 16 + 1)
    #expect(try contents(long) == [1, 0, 0, 0, 4, 3, 2, 1])
    #expect(try TokenFile(path: long, vocabularySize: 1 << 16 + 1)[0..<2] == [1, 0x0102_0304])
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

  /// Windows of a file are those of the same ids in memory.
  @Test func windowsOfAFile() throws {
    let ids = (0..<50).map { Int32($0 * $0 % 31) }
    let file = TokenSequence(
      try TokenFile(path: write(ids, vocabularySize: 31), vocabularySize: 31))
    let memory = TokenSequence(ids)
    #expect(file.count == 50 && file.prefix(99) == ids && file[7..<9] == memory[7..<9])
    let (a, b) = (file.part(10..<40).part(5..<30), memory.part(15..<40))
    #expect(a.count == 25 && !a.isEmpty && a[0..<25] == b[0..<25])
    let windows = [a, b].map { TokenWindows($0, context: 4, seed: 3) }
    for number in [0, 13, 40] {
      let batches = windows.map { $0.batch(from: number, size: 5) }
      #expect(batches[0].inputs == batches[1].inputs && batches[0].targets == batches[1].targets)
    }
    #expect(
      windows[0].evaluationBatches(size: 2).map(\.inputs)
        == windows[1].evaluationBatches(size: 2).map(\.inputs))
  }
}
