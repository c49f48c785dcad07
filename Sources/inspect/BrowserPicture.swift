import Foundation
import MiniTransformer

/// A picture as PNG, drawn by a browser: only that has the fonts for every script.
enum BrowserPicture {
  /// Why there is no picture.
  struct Failure: ExplainedError {
    let description: String
    let cause: FailureCause
  }

  private static let names = ["chromium", "chromium-browser", "google-chrome"]

  /// Draws an SVG whose first line has its width and height, at two pixels for each of its own.
  ///
  /// - Throws: ``Failure`` if there is no browser, or if it draws nothing.
  static func png(of svg: String) throws -> [UInt8] {
    guard let browser else {
      throw Failure(
        description:
          "a browser draws the PNG, and none of \(names.joined(separator: ", ")) is on the "
          + "PATH; install one, or use --format svg",
        cause: .missingInput)
    }
    guard let size = svg.firstMatch(of: /width="(\d+)" height="(\d+)"/) else {
      preconditionFailure("a picture without a size")
    }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mini-transformer-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let (source, picture) = ("\(folder.path)/picture.svg", "\(folder.path)/picture.png")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try AtomicFile.write(Array(svg.utf8), to: source)

    let process = Process(), messages = Pipe()
    process.executableURL = URL(fileURLWithPath: browser)
    process.arguments =
      [
        "--headless", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2",
        "--user-data-dir=\(folder.path)/profile", "--window-size=\(size.1),\(size.2)",
        "--screenshot=\(picture)", URL(fileURLWithPath: source).absoluteString,
      ] + (geteuid() == 0 ? ["--no-sandbox"] : [])  // the superuser gets no sandbox
    process.standardOutput = FileHandle.nullDevice
    process.standardError = messages
    try process.run()
    let told = String(
      decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard let bytes = FileManager.default.contents(atPath: picture), !bytes.isEmpty else {
      let reason = told.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
      throw Failure(
        description: "\(browser) drew no picture\(reason); use --format svg", cause: .missingInput)
    }
    return Array(bytes)
  }

  /// The first browser on the PATH, or where macOS keeps it.
  private static var browser: String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let paths =
      names.flatMap { name in folders.map { "\($0)/\(name)" } } + [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
      ]
    return paths.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
