/// What kind of failure an error is; a command turns it into its exit status.
public enum FailureCause: Sendable, Equatable {
  /// The command was called wrongly: an unknown option, a value out of range (exit status 64).
  case wrongUse
  /// What was given could be read and makes no sense (65).
  case badData
  /// Something that should be read is missing or unreadable (66).
  case missingInput
  /// The result cannot be written (73).
  case cannotWrite
  /// The work ran to its end and the answer is no: a check failed, training diverged (1).
  case negativeResult
}

/// An error from outside the program that explains itself to the person at the keyboard.
///
/// Its `description` is one line that says what was found, what was expected and what to do.
public protocol ExplainedError: Error, CustomStringConvertible, Sendable {
  /// What kind of failure this is.
  var cause: FailureCause { get }
}

extension String {
  /// The text in quotation marks, for one line of a message.
  ///
  /// Invisible scalars are written as escapes, and what exceeds `limit` scalars is left out.
  package func quoted(limit: Int = 60) -> String {
    var result = "\""
    for scalar in unicodeScalars.prefix(limit) {
      switch (scalar, scalar.properties.generalCategory) {
      case ("\n", _): result += "\\n"
      case ("\r", _): result += "\\r"
      case ("\t", _): result += "\\t"
      case (_, .control), (_, .format), (_, .lineSeparator), (_, .paragraphSeparator),
        (_, .unassigned), (_, .privateUse):
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + (unicodeScalars.dropFirst(limit).isEmpty ? "\"" : "…\"")
  }
}
