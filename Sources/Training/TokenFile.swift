public import Checkpoints
import Foundation
import Tokenization

/// The ids of a text in a file, two or four bytes each in little-endian order, as other trainers of
/// small GPTs keep them (`.bin`).
///
/// Parts are read from it when they are needed, so that the text may be larger than the memory.
public struct TokenFile: Sendable {
  /// How many ids it holds.
  public let count: Int
  private let file: InputFile
  private let width: Int

  /// The bytes of an id: 2 as long as every id of the vocabulary fits into them.
  public static func width(vocabularySize: Int) -> Int { vocabularySize <= 1 << 16 ? 2 : 4 }

  /// Opens a file of ids, and keeps it open.
  ///
  /// - Throws: ``CheckpointError``, also if its length is not a whole number of ids.
  public init(path: String, vocabularySize: Int) throws(CheckpointError) {
    width = Self.width(vocabularySize: vocabularySize)
    file = try InputFile(path: path)
    guard file.count % width == 0 else {
      throw .damaged(
        path: path, problem: "its \(file.count) bytes are no whole number of ids of \(width) bytes")
    }
    count = file.count / width
  }

  /// The ids at some places.
  ///
  /// - Throws: ``CheckpointError`` if they cannot be read or the file has become shorter.
  func ids(_ range: Range<Int>) throws(CheckpointError) -> [Int32] {
    let bytes = try file.bytes(range.lowerBound * width..<range.upperBound * width)
    return stride(from: 0, to: bytes.count, by: width).map { start in
      (0..<width).reduce(0) { id, byte in id | Int32(bytes[start + byte]) << Int32(8 * byte) }
    }
  }

  /// Writes a file of ids, which appears at `path` when it is complete.
  ///
  /// - Parameter next: Gives the next ids, nil at the end.
  public static func write(
    to path: String, vocabularySize: Int, _ next: () throws -> [Int32]?
  ) throws {
    let width = width(vocabularySize: vocabularySize)
    // The sink's own error type has no place for what `next` throws.
    var failure: (any Error)?
    do {
      try AtomicFile.write(to: path) { sink throws(CheckpointError) in
        do {
          while let ids = try next() { try sink.write(bytes(of: ids, width: width)) }
        } catch {
          failure = error
          throw .cannotWrite(path: path, reason: "\(error)")
        }
      }
    } catch {
      throw failure ?? error
    }
  }

  /// The file of some ids in a folder that is there: the one that an earlier call has left, or a new
  /// one. Its name, `STEM-COUNT.bin`, says how many ids it has, so that one cut short is made again.
  ///
  /// - Parameter next: Gives the next ids, nil at the end.
  public static func kept(
    in folder: String, as stem: String, vocabularySize: Int, _ next: () throws -> [Int32]?
  ) throws -> (name: String, file: TokenFile) {
    func name(_ file: TokenFile) -> String { "\(stem)-\(file.count).bin" }
    for known in try FileManager.default.contentsOfDirectory(atPath: folder)
    where known.hasPrefix("\(stem)-") {
      let file = try? TokenFile(path: "\(folder)/\(known)", vocabularySize: vocabularySize)
      if let file, known == name(file) { return (known, file) }
    }
    let path = "\(folder)/\(stem).bin"
    try write(to: path, vocabularySize: vocabularySize, next)
    let new = name(try TokenFile(path: path, vocabularySize: vocabularySize))
    guard unsafe rename(path, "\(folder)/\(new)") == 0 else {
      throw CheckpointError.cannotWrite(path: path, reason: unsafe String(cString: strerror(errno)))
    }
    return (new, try TokenFile(path: "\(folder)/\(new)", vocabularySize: vocabularySize))
  }

  private static func bytes(of ids: [Int32], width: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(ids.count * width)
    for id in ids {
      for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: id >> Int32(8 * byte))) }
    }
    return bytes
  }
}
