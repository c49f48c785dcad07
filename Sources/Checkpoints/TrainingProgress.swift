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
  /// What `film.jsonl` holds up to this step; nothing where no film is recorded.
  public var film = Fingerprint()

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
      "film_bytes": .integer(Int64(film.count)), "film_fnv1a64": .string(film.hexadecimal),
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
    metrics = try Fingerprint(field, of: "metrics")
    // States of earlier versions know no film.
    if try field.optionalMember("film_bytes") != nil { film = try Fingerprint(field, of: "film") }
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

  /// The fingerprint that a training state has recorded of a file.
  init(_ field: JSONField, of name: String) throws(CheckpointError) {
    let text = try field.member("\(name)_fnv1a64")
    guard let hash = UInt64(try text.string(), radix: 16) else {
      throw text.damaged("\(text.name) is no hexadecimal number")
    }
    self.hash = hash
    count = try field.member("\(name)_bytes").integer(in: 0...(Int.max >> 1))
  }

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
