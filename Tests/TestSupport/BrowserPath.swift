import Foundation

/// A Chromium or Chrome on the PATH, where there is one.
public let browserPath = ["chromium", "chromium-browser", "google-chrome"].lazy
  .flatMap { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map {
      "\($0)/\(name)"
    }
  }
  .first { FileManager.default.isExecutableFile(atPath: $0) }
