import Checkpoints
import Foundation
import Testing

/// What `generate` can be asked for beyond a prompt.
@Suite struct GenerateOptionsTests {
  let place: Workplace

  init() async throws { place = try await GenerateTests.place() }

  private func generate(
    _ arguments: String..., input: String = ""
  ) async throws -> Workplace.Outcome {
    try await place.start("generate", arguments + ["--quiet"], input: input).outcome()
  }

  /// A document of `--json`, with the ids and texts of its samples.
  private func samples(
    _ outcome: Workplace.Outcome
  ) throws -> [(ids: [Int], text: String, reason: String)] {
    try document(outcome).member("samples").elements().map { sample in
      let ids = try sample.member("ids").elements().map { try $0.integer() }
      let logProbabilities = try sample.member("log_probabilities").elements().map {
        try $0.double()
      }
      #expect(logProbabilities.count == ids.count && logProbabilities.allSatisfy { $0 < 0 })
      return (
        ids, try sample.member("text").string(), try sample.member("finish_reason").string()
      )
    }
  }

  private func document(_ outcome: Workplace.Outcome) throws -> JSONField {
    #expect(outcome.status == 0, "\(outcome)")
    return try JSONField(parsing: Array(outcome.output.utf8), from: "standard output")
  }

  @Test func theFirstOfSeveralSamplesIsTheOnlyOne() async throws {
    let one = try await generate("Every effort", "--temperature", "1.5", "--tokens", "20")
    let three = try await generate(
      "Every effort", "--temperature", "1.5", "--tokens", "20", "--samples", "3")
    let parts = three.output.components(separatedBy: "── sample ")
    #expect(parts.count == 4)
    #expect(parts[1] == "1 of 3\n" + one.output)
    #expect(Set(parts.map { $0.dropFirst() }).count == 4)

    let json = try await generate(
      "Every effort", "--temperature", "1.5", "--tokens", "20", "--samples", "3", "--json")
    #expect(
      try samples(json).map { $0.text + "\n" } == parts.dropFirst().map { String($0.dropFirst(7)) })
    #expect(try samples(json).map(\.ids.count) == [20, 20, 20])
  }

  /// A string that begins and ends within words.
  @Test func stopsBeforeAText() async throws {
    let arguments = ["Every effort moves", "--temperature", "0", "--quiet"]
    let plain = try await place.start("generate", arguments).outcome().output
    let stop = String(plain.dropFirst(2).prefix(6))
    let expected = try #require(plain.firstRange(of: stop)).lowerBound
    let outcome = try await place.start(
      "generate", arguments + ["--stop", "nowhere", "--stop=" + stop]
    ).outcome()
    #expect(outcome.output == plain[..<expected] + "\n")

    let json = try await place.start(
      "generate", arguments + ["--stop=" + stop, "--json"]
    ).outcome()
    let sample = try samples(json)[0]
    #expect((sample.text, sample.reason) == (String(plain[..<expected]), "stop"))
    #expect(sample.ids.count < 40)
    let found = try document(json).member("samples").elements()[0].member("stop")
    #expect(try found.string() == stop)
  }

  @Test func idsInPlaceOfText() async throws {
    let text = try await generate("Every effort moves", "--json", "--tokens", "3")
    let ids = try document(text).member("prompt_ids").elements().map { try $0.integer() }
    #expect(ids.count == 3)
    let list = ids.map(String.init).joined(separator: ",")
    #expect(try await generate("--ids", list, "--json", "--tokens", "3").output == text.output)

    try FileManager.default.removeItem(at: place.url("checkpoints/run/tokenizer.json"))
    let numbers = try await generate("--ids=" + list, "--tokens", "3")
    #expect(
      numbers.output == (try samples(text)[0].ids).map(String.init).joined(separator: ",") + "\n")
    let words = try await generate("Every", "--checkpoint", "checkpoints/run")
    #expect(words.status == 66)
    #expect(words.errors.contains("checkpoints/run/tokenizer.json does not exist"))
  }

  @Test func readsThePromptFromAFile() async throws {
    try place.write("Every effort moves\n", to: "prompt.txt")
    let outcome = try await generate(
      "--prompt-file", "prompt.txt", "--temperature", "0", "--tokens", "1")
    #expect(outcome.output == "you\n")
    try place.write(Array("Every ".utf8) + [0xC3, 0x28], to: "prompt.txt")
    let bad = try await generate("--prompt-file", "prompt.txt")
    #expect(bad.status == 65)
    #expect(bad.errors.contains("prompt.txt is not UTF-8: byte 0xC3 at offset 6"))
    #expect(try await generate("--prompt-file", "none.txt").status == 66)
  }

  @Test func unknownWordsAreSkippedOrNamed() async throws {
    let (known, strange) = ("Every effort moves", "Every zebra effort moves")
    let expected = try await generate(known, "--temperature", "0", "--json")
    let skipped = try await generate(strange, "--temperature", "0", "--json", "--unknown", "skip")
    #expect(skipped.output == expected.output && skipped.status == 0, "\(skipped)")
    let refused = try await generate(strange, "--unknown", "error")
    #expect(refused.status == 65 && refused.errors.contains("\"zebra\""), "\(refused)")
    let nothing = try await generate("zebra", "--unknown", "skip")
    #expect(nothing.status == 64 && nothing.errors.contains("the prompt has no token"))
    let lines = try await generate(
      "--interactive", "--unknown", "skip", "--tokens", "1", "--temperature", "0",
      input: "zebra\n\(strange)\n")
    #expect(lines.status == 0 && lines.errors.contains("the text has no token"), "\(lines)")
    #expect(lines.output.split(separator: "\n").count == 1, "\(lines)")
  }

  /// With a penalty fewer words come again.
  @Test func penalizesRepetition() async throws {
    let plain = try await generate("The", "--temperature", "0", "--tokens", "60", "--json")
    let penalized = try await generate(
      "The", "--temperature", "0", "--tokens", "60", "--repetition-penalty", "5", "--json")
    let counts = try [plain, penalized].map { Set(try samples($0)[0].ids).count }
    #expect(counts[1] > counts[0])
  }

  /// A share of 1 leaves the likeliest token alone, as temperature 0 does.
  @Test func keepsWhatIsLikelyEnough() async throws {
    let greedy = try await generate("The river", "--temperature", "0")
    #expect(
      try await generate("The river", "--temperature", "5", "--min-p", "1").output == greedy.output)
    #expect(try await generate("The river", "--temperature", "5").output != greedy.output)
  }

  // MARK: Conversation

  @Test func continuesLineAfterLine() async throws {
    let arguments = ["--interactive", "--temperature", "0", "--tokens", "1"]
    let outcome = try await place.start(
      "generate", arguments, input: "\nEvery effort\n\nEvery efort\nEvery effort moves\n"
    ).outcome()
    #expect(outcome.status == 0)
    #expect(outcome.output == "moves\nyou\nyou\n")
    #expect(outcome.messages.count == 3, "\(outcome)")
    #expect(outcome.errors.contains("there is no text yet to go on with"))
    #expect(outcome.errors.contains("\"efort\" (closest: \"effort\""))
  }

  @Test func beginsWithThePrompt() async throws {
    let outcome = try await generate(
      "Every effort", "--interactive", "--temperature", "0", "--tokens", "1", input: "\n")
    #expect(outcome.output == "moves\nyou\n")
  }

  /// Ctrl-C ends the text that is being made, not the program; the end of input does that.
  @Test func anInterruptionStopsTheTextAlone() async throws {
    let run = try place.start(
      "generate", ["--interactive", "--tokens", "10000000", "--stop", "nowhere"], input: "Every\n")
    try await run.waitForOutput(lines: 3)
    run.send(SIGINT)
    let outcome = try await run.outcome()
    #expect(outcome.status == 0)
    #expect(outcome.output.last == "\n")
  }

  @Test func aTerminationEndsTheProgram() async throws {
    let run = try place.start(
      "generate", ["--interactive", "--tokens", "10000000"], input: "Every\nEvery\n")
    try await run.waitForOutput(lines: 3)
    run.send(SIGTERM)
    #expect(try await run.outcome().status == 143)
  }

  // MARK: Wrong use

  @Test(
    arguments: [
      (["Every", "--ids", "1"], "give one of PROMPT, --prompt-file and --ids"),
      (["--ids", "1,x"], "found \"x\""), (["--ids", "1,500"], "--ids has 500"),
      (["--interactive", "-"], "leave out the -"),
      (["Every", "--interactive", "--json"], "--interactive and --json do not go together"),
      (["Every", "--samples", "2", "--probabilities", "3"], "--probabilities and --samples"),
      (["Every", "--samples", "0"], "from 1 to 10000; found 0"),
      (["Every", "--min-p", "1.5"], "from 0 to 1; found 1.5"),
      (["Every", "--repetition-penalty", "0"], "greater than 0"),
      (["Every", "--stop"], "--stop needs a value"),
    ] as [([String], String)])
  func refusesWrongUse(arguments: [String], message: String) async throws {
    let outcome = try await place.start("generate", arguments).outcome()
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.messages.count == 1)
    #expect(outcome.errors.contains(message), "\(outcome)")
  }
}
