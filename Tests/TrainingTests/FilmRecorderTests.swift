import Autograd
import Checkpoints
import Testing
import Tokenization
import Training
import Transformer

@Suite struct FilmRecorderTests {
  private let text = "a b c d\n\na b c d\nb a\nlonely\n"

  private func recorder() throws -> (FilmRecorder, GPT<Float>) {
    let tokenizer = try WordTokenizer(vocabularyOf: text)
    let configuration = GPTConfiguration(
      vocabularySize: tokenizer.vocabularySize, contextLength: 3, width: 4, layers: 2, heads: 2)
    let recorder = FilmRecorder(configuration, tokenizer, ids: try tokenizer.encode(text))
    return (recorder, try GPT(configuration, seed: 1))
  }

  @Test func theSentencesAreTheFirstDifferentLinesThatFit() throws {
    let (recorder, _) = try recorder()
    #expect(recorder.film.sentences.map(\.tokens) == [["a", "b", "c"], ["b", "a"]])
    #expect(recorder.film.sentences.map(\.text) == ["a b c", "b a"])
  }

  @Test func aFrameHoldsEveryHeadInShades() throws {
    let (recorder, model) = try recorder()
    let frame = recorder.frame(of: model, step: 7, loss: 2)
    #expect(frame.step == 7 && frame.loss == 2 && frame.weights.map(\.count) == [4 * 9, 4 * 4])
    // A causal row sums to 1; the first token sees itself alone.
    #expect(Array(frame.weights[0][0..<3]) == [255, 0, 0])
    for row in stride(from: 0, to: 4 * 9, by: 3) {
      #expect(frame.weights[0][row..<row + 3].reduce(0) { $0 + Int($1) } == 255)
    }
  }

  @Test func theRecordedStepsLieEvenlyOnALogarithmicScale() {
    let steps = (0...1_000).filter(FilmRecorder.isDue)
    #expect(Array(steps.prefix(10)) == [0, 1, 2, 3, 4, 5, 6, 7, 9, 12])
    for (step, next) in zip(steps.drop { $0 < 12 }, steps.drop { $0 < 12 }.dropFirst()) {
      #expect((1.15...1.35).contains(Double(next) / Double(step)))
    }
  }

  @Test func aTextWithoutALineOfTwoTokensBeginsSomehow() throws {
    let tokenizer = try WordTokenizer(vocabularyOf: "one\ntwo\n")
    let configuration = GPTConfiguration(
      vocabularySize: 3, contextLength: 3, width: 4, layers: 1, heads: 1)
    let recorder = FilmRecorder(
      configuration, tokenizer, ids: try tokenizer.encode("one\ntwo\n"))
    #expect(recorder.film.sentences.map(\.tokens) == [["one", "\n", "two"]])
  }
}
