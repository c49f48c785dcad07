import Foundation
import Testing

/// What all commands have in common.
@Suite struct EveryCommandTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  @Test(arguments: ["train", "generate", "gradcheck", "inspect", "lessons"])
  func helpsAndTellsItsVersion(name: String) async throws {
    let help = try await place.run(name, "--help", "--unknown")
    #expect(help.status == 0)
    #expect(help.errors.isEmpty)
    #expect(help.output.contains("Usage: swift run -c release \(name) "))
    let version = try await place.run(name, "--version")
    #expect(version.status == 0)
    #expect(version.output == "\(name) (MiniTransformer) 0.1.0\n")
  }

  /// Every option in the help stands in the document, and the other way round.
  @Test(arguments: [
    "train", "generate", "gradcheck", "benchmark", "inspect", "inspect tokens", "inspect logits",
    "inspect model", "inspect attention", "inspect why", "inspect film",
    "inspect explore", "lessons",
  ])
  func isDocumented(name: String) async throws {
    let document = try String(
      contentsOf: Workplace.checkout.appendingPathComponent("Documentation/Commands.md"),
      encoding: .utf8)
    let section = document.split(separator: /\n##+\s/).first { $0.hasPrefix("`\(name)`") }
    let words = name.split(separator: " ").map(String.init)
    let help = try await place.start(words[0], words.dropFirst() + ["--help"]).outcome().output
    let options = { (text: String) in
      Set(text.matches(of: /--[a-z][a-z0-9-]*/).map { String($0.output) })
    }
    // The examples of the help may have options of Swift's own.
    let declared = help.components(separatedBy: "\n\nExamples").first ?? ""
    #expect(
      options(declared).subtracting(["--help", "--version"]) == options(String(section ?? "")))
  }
}
