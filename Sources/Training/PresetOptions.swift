extension TrainingOptions {
  /// What a preset prescribes: AdamW, clipping at 1, and a learning rate that rises and then falls
  /// along a cosine.
  ///
  /// - Parameters:
  ///   - steps: How many updates are made; the preset's number by default.
  ///   - seed: The seed of everything random.
  public init(_ preset: TrainingPreset, steps: Int? = nil, seed: UInt64 = 1337) {
    let values = preset.values
    let steps = steps ?? values.steps
    self.init(
      steps: steps, batchSize: values.batchSize, seed: seed,
      algorithm: .adamW(beta1: values.beta1, beta2: values.beta2, decay: values.decay),
      schedule: LearningRateSchedule(
        .cosine, peak: values.learningRate.peak, minimum: values.learningRate.minimum,
        warmup: min(values.learningRate.warmup, steps / 10), steps: steps))
  }
}
