import Foundation
import Tokenization

/// The folder that `--checkpoint` names, or the one to take where it is missing.
public struct CheckpointOption: Sendable {
  /// Where a model is looked for that nobody has named: the last run, then the one that comes with
  /// the package.
  static let standard = ["checkpoints/run", "checkpoints/every-effort"]

  /// The folder that was named, if one was.
  public let named: String?

  /// The folder.
  ///
  /// - Throws: ``NoCheckpoint`` if none was named and there is none by default.
  public func folder() throws(NoCheckpoint) -> String {
    if let named { return named }
    let found = Self.standard.first {
      FileManager.default.fileExists(atPath: "\($0)/config.json")
    }
    guard let found else { throw NoCheckpoint(folders: Self.standard) }
    return found
  }
}

extension Options {
  /// Declares `--checkpoint`.
  ///
  /// - Throws: a `UsageError` if the value is missing, empty or given twice.
  public mutating func checkpoint() throws(UsageError) -> CheckpointOption {
    CheckpointOption(
      named: try text(
        "checkpoint", otherwise: CheckpointOption.standard.joined(separator: ", else "), as: "DIR",
        "the model: a Hugging Face GPT-2 folder"))
  }
}

/// No model was trained yet, and none is there by default.
public struct NoCheckpoint: ExplainedError {
  let folders: [String]

  /// The input is missing.
  public var cause: FailureCause { .missingInput }

  /// Says where it was looked for, and how to make one.
  public var description: String {
    "there is no checkpoint in \(folders.joined(separator: " or ")); train one with "
      + "'swift run -c release train', or name a folder with --checkpoint"
  }
}
