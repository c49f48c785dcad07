import Autograd
import Checkpoints
import Sampling
import TestSupport
import Testing
import Transformer

@Suite struct ParallelGeneratorTests {
  private func model(_ positions: PositionalEncoding = .learned) throws -> GPT<Double> {
    try GPT(
      GPTConfiguration(
        vocabularySize: 11, contextLength: 7, width: 12, layers: 2, heads: 2,
        positions: positions, initializerDeviation: 0.5), seed: 4)
  }

  private let options = SamplingOptions(temperature: 1.5, seed: 3)

  /// The ids of every sample after `steps` tokens, those that have been finished cut short.
  private func texts(
    _ model: GPT<Double>, prompt: [Int32], samples: Int, steps: Int, usesCache: Bool = true,
    options: SamplingOptions? = nil, finishing ends: [Int: Int] = [:]
  ) -> [[Int32]] {
    var generator = ParallelGenerator(
      model, prompt: prompt, samples: samples, options: options ?? self.options,
      usesCache: usesCache)
    var texts = Array(repeating: [Int32](), count: samples)
    for step in 1...steps {
      for token in generator.next() { texts[token.sample].append(token.id) }
      generator.finish(Set(ends.filter { $0.value == step }.keys))
    }
    return texts
  }

  /// A sample is the same however many others there are, with the cache and without, beyond the
  /// context too.
  @Test(arguments: PositionalEncoding.allCases, [[1, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]])
  func samplesDoNotDependOnEachOther(
    _ positions: PositionalEncoding, _ prompt: [Int32]
  ) throws {
    let model = try model(positions)
    let three = texts(model, prompt: prompt, samples: 3, steps: 15)
    #expect(Set(three).count == 3)
    #expect(texts(model, prompt: prompt, samples: 1, steps: 15) == [three[0]])
    #expect(texts(model, prompt: prompt, samples: 2, steps: 15) == Array(three[..<2]))
    #expect(texts(model, prompt: prompt, samples: 3, steps: 15, usesCache: false) == three)
    let single = TokenGenerator(model, prompt: prompt, options: options).prefix(15).map(\.id)
    #expect(single == three[0])
  }

  /// Samples that have ended are left out, and the others go on as if they were there.
  @Test(arguments: [[0: 2], [1: 1, 0: 4], [0: 3, 1: 3, 2: 3]] as [[Int: Int]])
  func finishedSamples(_ ends: [Int: Int]) throws {
    let model = try model()
    let whole = texts(model, prompt: [1, 2], samples: 3, steps: 12)
    let cut = texts(model, prompt: [1, 2], samples: 3, steps: 12, finishing: ends)
    #expect(cut == whole.enumerated().map { Array($1.prefix(ends[$0] ?? 12)) })
  }

  /// Each sample's logits are those of a whole pass over its own text.
  @Test func logits() throws {
    let model = try model(.rotary)
    var texts: [[Int32]] = [[4, 5], [4, 5], [4, 5]]
    var generator = ParallelGenerator(model, prompt: texts[0], samples: 3, options: options)
    for _ in 0..<10 {
      let tokens = generator.next()
      #expect(tokens.map(\.sample) == [0, 1, 2])
      for token in tokens {
        let expected = model(Array(texts[token.sample].suffix(7))).scalars.suffix(11)
        #expect(largestDifference(token.logits, expected) < 1e-12)
        texts[token.sample].append(token.id)
      }
    }
  }

  /// The penalty falls on the prompt and on what was generated, also where it is no longer seen.
  @Test func repetition() throws {
    let model = try model()
    var text: [Int32] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let options = SamplingOptions(temperature: 1, repetitionPenalty: 3, seed: 8)
    let found = texts(model, prompt: text, samples: 1, steps: 20, options: options)[0]
    for index in 0..<20 {
      let logits = Array(model(Array(text.suffix(7))).scalars.suffix(11))
      text.append(options.choose(logits, at: index, after: text))
    }
    #expect(found == text.suffix(20))
  }

  /// PyTorch's most likely continuations, several at once.
  @Test(arguments: GoldenModel.all) func greedy(_ golden: GoldenModel) throws {
    let model = try GPT<Float>(from: golden.folder)
    for (prompt, expected) in try golden.continuations() {
      var generator = ParallelGenerator(model, prompt: prompt, samples: 3, options: .greedy)
      for id in expected { #expect(generator.next().map(\.id) == [id, id, id]) }
    }
  }
}
