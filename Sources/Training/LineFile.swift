import Checkpoints
import Foundation

/// A file of JSON lines, `metrics.jsonl` or `film.jsonl`, while a run adds to it.
///
/// A new run writes beside the file until its first checkpoint is on the disk, so that the lines of
/// an older run stay as long as its checkpoint does.
final class LineFile {
  /// The path once there is a checkpoint.
  let path: String
  /// What was added up to now, written or not.
  private(set) var fingerprint = Fingerprint()
  /// Whether the lines stand at their own path.
  private(set) var isPublished: Bool

  private let descriptor: Int32
  private var pending: [UInt8] = []

  private static func partial(_ path: String) -> String { path + ".partial" }

  /// An empty file, beside `path`.
  init(_ path: String) throws(CheckpointError) {
    self.path = path
    isPublished = false
    descriptor = try Self.open(Self.partial(path), O_CREAT | O_TRUNC)
  }

  /// The file of a run that goes on, cut back to what it held at the run's last checkpoint; without
  /// any lines where they are there no longer.
  init(_ path: String, upTo fingerprint: Fingerprint) throws(CheckpointError) {
    self.path = path
    isPublished = true
    // A run that was killed right after its first checkpoint had no time to rename them.
    let isAside = Self.begins(Self.partial(path), with: fingerprint)
    if isAside {
      guard unsafe rename(Self.partial(path), path) == 0 else { throw Self.failure(path) }
    }
    descriptor = try Self.open(path, O_CREAT)
    let isWhole = isAside || Self.begins(path, with: fingerprint)
    if isWhole { self.fingerprint = fingerprint }
    guard ftruncate(descriptor, off_t(self.fingerprint.count)) == 0,
      lseek(descriptor, 0, SEEK_END) >= 0
    else { throw Self.failure(path) }
  }

  deinit {
    try? flush()
    close(descriptor)
    if !isPublished { unsafe unlink(Self.partial(path)) }
  }

  /// Adds a line. Lines are collected until ``flush()``, or for 64 KiB.
  func append(_ line: JSON) throws(CheckpointError) {
    let text = try line.text(.compact, for: path) + [UInt8(ascii: "\n")]
    fingerprint.add(text)
    pending += text
    if pending.count >= 1 << 16 { try flush() }
  }

  /// Writes the collected lines.
  func flush() throws(CheckpointError) {
    var written = 0
    while written < pending.count {
      let count = unsafe pending.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress! + written, $0.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        let failure = Self.failure(path)
        pending.removeFirst(written)
        throw failure
      }
      written += count
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Writes the collected lines, and makes all of them last.
  func sync() throws(CheckpointError) {
    try flush()
    guard fsync(descriptor) == 0 else { throw Self.failure(path) }
  }

  /// Gives the file its own name, in place of an older run's.
  func publish() throws(CheckpointError) {
    guard !isPublished else { return }
    guard unsafe rename(Self.partial(path), path) == 0 else { throw Self.failure(path) }
    isPublished = true
  }

  /// Writes all lines up to now to another file, which is replaced as a whole.
  func copy(to other: String) throws(CheckpointError) {
    try flush()
    let source = isPublished ? path : Self.partial(path)
    guard let data = FileManager.default.contents(atPath: source) else {
      throw .unreadable(path: source, reason: "it has gone")
    }
    try AtomicFile.write(Array(data), to: other)
  }

  private static func open(_ path: String, _ flags: Int32) throws(CheckpointError) -> Int32 {
    let descriptor = unsafe Foundation.open(path, O_RDWR | O_CLOEXEC | flags, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    return descriptor
  }

  /// Whether a file begins with the bytes of this fingerprint.
  private static func begins(_ path: String, with fingerprint: Fingerprint) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    var found = Fingerprint()
    while found.count < fingerprint.count,
      let bytes = try? file.read(upToCount: min(1 << 20, fingerprint.count - found.count)),
      !bytes.isEmpty
    {
      found.add(Array(bytes))
    }
    return found == fingerprint
  }

  private static func failure(_ path: String) -> CheckpointError {
    .cannotWrite(path: path, reason: unsafe String(cString: strerror(errno)))
  }
}
