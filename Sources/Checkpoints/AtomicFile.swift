import Foundation

/// Replaces a file as a whole or not at all, also when the machine stops halfway.
///
/// The bytes go to `NAME.partial` beside the target and to the disk, and only then take the
/// target's name (POSIX `rename`).
public enum AtomicFile {
  /// A file while it is being written.
  public struct Sink: ~Copyable {
    fileprivate let path: String
    fileprivate let descriptor: Int32

    /// Appends bytes.
    ///
    /// - Throws: ``CheckpointError/cannotWrite(path:reason:)``, for example when the disk is full.
    public func write(_ bytes: RawSpan) throws(CheckpointError) {
      var done = 0
      while done < bytes.byteCount {
        let count = unsafe bytes.extracting(done...).withUnsafeBytes { rest in
          unsafe Foundation.write(descriptor, rest.baseAddress, rest.count)
        }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw .cannotWrite(path: path, reason: systemReason()) }
        done += count
      }
    }

    /// Appends bytes.
    ///
    /// - Throws: ``CheckpointError/cannotWrite(path:reason:)``, for example when the disk is full.
    public func write(_ bytes: [UInt8]) throws(CheckpointError) {
      let slice = bytes[...]  // the span of an array needs macOS 26, that of a slice does not
      try write(unsafe slice.span.bytes)
    }
  }

  /// Writes a file with these bytes.
  ///
  /// - Throws: ``CheckpointError/cannotWrite(path:reason:)``; the old file stays as it was.
  public static func write(_ bytes: [UInt8], to path: String) throws(CheckpointError) {
    try write(to: path) { sink throws(CheckpointError) in
      try sink.write(bytes)
    }
  }

  /// Writes a file with the bytes that `body` gives to the sink.
  ///
  /// - Throws: ``CheckpointError/cannotWrite(path:reason:)``, or what `body` throws; the old file
  ///   stays as it was.
  public static func write(
    to path: String, _ body: (borrowing Sink) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let partial = path + ".partial"
    let descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemReason()) }
    do throws(CheckpointError) {
      do throws(CheckpointError) {
        try body(Sink(path: path, descriptor: descriptor))
        try check(fsync(descriptor), path)
      } catch {
        close(descriptor)
        throw error
      }
      try check(close(descriptor), path)
      try check(unsafe rename(partial, path), path)
    } catch {
      unsafe unlink(partial)
      throw error
    }
    syncFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
  }

  private static func check(_ status: Int32, _ path: String) throws(CheckpointError) {
    guard status == 0 else { throw .cannotWrite(path: path, reason: systemReason()) }
  }

  /// Makes new names in a folder last. The files are whole already, and some file systems cannot do
  /// this: a failure is no reason to call them unwritten.
  static func syncFolder(_ folder: String) {
    let descriptor = unsafe open(folder, O_RDONLY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
