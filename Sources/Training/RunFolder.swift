public import Checkpoints
import Foundation
import Tokenization

/// The folder of one training run: the checkpoint, `run.json` with what the run does, and
/// `metrics.jsonl` with what each update came to. One process at a time may write it.
public final class RunFolder {
  /// Its path.
  public let path: String

  private let lock: Int32
  private var metrics: Int32 = -1
  private var pending: [UInt8] = []

  /// Makes the folder if need be and holds it until this object goes away.
  ///
  /// - Throws: ``CheckpointError/cannotWrite(path:reason:)``, also while another process holds it.
  public init(_ path: String) throws(CheckpointError) {
    self.path = path
    try makeFolder(path)
    lock = unsafe open("\(path)/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard lock >= 0 else { throw .cannotWrite(path: path, reason: Self.systemReason) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw .cannotWrite(
        path: path,
        reason: "another process is training there; wait for it or choose another --output")
    }
  }

  deinit {
    if metrics >= 0 {
      try? flush()
      close(metrics)
    }
    close(lock)
  }

  /// Writes `run.json` and begins `metrics.jsonl` anew.
  public func begin(_ run: JSON) throws(CheckpointError) {
    let runPath = "\(path)/run.json"
    try AtomicFile.write(run.text(.pretty, for: runPath), to: runPath)
    if metrics >= 0 { close(metrics) }
    metrics = unsafe open(metricsPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard metrics >= 0 else {
      throw .cannotWrite(path: metricsPath, reason: Self.systemReason)
    }
  }

  /// Adds a line to `metrics.jsonl`. Lines are collected until ``flush()``, or for 64 KiB.
  public func append(_ line: JSON) throws(CheckpointError) {
    pending += try line.text(.compact, for: metricsPath)
    pending.append(UInt8(ascii: "\n"))
    if pending.count >= 1 << 16 { try flush() }
  }

  /// Writes the collected lines.
  public func flush() throws(CheckpointError) {
    var written = 0
    while written < pending.count {
      let count = unsafe pending.withUnsafeBytes {
        unsafe write(metrics, $0.baseAddress! + written, $0.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw .cannotWrite(path: metricsPath, reason: Self.systemReason)
      }
      written += count
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// The file of the metrics.
  public var metricsPath: String { "\(path)/metrics.jsonl" }

  private static var systemReason: String { unsafe String(cString: strerror(errno)) }
}
