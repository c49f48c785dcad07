import Testing
import Training
import Transformer

@Suite struct TrainingPresetTests {
  /// How many parameters each preset's description promises, with the vocabulary it is meant for.
  @Test(arguments: [
    (TrainingPreset.toy, 131, 29_920), (.character, 65, 809_856), (.baby, 65, 10_770_816),
    (.gpt2, 50_257, 124_439_808),
  ])
  func sizes(_ preset: TrainingPreset, _ vocabulary: Int, _ expected: Int) throws {
    var configuration = preset.values.configuration
    configuration.vocabularySize = vocabulary
    let model = try GPT<Float>(configuration)
    #expect(model.parameters.count == expected)
    #expect(model.parameters.values == nil, "counting takes no memory")
  }
}
