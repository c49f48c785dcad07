import Foundation

/// Replaces several files of a folder when all of them are written, or none.
///
/// They are written to the folder `.partial` in it, and take their places only then, one after the
/// other: what a full disk cuts short changes nothing. A kill between two of them can: where the
/// files of another model take the places, `config.json` goes first and comes last, so that nobody
/// reads a mixture of the two.
package enum FolderUpdate {
  /// Where the files of a folder are written first.
  private static func partial(_ folder: String) -> String { "\(folder)/.partial" }

  /// Whether a folder has files that were to take their places when the process ended.
  static func isCutShort(in folder: String) -> Bool {
    FileManager.default.fileExists(atPath: partial(folder))
  }

  /// Replaces the files that `body` writes into the folder it is given.
  ///
  /// - Throws: ``CheckpointError``, with the path that the file would have had.
  package static func write(
    to folder: String, _ body: (_ folder: String) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try makeFolder(folder)
    let partial = Self.partial(folder)
    func discard() { try? FileManager.default.removeItem(atPath: partial) }
    discard()  // what an earlier process has left
    do throws(CheckpointError) {
      try makeFolder(partial)
      try body(partial)
    } catch {
      discard()
      throw error.moved(from: partial, to: folder)
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: partial).sorted()) ?? []
    let (key, model) = ("config.json", ["config.json", "tokenizer.json"])
    let isAnother = names.contains { name in
      model.contains(name)
        && !FileManager.default.contentsEqual(
          atPath: "\(partial)/\(name)", andPath: "\(folder)/\(name)")
    }
    if isAnother && names.contains(key) { unsafe unlink("\(folder)/\(key)") }
    for name in names.filter({ $0 != key }) + names.filter({ $0 == key }) {
      let path = "\(folder)/\(name)"
      guard unsafe rename("\(partial)/\(name)", path) == 0 else {
        throw .cannotWrite(path: path, reason: systemReason())
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
    case .cannotWrite(let path, let reason): .cannotWrite(path: moved(path), reason: reason)
    }
  }
}
