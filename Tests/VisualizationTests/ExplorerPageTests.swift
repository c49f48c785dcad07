import Autograd
import Checkpoints
import Foundation
import TestSupport
import Testing
import Tokenization
import Transformer
import Visualization

/// Drives the page in a real browser: a script is put behind its own, and what it finds is read from the
/// document that the browser prints.
@Suite(.enabled(if: Browser.path != nil, "needs chromium"), .serialized)
struct ExplorerPageTests {
  private static let words = "Every effort moves you closer to the sea .\n"

  private func page(_ positions: PositionalEncoding = .learned) throws -> (GPT<Float>, ExplorerPage)
  {
    let tokenizer = try WordTokenizer(vocabularyOf: Self.words)
    let configuration = GPTConfiguration(
      vocabularySize: tokenizer.vocabularySize, contextLength: 8, width: 16, layers: 2, heads: 2,
      positions: positions, initializerDeviation: 0.3)
    let model = try GPT<Float>(configuration, seed: 3)
    var film = AttentionFilm(
      layers: 2, heads: 2, sentences: [.init(text: "Every effort", tokens: ["Every", "effort"])])
    for step in 0..<3 {
      film.append(
        .init(
          step: step, loss: 3 - Double(step),
          weights: [(0..<4).flatMap { _ in [255, 0, UInt8(step), UInt8(255 - step)] }]))
    }
    return (
      model,
      try ExplorerPage(
        model, tokenizer: tokenizer, title: "a <test>", prompt: "Every effort", film: film)
    )
  }

  @Test(arguments: PositionalEncoding.allCases)
  func theLogitsOfThePageAreTheModels(positions: PositionalEncoding) throws {
    let (model, page) = try page(positions)
    let found = try Browser.run(
      page,
      """
      explorer.setText('the sea moves');
      explorer.setText('the sea moves you to Every');
      return {ids: explorer.state.ids, logits: explorer.logits()};
      """)
    let ids = try #require(found["ids"] as? [Int]).map(Int32.init)
    #expect(ids.count == 6)
    let logits = try #require(found["logits"] as? [[Double]])
    let expected = withoutGradients { model(ids).scalars }
    for (found, expected) in zip(logits.joined(), expected) {
      #expect(abs(found - Double(expected)) < 1e-3)
    }
  }

  @Test func typingChangesThePictures() throws {
    let found = try Browser.run(
      page().1,
      """
      const picture = () => document.getElementById('map').toDataURL();
      const before = picture(), tokens = document.getElementById('tokens').children.length;
      const text = document.getElementById('text');
      text.value = 'Every effort moves';
      text.dispatchEvent(new Event('input'));
      return {changed: picture() !== before, tokens,
        now: document.getElementById('tokens').children.length,
        says: document.getElementById('cell').textContent,
        bars: document.querySelectorAll('#bars li').length};
      """)
    #expect(found["changed"] as? Bool == true)
    #expect(found["tokens"] as? Int == 2 && found["now"] as? Int == 3)
    #expect((found["says"] as? String)?.hasSuffix("row sum 1.0000") == true)
    #expect(found["bars"] as? Int == 10)
  }

  @Test func theTableShowsTheWeightsOfTheModel() throws {
    let (model, page) = try page()
    let found = try Browser.run(
      page,
      """
      document.querySelector('[data-head="1.1"]').click();
      document.getElementById('numbers').open = true;
      explorer.setText('Every effort moves');
      return {rows: [...document.querySelectorAll('#table tr')].slice(1)
        .map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent))};
      """)
    let rows = try #require(found["rows"] as? [[String]])
    let tokenizer = try WordTokenizer(vocabularyOf: Self.words)
    let map = AttentionMap(
      of: model, ids: try tokenizer.encode("Every effort moves"), tokens: ["", "", ""])
    for (query, row) in map.weights[1][1].enumerated() {
      let expected = row.enumerated().map { key, weight in
        key > query ? "·" : String(format: "%.4f", weight)
      }
      #expect(Array(rows[query].prefix(3)) == expected && rows[query][3] == "1.0000")
    }
  }

  @Test func theSliderOfTheFilmMoves() throws {
    let found = try Browser.run(
      page().1,
      """
      const picture = () => document.getElementById('film-map').toDataURL();
      const says = () => document.getElementById('frame-value').textContent;
      const [before, last] = [picture(), says()], slider = document.getElementById('frame');
      slider.value = 0;
      slider.dispatchEvent(new Event('input'));
      return {changed: picture() !== before, last, first: says(), shown: slider.offsetWidth > 0};
      """)
    #expect(found["changed"] as? Bool == true)
    #expect(found["last"] as? String == "2, loss 1.000")
    #expect(found["first"] as? String == "0, loss 3.000")
    #expect(found["shown"] as? Bool == true)
  }

  @Test func switchesChangeWhatComesNext() throws {
    let found = try Browser.run(
      page().1,
      """
      const logits = () => JSON.stringify(explorer.logits()), whole = logits(), differs = {};
      for (const name of ['mask', 'scaling', 'positions', 'head-on']) {
        document.getElementById(name).click();
        differs[name] = logits() !== whole && document.getElementById('effect').textContent !== '';
        document.getElementById('all-on').click();
        differs[name + ' back'] = logits() === whole;
      }
      return differs;
      """)
    #expect(found.count == 8)
    for (name, differs) in found { #expect(differs as? Bool == true, "\(name)") }
  }

  @Test func unknownWordsAndALongTextAreNamed() throws {
    let found = try Browser.run(
      page().1,
      """
      explorer.setText('Every zebra ' + 'sea '.repeat(9));
      return {says: document.getElementById('notes').textContent,
        ids: explorer.state.ids.length};
      """)
    let says = try #require(found["says"] as? String)
    #expect(says.contains("“zebra”") && says.contains("sees 8 tokens; the first 2 are cropped"))
    #expect(found["ids"] as? Int == 8)
  }
}

/// Chromium without a window.
enum Browser {
  static let path = ["chromium", "chromium-browser", "google-chrome"].lazy
    .flatMap { name in
      (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map {
        "\($0)/\(name)"
      }
    }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

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
    process.executableURL = path.map { URL(fileURLWithPath: $0) }
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
