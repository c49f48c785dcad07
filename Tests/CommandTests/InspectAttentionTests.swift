import Checkpoints
import Foundation
import TestSupport
import Testing

/// The pictures of `inspect` as a process, of the checkpoint that comes with the package.
@Suite struct InspectAttentionTests {
  let place: Workplace
  private let bundled = Workplace.checkout.appendingPathComponent("checkpoints/every-effort").path
  private let text = "Every effort moves you"

  init() throws { place = try Workplace() }

  private func inspect(_ arguments: String...) async throws -> Workplace.Outcome {
    try await inspect(arguments)
  }

  private func inspect(_ arguments: [String]) async throws -> Workplace.Outcome {
    try await place.start("inspect", arguments + ["--checkpoint", bundled]).outcome()
  }

  /// The weights of layer 1, head 0 from the JSON.
  private func weights() async throws -> [[Double]] {
    let outcome = try await inspect("attention", text, "--json")
    let document = try JSONField(parsing: Array(outcome.output.utf8), from: "standard output")
    #expect(try document.member("tokens").value == ["Every", "effort", "moves", "you"])
    #expect(try document.member("shape").value == [2, 2, 4, 4])
    let head = try document.member("weights").elements()[1].elements()[0]
    return try head.elements().map { try $0.elements().map { try $0.double() } }
  }

  @Test func terminalSVGAndPageShowTheNumbersOfTheJSON() async throws {
    let rows = try await weights()
    for (query, row) in rows.enumerated() {
      #expect(abs(row.reduce(0, +) - 1) < 1e-6)
      #expect(row.dropFirst(query + 1).allSatisfy { $0 == 0 })
    }
    let expected = rows.enumerated().flatMap { query, row in
      row[...query].map { String(format: "%.2f", $0) } + ["1.00"]
    }
    let only = ["--layer", "1", "--head", "0"]
    let terminal = try await inspect(["attention", text] + only).output
    let grid = terminal.split(separator: "\n").dropFirst(4).prefix(4)
    #expect(grid.flatMap { $0.matches(of: /\d\.\d\d/).map { String($0.output) } } == expected)

    let svg = try await inspect(["attention", text, "--format", "svg"] + only)
    #expect(svg.output.matches(of: />(\d\.\d\d)</).map { String($0.1) } == expected)
    let page = try await inspect(["attention", text, "--format", "html"] + only)
    #expect(page.output.contains(svg.output))
  }

  @Test func aPictureGoesToAFile() async throws {
    let path = place.url("head.svg").path
    let outcome = try await inspect(
      ["attention", text, "--layer", "0", "--head", "1", "--format", "svg", "--output", path])
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    #expect(try String(decoding: place.bytes("head.svg"), as: UTF8.self).hasPrefix("<svg "))
  }

  /// Bytes 16 to 23 of a PNG are its width and height; two pixels stand for one of the SVG.
  @Test(.enabled(if: browserPath != nil, "there is no browser"))
  func aBrowserDrawsThePNG() async throws {
    let path = place.url("head.png").path
    let only = ["attention", text, "--layer", "0", "--head", "1", "--format"]
    let outcome = try await inspect(only + ["png", "--output", path])
    #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome)")
    let svg = try await inspect(only + ["svg"]).output
    let size = try #require(svg.firstMatch(of: /width="(\d+)" height="(\d+)"/))
    let bytes = try place.bytes("head.png").map(Int.init)
    #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 * 256 + $1 } }
    #expect([number(16), number(20)] == [size.1, size.2].map { 2 * (Int($0) ?? 0) })
  }

  @Test(.enabled(if: !FileManager.default.fileExists(atPath: "/Applications"), "there may be one"))
  func withoutABrowserThereIsNoPNG() async throws {
    let arguments = ["attention", text, "--layer", "0", "--head", "1", "--format", "png"]
    let nowhere = try await inspect(arguments)
    #expect(nowhere.status == 64 && nowhere.errors.contains("name it with --output"), "\(nowhere)")
    let path = place.url("head.png").path
    let outcome = try await place.start(
      "inspect", arguments + ["--output", path, "--checkpoint", bundled],
      environment: ["PATH": place.url("").path]
    ).outcome()
    #expect(outcome.status == 66 && outcome.errors.contains("install one"), "\(outcome)")
    #expect(outcome.messages.count == 1 && !FileManager.default.fileExists(atPath: path))
  }

