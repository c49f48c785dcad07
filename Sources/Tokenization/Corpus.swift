/// The text to learn from, read from one or more UTF-8 files.
public struct Corpus: Sendable {
  /// The text of all files, in order.
  public let text: String
  /// The paths of the files, as they were given.
  public let paths: [String]

  /// Reads files, in order.
  ///
  /// A byte-order mark at the start of a file is dropped; a line end is put between two files if
  /// the first has none at its end.
  ///
  /// - Throws: ``CorpusError``, which names the file.
  public init(reading paths: [String]) throws(CorpusError) {
    var parts = try CorpusFiles(paths).parts()
    var text = ""
    while let part = try parts.next() { text += String(decoding: part, as: UTF8.self) }
    self.text = text
    self.paths = paths
  }
}

/// Why a corpus cannot be read.
public enum CorpusError: ExplainedError, Equatable {
  /// No file was named.
  case noFiles
  /// There is no such file.
  case missing(String)
  /// The path is a folder.
  case directory(String)
  /// The file cannot be read, for the system's reason.
  case unreadable(String, reason: String)
  /// The file has no text, or only white space.
  case empty(String)
  /// The byte at `offset`, counted from 0, is not part of well-formed UTF-8.
  case notUTF8(String, offset: Int, byte: UInt8)

  /// Missing input if there is nothing to read, bad data if there is and it is no text.
  public var cause: FailureCause {
    switch self {
    case .noFiles: .wrongUse
    case .missing, .unreadable: .missingInput
    case .directory, .empty, .notUTF8: .badData
    }
  }

  /// One line that names the file, what is wrong, and what to do.
  public var description: String {
    switch self {
    case .noFiles: "no corpus: name at least one text file"
    case .missing(let path): "the corpus \(path) does not exist; check the path"
    case .directory(let path): "the corpus \(path) is a folder; name the text files in it"
    case .unreadable(let path, let reason):
      "the corpus \(path) cannot be read: \(reason)"
    case .empty(let path): "the corpus \(path) has no text; give a file with some sentences"
    case .notUTF8(let path, let offset, let byte):
      "the corpus \(path) is not UTF-8: byte 0x\(String(byte, radix: 16, uppercase: true)) at "
        + "offset \(offset) is not part of a character; convert the file to UTF-8"
    }
  }
}
