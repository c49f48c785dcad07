import Foundation
import Tokenization

/// A text that a command reads as a whole: a file or standard input.
public enum TextInput {
  /// All of standard input, without the line end that a shell puts behind it.
  public static func standardInput() throws(TextInputError) -> String {
    try read(FileHandle.standardInput, "standard input")
  }

  /// All of a file, which may be a pipe, without a line end at its end.
  public static func file(_ path: String) throws(TextInputError) -> String {
    var isFolder = ObjCBool(false)
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .missing(path)
    }
    guard !isFolder.boolValue else { throw .unreadable(path, reason: "it is a folder") }
    let file: FileHandle
    do {
      file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    } catch {
      throw .unreadable(path, reason: error.localizedDescription)
    }
    return try read(file, path)
  }

  private static func read(_ file: FileHandle, _ name: String) throws(TextInputError) -> String {
    var bytes: [UInt8]
    do {
      bytes = try Array(file.readToEnd() ?? Data())
    } catch {
      throw .unreadable(name, reason: error.localizedDescription)
    }
    if let offset = firstInvalidUTF8Offset(in: bytes[...]) {
      throw .notUTF8(name, offset: offset, byte: bytes[offset])
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }  // a byte-order mark
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Why a text cannot be read.
public enum TextInputError: ExplainedError, Equatable {
  /// There is no such file.
  case missing(String)
  /// It cannot be read, for the system's reason.
  case unreadable(String, reason: String)
  /// The byte at `offset`, counted from 0, is not part of well-formed UTF-8.
  case notUTF8(String, offset: Int, byte: UInt8)

  /// Missing input, or bad data if it is no text.
  public var cause: FailureCause {
    switch self {
    case .missing, .unreadable: .missingInput
    case .notUTF8: .badData
    }
  }

  /// One line that names the file, what is wrong, and what to do.
  public var description: String {
    switch self {
    case .missing(let path): "\(path) does not exist; check the path"
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .notUTF8(let path, let offset, let byte):
      "\(path) is not UTF-8: byte 0x\(String(byte, radix: 16, uppercase: true)) at offset \(offset) "
        + "is not part of a character; convert it to UTF-8"
    }
  }
}
