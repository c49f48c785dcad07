import Console
import MiniTransformer

/// What a run begins with: nothing, the weights of a checkpoint, or the state of a run that goes on.
enum Start {
  case anew
  case checkpoint(Checkpoint, any Tokenizer, folder: String)
  case state(TrainingState, folder: String)

  /// Declares `--resume` and `--from`, reads what they name, and lets it settle other options.
  init(_ options: inout Options) throws {
    options.group("What it begins with, if not with nothing")
    let run = try options.text(
      "resume", as: "DIR", "go on with the run in this folder, with all its options")
    let base = try options.text(
      "from", as: "DIR", "begin a run with the weights and the tokenizer of a checkpoint")
    switch (run, base) {
    case (nil, nil): self = .anew
    case (let folder?, nil):
      self = .state(try TrainingState(resuming: folder), folder: folder)
    case (nil, let folder?):
      let checkpoint = try Checkpoint(from: folder)
      guard let tokenizer = checkpoint.tokenizer else {
        throw CheckpointError.missing(path: "\(folder)/tokenizer.json")
      }
      self = .checkpoint(checkpoint, tokenizer, folder: folder)
    case (_?, _?):
      throw UsageError("--resume goes on with a run and --from begins one; give one of them")
    }
    if let settled = try settled { options.settle(settled) }
  }

  /// The sizes of the model, where they are given.
  var configuration: GPTConfiguration? {
    switch self {
    case .anew: nil
    case .checkpoint(let checkpoint, _, _): checkpoint.model.configuration
    case .state(let state, _): state.configuration
    }
  }

  /// The tokenizer, where it is given.
  var tokenizer: (any Tokenizer)? {
    switch self {
    case .anew: nil
    case .checkpoint(_, let tokenizer, _): tokenizer
    case .state(let state, _): state.tokenizer
    }
  }

  /// The id that ends a text, where the model knows one.
  var endOfText: Int32? {
    switch self {
    case .anew: nil
    case .checkpoint(let checkpoint, _, _): checkpoint.endOfText
    case .state(let state, _): state.endOfText
    }
  }

  /// The state of the run that goes on.
  var state: TrainingState? {
    if case .state(let state, _) = self { state } else { nil }
  }

  /// A model of this configuration with the numbers that it begins with.
  func model(_ configuration: GPTConfiguration, seed: UInt64) throws -> GPT<Float> {
    if case .state(let state, _) = self { return try state.model() }
    let model = try GPT<Float>(configuration, seed: seed)
    if case .checkpoint(let checkpoint, _, _) = self {
      for (parameter, loaded) in zip(model.parameters.all, checkpoint.model.parameters.all) {
        parameter.tensor.scalars = loaded.tensor.scalars
      }
    }
    return model
  }

  private var settled: SettledOptions? {
    get throws {
      switch self {
      case .anew: return nil
      case .state(let state, let folder): return try RunRecord.settled(state.run, folder: folder)
      case .checkpoint(let checkpoint, _, let folder):
        let sizes = checkpoint.model.configuration
        return SettledOptions(
          [
            "layers": [String(sizes.layers)], "heads": [String(sizes.heads)],
            "width": [String(sizes.width)], "positions": [sizes.positions.rawValue],
            "untied": sizes.isTied ? nil : [], "context": [String(sizes.contextLength)],
            "dropout": [sizes.dropout.argument], "tokenizer": ["its own"],
          ], changeable: ["context", "dropout"], by: "the checkpoint in \(folder)",
          advice: "leave it out")
      }
    }
  }
}

extension TrainingState {
  /// The state of a run's folder.
  fileprivate init(resuming folder: String) throws {
    if !TrainingState.exists(in: folder) && Checkpoint.exists(at: folder) {
      throw NotResumable(folder: folder)
    }
    try self.init(from: folder)
  }
}

/// A checkpoint without the state of the run that has made it.
struct NotResumable: ExplainedError {
  let folder: String

  var cause: FailureCause { .missingInput }

  var description: String {
    "\(TrainingState.path(in: folder)) does not exist, so its run cannot go on; "
      + "begin one from its weights with --from \(folder)"
  }
}
