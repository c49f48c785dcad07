/// How far a run has come, beside its numbers.
///
/// The position in the data, the random state and the learning rate are functions of the step.
public struct TrainingProgress: Sendable, Equatable {
  /// An evaluation on the validation part.
  public struct Evaluation: Sendable, Equatable {
    /// After which step it was made.
    public let step: Int
    /// Its loss, in nats per token.
    public let loss: Double

    /// An evaluation.
    public init(step: Int, loss: Double) { (self.step, self.loss) = (step, loss) }
  }

  /// How many updates are finished.
  public var step = 0
  /// How long they took, in seconds.
  public var elapsedSeconds = 0.0
  /// The evaluation with the least loss so far.
  public var best: Evaluation?
  /// How many evaluations were made since then.
  public var evaluationsSinceBest = 0
  /// What `metrics.jsonl` holds up to this step.
  public var metrics = Fingerprint()

  /// A run before its first step.
  public init() {}

  /// Takes note of an evaluation; one that is not a number is never the best.
  ///
  /// - Returns: Whether no earlier one had so small a loss.
  public mutating func note(_ evaluation: Evaluation) -> Bool {
    if evaluation.loss < best?.loss ?? .infinity {
      (best, evaluationsSinceBest) = (evaluation, 0)
      return true
    }
    evaluationsSinceBest += 1
    return false
  }
}

extension TrainingProgress {
  var json: JSON {
    [
      "step": .integer(Int64(step)), "elapsed_seconds": .double(elapsedSeconds),
      "best_step": best.map { .integer(Int64($0.step)) } ?? nil,
      "best_validation_loss": best.map { .double($0.loss) } ?? nil,
      "evaluations_since_best": .integer(Int64(evaluationsSinceBest)),
      "metrics_bytes": .integer(Int64(metrics.count)),
      "metrics_fnv1a64": .string(metrics.hexadecimal),
    ]
  }

  init(_ field: JSONField) throws(CheckpointError) {
    let whole = 0...(Int.max >> 1)
    step = try field.member("step").integer(in: whole)
    elapsedSeconds = try field.member("elapsed_seconds").double()
    if let best = try field.optionalMember("best_step") {
      self.best = Evaluation(
        step: try best.integer(in: whole), loss: try field.member("best_validation_loss").double())
    }
    evaluationsSinceBest = try field.member("evaluations_since_best").integer(in: whole)
    let hash = try field.member("metrics_fnv1a64")
    guard let value = UInt64(try hash.string(), radix: 16) else {
      throw hash.damaged("\(hash.name) is no hexadecimal number")
    }
    metrics = Fingerprint(
      count: try field.member("metrics_bytes").integer(in: whole), hash: value)
  }
}

/// The length and a hash (FNV-1a, 64 bits) of bytes, to tell whether they are still the same.
///
/// Fowler, Noll and Vo's function guards against mistakes and not against forgery.
public struct Fingerprint: Sendable, Equatable {
  /// How many bytes were added.
  public private(set) var count = 0
  /// Their hash.
  public private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The fingerprint of nothing.
  public init() {}

  /// The fingerprint of these bytes.
  public init(of bytes: [UInt8]) { add(bytes) }

  init(count: Int, hash: UInt64) { (self.count, self.hash) = (count, hash) }

  /// Adds bytes behind those before.
  ///
  /// - Complexity: O(*n*) for *n* bytes.
  public mutating func add(_ bytes: [UInt8]) {
    for byte in bytes {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      count += 1
    }
  }

  /// The hash in hexadecimal digits.
  public var hexadecimal: String { String(hash, radix: 16) }
}
