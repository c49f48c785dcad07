import MiniTransformer

/// What is measured.
enum Mode: String, CaseIterable {
  /// Updates: forward, loss, backward, clipping and AdamW.
  case train
  /// One token after the other, with a key–value cache.
  case generate
  /// The matrix products of an update, each by itself.
  case matmul
}

/// A model and what it is fed: the same for every contestant, with random ids for text.
struct Workload {
  /// Generation begins with so many tokens…
  static let promptLength = 4
  /// …and adds so many.
  static let generatedCount = 200

  let preset: TrainingPreset
  let mode: Mode
  let configuration: GPTConfiguration
  let batchSize: Int

  init(_ preset: TrainingPreset, _ mode: Mode) {
    let values = preset.values
    var configuration = values.configuration
    configuration.vocabularySize =
      switch preset {
      case .toy: 64
      case .character, .baby: 65
      case .gpt2: 50_257
      }
    configuration.dropout = 0
    // The whole context of GPT-2 would take minutes to measure, and shows nothing else.
    if preset == .gpt2 { configuration.contextLength = 64 }
    if mode == .generate { configuration.contextLength = max(256, configuration.contextLength) }
    (self.preset, self.mode) = (preset, mode)
    (self.configuration, batchSize) = (configuration, values.batchSize)
  }

  /// How many tokens an update learns from.
  var tokensPerUpdate: Int { batchSize * configuration.contextLength }

  /// `count` random ids.
  func ids(_ count: Int) -> [Int32] {
    let stream = RandomStream(seed: 1, "benchmark")
    return (0..<count).map { Int32(stream.integer(below: configuration.vocabularySize, at: $0)) }
  }
}
