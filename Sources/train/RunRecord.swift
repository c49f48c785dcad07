import Console
import MiniTransformer

/// `run.json`: each option of a run under its name, with `_` for `-`, as it was given or followed from
/// the preset.
enum RunRecord {
  /// How a run goes, not what comes of it; and the corpus, whose contents are compared instead.
  private static let changeable: Set<String> = [
    "corpus", "validation-corpus", "steps", "patience", "evaluate-every", "save-every",
    "sample-every", "prompt",
  ]

  /// The record of a run.
  static func json(_ settings: Settings, _ text: TrainingText) -> JSON {
    func number(_ value: Int) -> JSON { .integer(Int64(value)) }
    let (optimizer, beta1, beta2, decay): (Settings.OptimizerKind, Double, Double?, Double) =
      switch settings.algorithm {
      case .adamW(let beta1, let beta2, _, let decay): (.adamw, beta1, beta2, decay)
      case .adam(let beta1, let beta2, _, let penalty): (.adam, beta1, beta2, penalty)
      case .sgd(let momentum, _, _, let penalty): (.sgd, momentum, nil, penalty)
      }
    let (sizes, schedule) = (settings.configuration, settings.schedule)
    let base: String? =
      if case .checkpoint(_, _, let folder) = settings.start { folder } else { settings.base }
    return [
      "version": .string(Command.version), "from": base.map { .string($0) } ?? nil,
      "corpus": .array(settings.corpus.map { .string($0) }),
      "corpus_fnv1a64": .string(String(text.hash, radix: 16)),
      "preset": .string(settings.preset.rawValue),
      "tokenizer": .string(settings.tokenizer.name),
      "vocabulary": settings.tokenizer.vocabulary.map { number($0) } ?? nil,
      "unknown": .string(settings.unknown.rawValue),
      "layers": number(sizes.layers), "heads": number(sizes.heads),
      "width": number(sizes.width), "context": number(text.context),
      "positions": .string(sizes.positions.rawValue),
      "dropout": .double(sizes.dropout), "untied": .bool(!sizes.isTied),
      "batch": number(settings.batchSize), "accumulate": number(settings.accumulation),
      "steps": number(settings.steps), "learning_rate": .double(schedule.peak),
      "minimum_learning_rate": .double(schedule.minimum), "warmup": number(schedule.warmup),
      "schedule": .string(schedule.shape.rawValue), "optimizer": .string(optimizer.rawValue),
      "beta1": .double(beta1), "beta2": beta2.map { .double($0) } ?? nil,
      "weight_decay": .double(decay), "clip": .double(settings.clipping ?? 0),
      "validation": settings.validationCorpus.isEmpty ? .double(settings.validation) : nil,
      "validation_corpus": settings.validationCorpus.isEmpty
        ? nil : .array(settings.validationCorpus.map { .string($0) }),
      "precision": .string(settings.precision.rawValue),
      "patience": settings.patience.map { number($0) } ?? nil,
      "overfit": .bool(settings.overfits),
      "evaluate_every": number(settings.intervals.evaluation),
      "save_every": number(settings.intervals.saving),
      "sample_every": number(settings.intervals.sampling),
      "film": .bool(settings.recordsFilm), "no_film": .bool(!settings.recordsFilm),
      "prompt": .string(settings.prompt ?? text.opening), "seed": number(settings.seed),
    ]
  }

  /// The options of a recorded run, for the command that goes on with it.
  static func settled(_ record: JSONField, folder: String) throws -> SettledOptions {
    var values: [String: [String]?] = ["output": [folder]]
    for (key, field) in try record.members() {
      let name = key.replacing("_", with: "-")
      switch field.value {
      case .null, .bool(false): values[name] = .some(nil)
      case .bool(true): values[name] = []
      case .array: values[name] = try field.elements().map { try $0.string() }
      case .integer(let value): values[name] = [String(value)]
      case .double(let value): values[name] = [value.argument]
      default: values[name] = [try field.string()]
      }
    }
    return SettledOptions(
      values, changeable: changeable, by: "the run in \(folder)",
      advice: "leave it out, or begin another run with --from \(folder)")
  }

  /// Refuses to go on with another text than the run has learned from.
  static func compareCorpus(_ record: JSONField, hash: UInt64, _ paths: [String]) throws {
    let known = try record.member("corpus_fnv1a64").string()
    let found = String(hash, radix: 16)
    guard known == found else { throw CorpusChanged(paths: paths, found: found, expected: known) }
  }
}

/// A run that goes on with another text.
struct CorpusChanged: ExplainedError {
  let paths: [String]
  let found: String
  let expected: String

  var cause: FailureCause { .badData }

  var description: String {
    "the corpus \(paths.joined(separator: ", ")) has changed: its hash is \(found), and the run has "
      + "learned from one with the hash \(expected); name the old text with --corpus, or begin "
      + "another run with --from"
  }
}
