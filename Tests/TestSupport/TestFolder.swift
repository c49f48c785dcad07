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
}
