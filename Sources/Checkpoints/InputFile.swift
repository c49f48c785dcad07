import Foundation

/// A regular file opened for reading at any place, from any thread; closed when it is freed.
package final class InputFile: Sendable {
  package let path: String
  /// The number of bytes when it was opened.
  package let count: Int
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Throws: ``CheckpointError/missing(path:)`` or ``CheckpointError/unreadable(path:reason:)``.
  package init(path: String) throws(CheckpointError) {
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .missing(path: path) : .unreadable(path: path, reason: systemReason())
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadable(path: path, reason: "it is not a regular file")
    }
    self.path = path
    self.count = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Fills a buffer with the bytes from `offset` on.
  ///
  /// - Throws: ``CheckpointError`` if they cannot be read or the file has become shorter.
  package func read(into buffer: UnsafeMutableRawBufferPointer, from offset: Int)
    throws(CheckpointError)
  {
    var done = 0
    while done < buffer.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(path: path, reason: systemReason()) }
      guard count > 0 else {
        throw .damaged(path: path, problem: "it has become shorter while it was read")
      }
      done += count
    }
  }

  /// The bytes of a part of the file.
  package func bytes(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    try unsafe bytes.withUnsafeMutableBufferPointer { buffer throws(CheckpointError) in
      try unsafe read(into: UnsafeMutableRawBufferPointer(buffer), from: range.lowerBound)
    }
    return bytes
  }
}
