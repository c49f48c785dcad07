public import Checkpoints
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
  /// A disk that fails in the middle of training ends the program with a message: there is nothing
  /// to go on with.
  subscript(range: Range<Int>) -> [Int32] {
    do {
      let bytes = try file.bytes(range.lowerBound * width..<range.upperBound * width)
      return stride(from: 0, to: bytes.count, by: width).map { start in
        (0..<width).reduce(0) { id, byte in id | Int32(bytes[start + byte]) << Int32(8 * byte) }
      }
    } catch {
      fatalError(error.description)
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

  private static func bytes(of ids: [Int32], width: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(ids.count * width)
    for id in ids {
      for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: id >> Int32(8 * byte))) }
    }
    return bytes
  }
}