  @Test func sumsWhatGroupsGet() async throws {
    let groups = ["--group", "who=Every,you", "--group", "what = effort, moves"]
    let rows = try await weights()
    let terminal = try await inspect(["attention", text, "--layer", "1", "--head", "0"] + groups)
    let lines = terminal.output.split(separator: "\n").suffix(4)
    for (line, row) in zip(lines, rows) {
      let found = line.split(separator: " ").dropFirst().compactMap { Double($0) }
      let expected = [row[0] + row[3], row[1] + row[2], 0]
      #expect(
        zip(found, expected).allSatisfy { abs($0 - $1) < 0.0051 } && found.count == 3, "\(line)")
    }
    let json = try await inspect(["attention", text, "--json"] + groups).output
    let document = try JSONField(parsing: Array(json.utf8), from: "standard output")
    let what = try document.member("groups").elements()[1]
    #expect(try what.member("name").value == "what")
    let sums = try what.member("weights").elements()[1].elements()[0].elements().map {
      try $0.double()
    }
    #expect(zip(sums, rows).allSatisfy { abs($0 - $1[1] - $1[2]) < 1e-6 } && sums.count == 4)
  }

  @Test(arguments: [
    (
      "food=rice",
      "the text has no token \"rice\"; it has \"Every\", \"effort\", \"moves\", \"you\""
    ),
    ("food", "--group must be a name and tokens such as food=rice,bread; found \"food\""),
  ])
  func refusesGroups(group: String, message: String) async throws {
    let outcome = try await inspect("attention", text, "--group", group)
    #expect(outcome.status == 64 && outcome.errors.contains(message), "\(outcome)")
  }

  @Test func whyExplainsAPredictionAndAWeight() async throws {
    let prompt = "Every effort moves"
    let document = try JSONField(
      parsing: Array(try await inspect("logits", prompt, "--format", "json").output.utf8),
      from: "standard output")
    let logits = try #require(document.member("logits").elements().last).elements().map {
      try $0.double()
    }
    let likeliest = try #require(logits.max())
    let share = 1 / logits.reduce(0) { $0 + exp($1 - likeliest) }
    let prediction = try await inspect("why", prompt).output
    for part in [
      "you ", String(format: "%.1f%%", 100 * share), "layer 1 head 0", "sum ", "embeddings",
      "layer 1  ",
    ] {
      #expect(prediction.contains(part), "\(part)")
    }
    let weight = try await inspect("why", text, "--attention", "1.0.3.1").output
    let expected = try await weights()[3][1]
    #expect(weight.contains("the kernel's: \(String(format: "%.6f", expected))"))
    let masked = try await inspect("why", text, "--attention", "1.0.1.3").output
    #expect(masked.contains("−∞"))
  }

  @Test(arguments: [
    (["attention", "Every", "--layer", "2"], "--layer must be in 0...1 for this model; found 2"),
    (["attention", "Every", "--head", "9"], "--head must be in 0...1 for this model; found 9"),
    (["attention", "Every", "--format", "svg"], "a picture shows one head; choose --layer 0...1"),
    (["why", "Every", "--attention", "0.1"], "needs four numbers"),
    (["why", "Every", "--attention", "0.0.1.0"], "the row must be in 0...0; found 1"),
    (["why", "Every", "--token", "3"], "--token must be in 0...0 for this text; found 3"),
  ])
  func wrongUseIsNamed(arguments: [String], message: String) async throws {
    let outcome = try await inspect(arguments)
    #expect(outcome.status == 64 && outcome.messages.count == 1)
    #expect(outcome.errors.contains(message), "\(outcome)")
  }

  @Test func anUnwritablePlaceIsNamed() async throws {
    let outcome = try await inspect("explore", "--output", place.url("no/such/page.html").path)
    #expect(outcome.status == 73 && outcome.errors.contains("cannot be written"), "\(outcome)")
  }
}
