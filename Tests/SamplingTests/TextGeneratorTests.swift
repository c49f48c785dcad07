import Autograd
import Sampling
import Testing
import Tokenization
import Transformer

/// Says what it was told to, whatever came before.
private struct Recital: SequenceModel {
  let ids: [Int32]
  let parameters = ParameterStore<Float>()
  let contextLength = 100
  let vocabularySize = 256

  func loss(_ batch: TokenBatch, dividedBy count: Int, context: StepContext?) -> Tensor<Float> {
    Tensor(repeating: 0, shape: [1])
  }

  final class Place {
    var positions: [Int]
    init(_ positions: [Int]) { self.positions = positions }
  }

  func makeState(sequences: Int) -> Place { Place(Array(repeating: -1, count: sequences)) }

  func logits(next ids: [Int32], sequences: Int, state: Place) -> Tensor<Float> {
    var logits: [Float] = []
    for row in 0..<sequences {
      state.positions[row] += 1
      let id = self.ids[min(state.positions[row], self.ids.count - 1)]
      logits += (0..<vocabularySize).map { Int32($0) == id ? 1 : 0 }
    }
    return Tensor(logits, shape: [sequences, vocabularySize])
  }

  func state(_ rows: [Int], of state: Place) -> Place { Place(rows.map { state.positions[$0] }) }
}

/// Some words, and the end of a text.
private struct Words: Tokenizer {
  let words = ["Once", " upon", " a", " time", ".", "\n"]
  var vocabularySize: Int { words.count + 1 }
  var unit: TokenUnit { .tokens }
  var endOfText: Int32? { Int32(words.count) }
  func token(_ id: Int32) -> String { id == endOfText ? "<|end|>" : words[Int(id)] }
  func bytes(of id: Int32, after previous: Int32?) -> [UInt8] { Array(token(id).utf8) }
  func encode(
    utf8 text: ArraySlice<UInt8>, into ids: inout [Int32], unknown: inout UnknownTokens
  ) {}
}

@Suite struct TextGeneratorTests {
  private func generate(
    _ ids: [Int32], _ tokenizer: (any Tokenizer)? = Words(), tokens: Int = 6,
    stops: [String] = [], samples: Int = 1
  ) -> [TextPiece<Float>] {
    let options = GenerationOptions(tokens: tokens, sampling: .greedy, stops: stops)
    return TextGenerator(
      Recital(ids: ids), tokenizer, prompt: [0], samples: samples, options: options
    ).flatMap(\.self)
  }

  @Test func asManyTokensAsAskedFor() {
    let pieces = generate([0, 1, 2, 3, 4], tokens: 3)
    #expect(pieces.map(\.text) == ["Once", " upon", " a"])
    #expect(pieces.map(\.finish) == [nil, nil, .length])
    #expect(generate([0], tokens: 0).isEmpty)
  }

  @Test func endOfText() {
    let pieces = generate([0, 1, 6, 2])
    #expect(pieces.map(\.text) == ["Once", " upon", ""])
    #expect(pieces.map(\.finish) == [nil, nil, .endOfText])
    #expect(pieces.map(\.token.id) == [0, 1, 6])
  }

  @Test func aStopStringAcrossTokens() {
    let pieces = generate([0, 1, 2, 3], stops: ["on a t"])
    #expect(pieces.map(\.text) == ["Once", " up", "", ""])
    #expect(pieces.last?.finish == .stop("on a t"))
  }

  /// What is held back as a possible stop string belongs to the text once it has ended.
  @Test func whatIsHeldBackComesAtTheEnd() {
    #expect(
      generate([0, 1, 2], tokens: 3, stops: [" a time"]).map(\.text) == ["Once", " upon", " a"])
    #expect(generate([0, 2, 6], stops: [" a time"]).map(\.text) == ["Once", "", " a"])
    var generator = TextGenerator(
      Recital(ids: [0, 2]), Words(), prompt: [0],
      options: GenerationOptions(tokens: 3, sampling: .greedy, stops: [" a time"]))
    _ = (generator.next(), generator.next())
    #expect(generator.rest(of: 0) == " a")
  }

  /// Ids that the tokenizer does not have are no text, and without a tokenizer all are numbers.
  @Test func idsWithoutText() {
    #expect(generate([0, 9, 1], tokens: 3).map(\.text) == ["Once", "", " upon"])
    #expect(generate([3, 11, 1], nil, tokens: 3).map(\.text).joined() == "3,11,1")
  }

  /// Tokens may be parts of characters: a piece has whole ones only, and what stays a part is shown
  /// as one.
  @Test func wholeCharacters() {
    let text = "हि🙂é"
    let ids = Array(text.utf8).map(Int32.init)
    let pieces = generate(ids, ByteTokenizer(), tokens: ids.count).map(\.text)
    #expect(pieces.joined() == text)
    #expect(pieces.allSatisfy { $0.unicodeScalars.count <= 1 })
    let cut = generate(ids, ByteTokenizer(), tokens: ids.count - 1).map(\.text).joined()
    #expect(cut == "हि🙂\u{FFFD}")
    let stopped = generate(ids, ByteTokenizer(), tokens: ids.count, stops: ["🙂é"])
    #expect(stopped.map(\.text).joined() == "हि")
  }

  @Test func severalSamples() {
    let pieces = generate([0, 1, 6], samples: 2)
    #expect(pieces.map(\.token.sample) == [0, 1, 0, 1, 0, 1])
    #expect(pieces.suffix(2).map(\.finish) == [.endOfText, .endOfText])
  }
}
