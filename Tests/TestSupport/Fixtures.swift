import Foundation

/// Files that tests read.
public enum Fixtures {
  /// `Tests/Fixtures` of this checkout.
  public static let directory = repository + "/Tests/Fixtures"

  /// The folder with `Package.swift`.
  public static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}
