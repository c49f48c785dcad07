import Console
import MiniTransformer
import Verification
import Visualization

/// Proves every derivative: parses, calls `Verification`, prints.
@main struct Main {
  enum OutputFormat: String, CaseIterable { case table, json }

  static func main() {
    let command = Command(
      "gradcheck",
      "Compares every derivative with central differences in double precision: each operation at "
        + "several odd shapes, each layer, and every parameter of small transformers. Mistakes made "
        + "on purpose (mutants) must be noticed, and Float must agree with Double.",
      examples: [
        "swift run -c release gradcheck", "swift run -c release gradcheck --only attention",
        "swift run -c release gradcheck --only GPT --tolerance 1e-8",
      ])
    command.run { options in
      let only = try options.text(
        "only", as: "NAME", "check what has this name or begins with this word")
      var verification = Verification()
      verification.tolerance = try options.value(
        "tolerance", default: verification.tolerance, in: .above(0),
        "largest relative error that passes")
      let format = try options.choice("format", default: OutputFormat.table, "how to print")
      let isJSON = try options.flag("json", "the same as --format json") || format == .json
      let isQuiet = try options.flag("quiet", "show no progress")
      try options.finish()

      let names = try only.map(names(matching:)) ?? Verification.names
      if !isQuiet { command.warnIfDebugBuild() }
      var progress = ProgressLine(quiet: isQuiet)
      let report = verification.run(names) { name, index, count in
        progress.update("\(index + 1) of \(count): \(name)")
      }
      progress.clear()

      let output = StandardStream.output
      if isJSON {
        let text = try json(report, verification).text(.pretty, for: "standard output")
        try output.print(String(decoding: text, as: UTF8.self))
      } else {
        try output.print(rows(report, width: output.width))
        try output.print("\n" + summary(report, verification))
      }
      if !report.isPassed { throw FailedVerification(report) }
      if output.isTerminal && !isJSON { try output.print("next: swift run -c release train") }
    }
  }

  /// The rows that have this name or begin with this word, whatever the case of its letters.
  static func names(matching word: String) throws -> [String] {
    let key = word.lowercased()
    let found = Verification.names.filter { name in
      let name = name.lowercased()
      return name == key || name.hasPrefix(key + ",") || name.hasPrefix(key + " ")
    }
    if !found.isEmpty { return found }

    let subjects = Verification.names.reduce(into: [String]()) { subjects, name in
      let subject = String(name.prefix { $0 != "," })
      if !subjects.contains(subject) { subjects.append(subject) }
    }
    let nearest = Spelling.closest(to: word, among: subjects)
    throw UsageError(
      "--only \(word.quoted()) names nothing that is checked; "
        + (nearest.isEmpty
          ? "choose one of \(subjects.joined(separator: ", "))"
          : "did you mean \(nearest.joined(separator: " or "))?"))
  }
}
