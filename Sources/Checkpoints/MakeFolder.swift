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
  let parent = NSString(string: path).deletingLastPathComponent
  if !parent.isEmpty { try makeFolder(parent) }
  // Somebody else may have made it in the meantime.
  guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else {
    throw .cannotWrite(path: path, reason: systemReason())
  }
}
