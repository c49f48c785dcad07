import Foundation
import TestSupport
import Testing
import Visualization

/// Chromium without a window.
enum Browser {
  /// Opens a page from a file, runs `script` as a function's body behind its own, and returns the
  /// function's result. An error, a refused request or a request at all fails the test.
  static func run(_ page: ExplorerPage, _ script: String) throws -> [String: Any] {
    let watching = """
      <head><script>window.failures = [];
      addEventListener('error', (event) => failures.push(event.message));
      addEventListener('securitypolicyviolation', (event) => failures.push(event.blockedURI));
      </script>
      """
    let driving = """
      <script>
      const found = (() => { \(script) })();
      failures.push(...performance.getEntriesByType('resource').map((entry) => entry.name));
      document.body.innerHTML = '';
      const result = document.createElement('pre');
      result.textContent = btoa(unescape(encodeURIComponent(JSON.stringify({found, failures}))));
      document.body.append(result);
      </script></body>
      """
    let html = String(decoding: page.html, as: UTF8.self)
      .replacing("<head>", with: watching, maxReplacements: 1)
      .replacing("</body>", with: driving)
    let folder = TestFolder()
    let file = try folder.file("page.html", Array(html.utf8))
    let process = Process(), output = Pipe()
    process.executableURL = browserPath.map { URL(fileURLWithPath: $0) }
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile",
      "--dump-dom", "file://\(file)",
    ]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let dom = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let encoded = try #require(
      dom.firstMatch(of: /<pre>([A-Za-z0-9+\/=]*)<\/pre>/), "\(dom.prefix(500))")
    let json = try #require(Data(base64Encoded: String(encoded.1)))
    let result = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(result["failures"] as? [String] == [])
    return try #require(result["found"] as? [String: Any])
  }
}
