public import Transformer

/// A size of model and how it is trained, as a point to start from.
public enum TrainingPreset: String, Sendable, CaseIterable {
  /// Thirty thousand parameters that learn sixty sentences in seconds.
  case toy
  /// A character model as in nanoGPT's recipe for processors: 0.8 million parameters, minutes.
  case character
  /// nanoGPT's "baby" GPT: 10.7 million parameters, an hour.
  case baby
  /// The smallest GPT-2: 124 million parameters.
  case gpt2

  /// The numbers of a preset.
  public struct Values: Sendable {
    /// The sizes, for a vocabulary that is still to be known.
    public var configuration: GPTConfiguration
    /// How many windows a pass sees.
    public var batchSize: Int
    /// How many updates are made.
    public var steps: Int
    /// The learning rate's peak, end and warm-up; it falls along a cosine.
    public var learningRate: (peak: Double, minimum: Double, warmup: Int)
    /// AdamW's averages and decay.
    public var beta1, beta2, decay: Double
    /// The share of the corpus kept for validation.
    public var validation: Double
  }

  /// The numbers of this preset.
  public var values: Values {
    func make(
      _ sizes: (layers: Int, heads: Int, width: Int, context: Int, batch: Int), steps: Int,
      rate: (Double, Double, Int), beta2: Double, decay: Double, dropout: Double = 0,
      validation: Double
    ) -> Values {
      Values(
        configuration: GPTConfiguration(
          vocabularySize: 1, contextLength: sizes.context, width: sizes.width,
          layers: sizes.layers, heads: sizes.heads, dropout: dropout),
        batchSize: sizes.batch, steps: steps, learningRate: rate, beta1: 0.9, beta2: beta2,
        decay: decay, validation: validation)
    }
    return switch self {
    case .toy:
      make(
        (2, 2, 32, 8, 8), steps: 2_500, rate: (3e-3, 3e-4, 100), beta2: 0.99, decay: 0.01,
        validation: 0)
    case .character:
      make(
        (4, 4, 128, 64, 12), steps: 2_000, rate: (1e-3, 1e-4, 100), beta2: 0.99, decay: 0.1,
        validation: 0.1)
    case .baby:
      make(
        (6, 6, 384, 256, 8), steps: 5_000, rate: (1e-3, 1e-4, 100), beta2: 0.99, decay: 0.1,
        dropout: 0.2, validation: 0.1)
    case .gpt2:
      make(
        (12, 12, 768, 1_024, 4), steps: 10_000, rate: (6e-4, 6e-5, 500), beta2: 0.95, decay: 0.1,
        validation: 0.01)
    }
  }
}
