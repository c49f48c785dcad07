import Foundation

/// The text files of a corpus, read part by part, so that they may be larger than the memory.
public struct CorpusFiles: Sendable {
  private enum Source {
    case file(String)
    /// What can be read only once, such as a pipe.
    case bytes([UInt8], path: String)
  }

  /// The paths of the files, as they were given.
  public let paths: [String]
  /// The number of bytes of all files.
  public let byteCount: Int
  private let sources: [Source]

  /// The files of these paths.
  ///
  /// - Throws: ``CorpusError`` if there is none, or one is missing or a folder.
  public init(_ paths: [String]) throws(CorpusError) {
    guard !paths.isEmpty else { throw .noFiles }
    var count = 0
    var sources: [Source] = []
    for path in paths {
      var status = stat()
      guard unsafe stat(path, &status) == 0 else {
        throw errno == ENOENT || errno == ENOTDIR
          ? .missing(path)
          : .unreadable(path, reason: unsafe String(cString: strerror(errno)))
      }
      guard status.st_mode & S_IFMT != S_IFDIR else { throw .directory(path) }
      if status.st_mode & S_IFMT == S_IFREG {
        count += Int(status.st_size)
        sources.append(.file(path))
      } else {
        var reader = try PartReader(path)
        var bytes: [UInt8] = []
        while try reader.append(to: &bytes, atMost: CorpusParts.standardSize) {}
        count += bytes.count
        sources.append(.bytes(bytes, path: path))
      }
    }
    (self.paths, byteCount, self.sources) = (paths, count, sources)
  }

  /// The text of all files from its beginning.
  ///
  /// A byte-order mark at the start of a file is dropped; a line end is put between two files if
  /// the first has none at its end.
  public func parts() -> CorpusParts { parts(size: CorpusParts.standardSize) }

  /// The same, read `size` bytes at a time.
  func parts(size: Int) -> CorpusParts {
    CorpusParts(
      size: size,
      sources.map { source in
        switch source {
        case .file(let path): (path, nil)
        case .bytes(let bytes, let path): (path, bytes)
        }
      })
  }
}

/// Reads a text part by part. A part ends before white space and after something else, so that it
/// has the same tokens by itself as in the whole.
public struct CorpusParts {
  /// The bytes that are read at a time.
  fileprivate static let standardSize = 1 << 24

  private let size: Int
  private var files: ArraySlice<(path: String, bytes: [UInt8]?)>
  private var reader: PartReader?
  private var path = ""
  /// What is read and was not given out.
  private var pending: [UInt8] = []
  /// How much of it belongs to earlier files, which have been checked to their ends.
  private var checked = 0
  /// Where in its file the first byte stands that is not checked.
  private var offset = 0
  private var hasText = false

  fileprivate init(size: Int, _ files: [(path: String, bytes: [UInt8]?)]) {
    (self.size, self.files) = (size, files[...])
  }

  /// The next part, well-formed UTF-8 and not empty; nil at the end.
  ///
  /// - Throws: ``CorpusError``, which names the file.
  public mutating func next() throws(CorpusError) -> [UInt8]? {
    while true {
      if reader == nil {
        guard try openNext() else { break }
      }
      let searched = max(pending.count, 1)
      if try reader?.append(to: &pending, atMost: size) ?? false {
        dropMark()
        if let end = lastBorder(from: searched) { return try take(end) }
      } else {
        try endFile()
      }
    }
    return pending.isEmpty ? nil : try take(pending.count)
  }

  private mutating func openNext() throws(CorpusError) -> Bool {
    guard let file = files.popFirst() else { return false }
    path = file.path
    if let bytes = file.bytes {
      reader = PartReader(path, bytes)
    } else {
      reader = try PartReader(path)
    }
    if let last = pending.last, last != UInt8(ascii: "\n"), last != UInt8(ascii: "\r") {
      pending.append(UInt8(ascii: "\n"))
    }
    (checked, offset, hasText) = (pending.count, 0, false)
    return true
  }

  private mutating func dropMark() {
    guard offset == 0, pending[checked...].starts(with: [0xEF, 0xBB, 0xBF]) else { return }
    pending.removeSubrange(checked..<checked + 3)
    offset = 3
  }

  private mutating func endFile() throws(CorpusError) {
    try check(to: pending.count)
    guard hasText else { throw .empty(path) }
    reader = nil
  }

  /// The last place before white space and behind something else, not before `start`.
  private func lastBorder(from start: Int) -> Int? {
    var place = pending.count - 1
    while place >= start {
      let byte = pending[place]
      if byte == 0x20 || (0x09...0x0D).contains(byte),
        !scalar(before: place, in: pending[...]).isSpace
      {
        return place
      }
      place -= 1
    }
    return nil
  }

  private mutating func check(to end: Int) throws(CorpusError) {
    guard end > checked else { return }
    let text = pending[checked..<end]
    if let bad = firstInvalidUTF8Offset(in: text) {
      throw .notUTF8(path, offset: offset + bad, byte: pending[checked + bad])
    }
    var place = checked
    while !hasText, place < end {
      let (value, count) = scalar(at: place, in: text)
      hasText = !value.isSpace
      place += count
    }
    offset += end - checked
    checked = end
  }

  private mutating func take(_ end: Int) throws(CorpusError) -> [UInt8] {
    try check(to: end)
    checked -= end
    let rest = Array(pending[end...])
    defer { pending = rest }
    pending.removeSubrange(end...)
    return pending
  }
}

/// The bytes of one file, in order.
private struct PartReader {
  private let path: String
  private let handle: FileHandle?
  private var rest: ArraySlice<UInt8>

  init(_ path: String) throws(CorpusError) {
    do {
      // It reads pipes too, other than Data(contentsOf:).
      handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    } catch {
      throw .unreadable(path, reason: error.localizedDescription)
    }
    (self.path, rest) = (path, [])
  }

  init(_ path: String, _ bytes: [UInt8]) {
    (self.path, handle, rest) = (path, nil, bytes[...])
  }

  /// Adds the next bytes, at most `count`; false at the end.
  mutating func append(to bytes: inout [UInt8], atMost count: Int) throws(CorpusError) -> Bool {
    guard let handle else {
      bytes += rest.prefix(count)
      defer { rest = rest.dropFirst(count) }
      return !rest.isEmpty
    }
    do {
      guard let data = try handle.read(upToCount: count), !data.isEmpty else { return false }
      bytes += data
      return true
    } catch {
      throw .unreadable(path, reason: error.localizedDescription)
    }
  }
}
