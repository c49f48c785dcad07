import Foundation
import Tokenization

/// Why a file of a checkpoint cannot be read or written; each case carries the file's path.
public enum CheckpointError: ExplainedError, Equatable {
  /// There is no such file.
  case missing(path: String)
  /// The system does not let the file be read, for this reason.
  case unreadable(path: String, reason: String)
  /// The file breaks its format in the way that the problem says.
  case damaged(path: String, problem: String)
  /// The file is sound and holds what this package does not do.
  case unsupported(path: String, problem: String)
  /// The file cannot be written, for this reason; one of that name is as it was.
  case cannotWrite(path: String, reason: String)

  /// Missing input, bad data or an output that cannot be written.
  public var cause: FailureCause {
    switch self {
    case .missing, .unreadable: .missingInput
    case .damaged, .unsupported: .badData
    case .cannotWrite: .cannotWrite
    }
  }

  /// One line that names the file and the problem.
  public var description: String {
    switch self {
    case .missing(let path): "\(path) does not exist; check the path"
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .damaged(let path, let problem): "\(path) is damaged: \(problem)"
    case .unsupported(let path, let problem): "\(path) is not supported: \(problem)"
    case .cannotWrite(let path, let reason): "\(path) cannot be written: \(reason)"
    }
  }
}

/// The system's words for the error of the call that has just failed.
func systemReason() -> String { unsafe String(cString: strerror(errno)) }
