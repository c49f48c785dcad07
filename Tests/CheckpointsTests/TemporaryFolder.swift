import Foundation

/// A folder that is removed when the test ends.
final class TemporaryFolder {
  let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file of this name in the folder, written if there are bytes for it.
  func file(_ name: String, _ bytes: (some Sequence<UInt8>)? = [UInt8]?.none) throws -> String {
    let path = "\(path)/\(name)"
    if let bytes { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
    return path
  }

  /// The names of all files in the folder.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}

/// The bytes of a file, by another way than the one under test.
func contents(_ path: String) throws -> [UInt8] {
  try Array(Data(contentsOf: URL(fileURLWithPath: path)))
}
