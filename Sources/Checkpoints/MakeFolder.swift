import Foundation

/// Makes a folder and those above it, as far as they are not there yet.
///
/// Foundation can do it too, and then tells no more than a number about what stands in the way.
///
/// - Throws: ``CheckpointError/cannotWrite(path:reason:)``, which names the first that cannot be made.
package func makeFolder(_ path: String) throws(CheckpointError) {
  var isFolder = ObjCBool(false)
  if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
    if isFolder.boolValue { return }
    throw .cannotWrite(path: path, reason: "a folder was expected there, and it is a file")
  }
  // Not NSString's path functions: on Linux they trap on a path of one character.
  if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex {
    try makeFolder(String(path[..<slash]))
  }
  // Somebody else may have made it in the meantime.
  guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else {
    throw .cannotWrite(path: path, reason: systemReason())
  }
}
