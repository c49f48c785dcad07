/// Options that an earlier run has settled: who goes on with it need not repeat them and cannot
/// contradict them.
public struct SettledOptions: Sendable {
  /// The values of each option, by its name without `--`: none for a switch that is on, nil for an
  /// option that was left out.
  let values: [String: [String]?]
  /// The options that may be given anew.
  let changeable: Set<String>
  /// What has settled them, for messages: `the run in checkpoints/run`.
  let origin: String
  /// What to do about a contradiction, for messages.
  let advice: String

  /// Describes what is settled; see the properties.
  public init(
    _ values: [String: [String]?], changeable: Set<String> = [], by origin: String, advice: String
  ) {
    (self.values, self.changeable) = (values, changeable)
    (self.origin, self.advice) = (origin, advice)
  }

  /// What holds for an option: what was given, or what is settled where nothing was.
  ///
  /// - Throws: a `UsageError` that names the option if both are there and differ.
  func resolve(_ name: String, given: [[String]]) throws(UsageError) -> [[String]] {
    guard let settled = values[name] else { return given }
    if given.isEmpty { return settled.map { [$0] } ?? [] }
    let canonical = { (values: [String]) in values.map(Self.canonical) }
    guard
      changeable.contains(name) || given.count > 1 || settled.map(canonical) == canonical(given[0])
    else {
      let found = (["--\(name)"] + given[0]).joined(separator: " ")
      let expected =
        switch settled {
        case nil: "does not have it"
        case []?: "has it on"
        case let values?: "has \(values.joined(separator: " "))"
        }
      throw UsageError("\(found) contradicts \(origin), which \(expected); \(advice)")
    }
    return given
  }

  /// Equal numbers written alike: `1e-3` and `0.001`.
  private static func canonical(_ value: String) -> String {
    Int(argument: value)?.argument ?? Double(argument: value)?.argument ?? value
  }
}
