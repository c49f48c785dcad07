import Foundation

/// A folder that is removed when the test ends.
public final class TestFolder: Sendable {
  /// Its path.
  public let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

  /// A folder, made and empty.
  public init() {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      fatalError("\(path) cannot be made: \(error.localizedDescription)")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The bytes of one of its files.
  public func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  /// The path of a file of this name in the folder, written if there are bytes for it.
  public func file(
    _ name: String, _ bytes: (some Sequence<UInt8>)? = [UInt8]?.none
  ) throws -> String {
    let path = "\(path)/\(name)"
    if let bytes { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
    return path
  }

  /// The names of all files in the folder.
  public var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}

/// The bytes of a file, by another way than the one under test.
public func contents(_ path: String) throws -> [UInt8] {
  try Array(Data(contentsOf: URL(fileURLWithPath: path)))
}
