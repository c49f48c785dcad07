import Foundation
import Testing

/// `Documentation/Coverage.md` and `References.md` point at nothing that is not there.
@Suite struct CoverageTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  @Test(arguments: [("Coverage", 130), ("References", 30)])
  func everyRowPointsAtWhatThereIs(name: String, atLeast count: Int) async throws {
    let document = try String(
      contentsOf: Workplace.checkout.appendingPathComponent("Documentation/\(name).md"),
      encoding: .utf8)
    // Tables begin with a row of titles and one of dashes.
    let lines = document.split(separator: "\n", omittingEmptySubsequences: false)
    let rows = lines.indices.filter {
      lines[$0].hasPrefix("| ") && !lines[$0].hasPrefix("| ---")
        && !(lines.indices.contains($0 + 1) && lines[$0 + 1].hasPrefix("| ---"))
    }.map { lines[$0] }
    #expect(rows.count >= count)
    var references = Set<String>()
    for row in rows {
      let found = row.matches(of: /`([^`]+)`/).map { String($0.1) }
      #expect(!found.isEmpty, "\(row)")
      references.formUnion(found)
    }
    let names = try await lessonNames()
    for reference in references.sorted() {
      let words = reference.split(separator: " ").map(String.init)
      switch words[0] {
      case "lessons": try await checkLesson(Array(words.dropFirst()), names)
      case _ where words[0].hasPrefix("Tests/"): try checkTest(reference)
      case _ where words[0].hasPrefix("Documentation/"):
        let path = Workplace.checkout.appendingPathComponent(words[0]).path
        #expect(FileManager.default.fileExists(atPath: path), "\(reference)")
      default: try await checkCommand(words)
      }
    }
  }

  /// What replaces embedded sites loads nothing from anywhere.
  @Test func noPageNeedsTheNetwork() async throws {
    let model = Workplace.checkout.appendingPathComponent("checkpoints/every-effort").path
    let outcome = try await place.run(
      "inspect", "explore", "--checkpoint", model, "--output", "page.html")
    #expect(outcome.status == 0, "\(outcome)")
    let page = String(decoding: try place.bytes("page.html"), as: UTF8.self)
    #expect(page.contains("<script") && !page.contains(/(src|href)\s*=\s*["']?https?:/))
    #expect(!page.contains(/(fetch|import|url)\s*\(\s*["']?https?:/))
  }

  private func lessonNames() async throws -> Set<String> {
    let list = try await place.run("lessons")
    return Set(
      list.output.split(separator: "\n").compactMap { line in
        line.split(separator: " ").dropFirst().first.map(String.init)
      })
  }

  private func checkLesson(_ words: [String], _ names: Set<String>) async throws {
    guard let first = words.first else { return }
    if words.contains(where: { $0.hasPrefix("--") }) {
      try await checkCommand(["lessons"] + words.filter { $0.hasPrefix("--") })
    }
    let rest = words.dropFirst().filter { !$0.hasPrefix("--") }
    switch first {
    case "all": break
    case "exercises" where !rest.isEmpty:
      let outcome = try await place.start("lessons", ["exercises"] + rest + ["--solutions"])
        .outcome()
      #expect(outcome.status == 0, "\(words)")
    case "explain" where !rest.isEmpty:
      let outcome = try await place.start("lessons", ["explain"] + rest).outcome()
      #expect(outcome.status == 0, "\(words)")
    case "exercises", "explain": break
    default: #expect(names.contains(first), "lessons \(first)")
    }
  }

  /// A command, perhaps a subcommand, perhaps an option of it.
  private func checkCommand(_ words: [String]) async throws {
    let subject = words.filter { !$0.hasPrefix("--") }
    let help = try await place.start(subject[0], subject.dropFirst() + ["--help"]).outcome()
    #expect(help.status == 0, "\(words)")
    for option in words where option.hasPrefix("--") {
      #expect(help.output.contains("  \(option)"), "\(words)")
    }
  }

  private func checkTest(_ reference: String) throws {
    let parts = reference.components(separatedBy: ": ")
    let file = try String(
      contentsOf: Workplace.checkout.appendingPathComponent(parts[0]), encoding: .utf8)
    #expect(file.contains("func \(parts[1])("), "\(reference)")
  }
}
