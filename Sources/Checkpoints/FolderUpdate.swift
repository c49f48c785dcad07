import Foundation

/// Replaces several files of a folder when all of them are written, or none.
///
/// They are written to the folder `.partial` in it, and take their places only then, one after the
/// other: what a full disk cuts short changes nothing.
enum FolderUpdate {
  /// Replaces the files that `body` writes into the folder it is given.
  ///
  /// - Throws: ``CheckpointError``, with the path that the file would have had.
  static func write(
    to folder: String, _ body: (_ folder: String) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try makeFolder(folder)
    let partial = "\(folder)/.partial"
    func discard() { try? FileManager.default.removeItem(atPath: partial) }
    discard()  // what an earlier process has left
    do throws(CheckpointError) {
      try makeFolder(partial)
      try body(partial)
    } catch {
      discard()
      throw error.moved(from: partial, to: folder)
    }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: partial).sorted()) ?? [] {
      let path = "\(folder)/\(name)"
      guard unsafe rename("\(partial)/\(name)", path) == 0 else {
        let reason = systemReason()
        discard()
        throw .cannotWrite(path: path, reason: reason)
      }
    }
    discard()
    AtomicFile.syncFolder(folder)
  }
}

extension CheckpointError {
  /// The same error about a file of another folder, of which nothing was replaced.
  fileprivate func moved(from folder: String, to other: String) -> CheckpointError {
    func moved(_ path: String) -> String {
      path.hasPrefix(folder) ? other + path.dropFirst(folder.count) : path
    }
    return switch self {
    case .missing(let path): .missing(path: moved(path))
    case .unreadable(let path, let reason): .unreadable(path: moved(path), reason: reason)
    case .damaged(let path, let problem): .damaged(path: moved(path), problem: problem)
    case .unsupported(let path, let problem): .unsupported(path: moved(path), problem: problem)
    case .cannotWrite(let path, let reason):
      .cannotWrite(
        path: moved(path),
        reason: "\(reason); nothing was saved, and what was there stays as it was")
    }
  }
}
