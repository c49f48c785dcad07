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
@Suite(.enabled(if: browserPath != nil, "needs chromium"), .serialized)
struct ExplorerPageTests {
  private static let words = "Every effort moves you closer to the sea .\n"

  /// Three frames of two sentences; no head has the weights of another.
  private static let film = {
    let sentences = ["Every effort", "the sea moves"].map { text in
      AttentionFilm.Sentence(text: text, tokens: text.split(separator: " ").map(String.init))
    }
    var film = AttentionFilm(layers: 2, heads: 2, sentences: sentences)
    for step in 0..<3 {
      let weights = sentences.map { sentence in
        (0..<4).flatMap { head in
          sentence.tokens.indices.flatMap { query in
            let rest = query > 0 ? UInt8(20 * step + 5 * head + query) : 0
            return sentence.tokens.indices.map { key -> UInt8 in
              key == 0 ? 255 - rest : key == query ? rest : 0
            }
          }
        }
      }
      film.append(.init(step: step, loss: step == 0 ? nil : 3 - Double(step), weights: weights))
    }
    return film
  }()

  private func page(
    _ positions: PositionalEncoding = .learned, tokenizer given: (any Tokenizer)? = nil
  ) throws -> (GPT<Float>, ExplorerPage) {
    let tokenizer = try given ?? WordTokenizer(vocabularyOf: Self.words)
    let configuration = GPTConfiguration(
      vocabularySize: tokenizer.vocabularySize, contextLength: 8, width: 16, layers: 2, heads: 2,
      positions: positions, initializerDeviation: 0.3)
    let model = try GPT<Float>(configuration, seed: 3)
    return (
      model,
      try ExplorerPage(
        model, tokenizer: tokenizer, title: "a <test>", prompt: "Every effort", film: Self.film)
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

  /// Number for number, in every head: the page computes them anew, the others draw the model's.
  @Test func pageTerminalAndSVGShowTheSameWeights() throws {
    let (model, page) = try page()
    let found = try Browser.run(
      page,
      """
      document.getElementById('numbers').open = true;
      explorer.setText('Every effort moves');
      const heads = {};
      for (const button of document.querySelectorAll('#heads button')) {
        button.click();
        heads[button.dataset.head] = [...document.querySelectorAll('#table tr')].slice(1)
          .map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent));
      }
      return heads;
      """)
    let tokenizer = try WordTokenizer(vocabularyOf: Self.words)
    let tokens = ["Every", "effort", "moves"]
    let map = AttentionMap(
      of: model, ids: try tokenizer.encode("Every effort moves"), tokens: tokens)
    #expect(found.count == 4)
    for (name, table) in found {
      let place = name.split(separator: ".").compactMap { Int($0) }
      let weights = map.weights[place[0]][place[1]]
      func shown(_ format: String, mask: String?) -> [[String]] {
        weights.enumerated().map { query, row in
          let seen = row[...query].map { String(format: format, $0) }
          let hidden = row[(query + 1)...].compactMap { _ in mask }
          return seen + hidden + [String(format: format, row.reduce(0, +))]
        }
      }
      #expect(table as? [[String]] == shown("%.4f", mask: "·"))
      let coarse = shown("%.2f", mask: nil).flatMap(\.self)
      let grid = attentionGrid(queries: tokens, keys: tokens, weights: weights)
      #expect(grid.matches(of: /\d\.\d\d/).map { String($0.output) } == coarse)
      let svg = attentionSVG(map, layer: place[0], head: place[1])
      #expect(svg.matches(of: />(\d\.\d\d)</).map { String($0.1) } == coarse)
    }
  }

  // MARK: Tokenizers

  /// Letters with marks, scripts without spaces, emoji joined from several, a byte-order mark, white space of
  /// all kinds, contractions, numbers, and what looks like a special token.
  private static let difficult = [
    "", " ", "  a  b ", "Don't we'll I'VE they're 's", "naïve café, nai\u{308}ve", "नमस्ते दुनिया",
    "東京は今日も晴れ。",
    "👩‍👩‍👧‍👦 🇮🇳👍🏽", "\u{FEFF}a\u{FFFD}b\u{0}c", "a\tb\r\nc\n\n  d\u{A0}\u{2003}e\u{3000}\u{85}f",
    "½ 12³ Ⅷ ٣٤ 一二",
    "a<|endoftext|>b<|end <|endoftext|><|endoftext|>", "</script><!-- \u{2028}x", "ﬃ ΰ ΰ 각 각",
  ]

  private static let bytePairs: BPETokenizer? = {
    var trainer = BPETrainer(vocabularySize: 400)
    trainer.add(utf8: Array(difficult.joined(separator: "\n").utf8)[...])
    trainer.add(utf8: Array(difficult.joined(separator: "\n").utf8)[...])
    return try? trainer.bpeTokenizer()
  }()

  /// The tokenizers in the page are those of the package, on whatever text.
  @Test(arguments: ["byte", "bpe", "character", "word"])
  func theIDsOfThePageAreThoseOfTheTokenizer(kind: String) throws {
    let all = Self.difficult.joined(separator: "\n")
    let tokenizer: any Tokenizer =
      switch kind {
      case "byte": ByteTokenizer()
      case "bpe": try #require(Self.bytePairs)
      case "character": try CharacterTokenizer(vocabularyOf: all)
      default: try WordTokenizer(vocabularyOf: all)
      }
    let texts = String(
      decoding: try JSON.array(Self.difficult.map { .string($0) }).text(.compact, for: "texts"),
      as: UTF8.self
    ).replacing("<", with: "\\u003c")
    let found = try Browser.run(
      page(tokenizer: tokenizer).1,
      """
      // As numbers, since Foundation's reader drops a byte-order mark from a string.
      const scalars = (text) => [...text].map((scalar) => scalar.codePointAt(0));
      return {ids: \(texts).map((text) => explorer.tokenizer.encode(text).ids),
        labels: explorer.tokenizer.tokens.map((_, id) => scalars(explorer.tokenizer.label(id))),
        back: \(texts).map((text) => scalars(explorer.tokenizer.decode(explorer.tokenizer.encode(text).ids)))};
      """)
    let ids = try #require(found["ids"] as? [[Int]])
    for (text, ids) in zip(Self.difficult, ids) {
      #expect(try ids.map(Int32.init) == tokenizer.encode(text), "\(text.debugDescription)")
    }
    func scalars(_ text: String) -> [Int] { text.unicodeScalars.map { Int($0.value) } }
    let back = try #require(found["back"] as? [[Int]])
    for (text, back) in zip(Self.difficult, back) {
      #expect(try back == scalars(tokenizer.decode(tokenizer.encode(text))))
    }
    let labels = try #require(found["labels"] as? [[Int]])
    #expect(labels.count == tokenizer.vocabularySize)
    for (id, label) in labels.enumerated() {
      #expect(label == scalars(visible(tokenizer.token(Int32(id)))), "token \(id)")
    }
  }

  /// A character of several tokens goes into the text as a whole.
  @Test func generatingKeepsCharactersWhole() throws {
    let found = try Browser.run(
      page(tokenizer: ByteTokenizer()).1,
      """
      // Whatever the model says, é comes: its first byte, and after that its second.
      Model.prototype.logits = function () {
        const logits = new Float32Array(256);
        logits[this.ids[this.ids.length - 1] === 0xC3 ? 0xA9 : 0xC3] = 100;
        return logits;
      };
      explorer.setText('a');
      document.getElementById('generate-one').click();
      document.getElementById('generate-one').click();
      return {text: explorer.state.text, ids: explorer.state.ids};
      """)
    #expect(found["text"] as? String == "aéé")
    #expect(found["ids"] as? [Int] == [97, 195, 169, 195, 169])
  }

  @Test func theFilmOfThePageHasTheWeightsOfTheRun() throws {
    let found = try Browser.run(
      page().1,
      """
      const weights = {};
      for (let f = 0; f < 3; f++) for (let s = 0; s < 2; s++)
        for (let l = 0; l < 2; l++) for (let h = 0; h < 2; h++)
          weights[[f, s, l, h].join('.')] = filmWeights(f, s, l, h).map((row) => row.map((w) => w ?? 0));
      return weights;
      """)
    #expect(found.count == 24)
    for (name, rows) in found {
      let place = name.split(separator: ".").compactMap { Int($0) }
      let expected = Self.film.weights(
        frame: place[0], sentence: place[1], layer: place[2], head: place[3])
      let rows = try #require(rows as? [[Double]])
      #expect(rows.map(\.count) == expected.map(\.count))
      for (a, b) in zip(rows.joined(), expected.joined()) { #expect(abs(a - Double(b)) < 1e-6) }
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
    #expect(found["first"] as? String == "0, untrained")
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
