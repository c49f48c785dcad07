import Checkpoints
import Foundation
import Sampling
import TestSupport
import Testing
import Tokenization
import Training
import Transformer

/// The run of the first command, from the corpus to the prediction.
@Suite struct ToyRunTests {
  @Test func reachesTheFloorOfItsCorpus() throws {
    let data = GoldenModel.fixtures.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "data/every-effort.txt")
    let corpus = try Corpus(reading: [data.path])
    let tokenizer = try WordTokenizer(vocabularyOf: corpus.text)
    let ids = try tokenizer.encode(corpus.text)
    let preset = TrainingPreset.toy.values
    var configuration = preset.configuration
    configuration.vocabularySize = tokenizer.vocabularySize
    let model = try GPT<Float>(configuration, seed: 1337)
    let windows = TokenWindows(ids, context: configuration.contextLength, seed: 1337)
    let trainer = Trainer(
      model, windows,
      TrainingOptions(
        steps: preset.steps, batchSize: preset.batchSize,
        algorithm: .adamW(beta1: preset.beta1, beta2: preset.beta2, decay: preset.decay),
        schedule: LearningRateSchedule(
          .cosine, peak: preset.learningRate.peak, minimum: preset.learningRate.minimum,
          warmup: preset.learningRate.warmup, steps: preset.steps)))

    let first = try trainer.update()
    #expect(abs(first.loss - log(Double(tokenizer.vocabularySize))) < 0.2, "it begins by guessing")
    while trainer.step < preset.steps { _ = try trainer.update() }

    let statistics = CorpusStatistics(ids: ids, vocabularySize: tokenizer.vocabularySize)
    let floor = try #require(statistics.entropyFloor(context: configuration.contextLength))
    let all = [try windows.batch(startingAt: Array(0..<windows.count))]
    let loss = model.meanLoss(over: all)
    #expect(loss > floor, "nothing can be below")
    #expect(loss < floor + 0.1)

    let prompt = try tokenizer.encode("Every effort moves")
    let generator = TokenGenerator(model, prompt: prompt, options: .greedy)
    let next = try #require(generator.first { _ in true })
    #expect(tokenizer.decode([next.id]) == "you")
    let probability = try #require(candidates(next.logits).first).probability
    #expect(probability > 0.8)
  }
}
