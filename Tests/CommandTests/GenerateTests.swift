import Foundation
import Testing

@Suite struct GenerateTests {
  let place: Workplace

  /// A folder with a model that knows some sentences, trained once for all tests here.
  private static let trained = Task {
    let place = try Workplace()
    let outcome = try await place.run("train", "--quiet", "--steps", "400", "--output", "model")
    #expect(outcome.status == 0, "\(outcome)")
    return place
  }

  /// A folder of one's own with this model in it.
  static func place() async throws -> Workplace {
    let place = try Workplace()
    try FileManager.default.createDirectory(
      at: place.url("checkpoints"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: await trained.value.url("model"), to: place.url("checkpoints/run"))
    return place
  }

  init() async throws { place = try await Self.place() }

  private func generate(
    _ arguments: String..., input: String = ""
  ) async throws -> Workplace.Outcome {
    try await place.start("generate", arguments, input: input).outcome()
  }

  @Test func writesTheContinuationAlone() async throws {
    let outcome = try await generate("Every effort moves", "--temperature", "0", "--tokens", "1")
    #expect(outcome.status == 0)
    #expect(outcome.output == "you\n")
    #expect(outcome.messages == ["checkpoint: checkpoints/run"])
  }

  @Test func streamsAsItGenerates() async throws {
    let run = try place.start("generate", ["Every", "--tokens", "10000000"])
    try await run.waitForError("checkpoint: ")
    try await run.waitForOutput(lines: 3)
    run.send(SIGINT)
    let outcome = try await run.outcome()
    #expect(outcome.status == 130)
    #expect(outcome.output.last == "\n")
  }

  @Test func readsThePromptFromStandardInput() async throws {
    let outcome = try await generate(
      "-", "--temperature", "0", "--tokens", "1", "--quiet", input: "Every effort moves\n")
    #expect(outcome.output == "you\n")
    #expect(outcome.messages == [])
  }

  @Test func roundedOperandsGiveTheSameTextWithAndWithoutCache() async throws {
    func text(_ arguments: String...) async throws -> String {
      try await place.start(
        "generate", ["Every", "--precision", "bfloat16", "--temperature", "0"] + arguments
      ).outcome().output
    }
    let cached = try await text()
    #expect(cached.split(separator: " ").count > 10)
    #expect(try await text("--no-cache") == cached)
  }

  @Test func repeatsItselfBySeed() async throws {
    func text(_ seed: String) async throws -> String {
      try await generate("Every", "--temperature", "3", "--seed", seed).output
    }
    let first = try await text("5")
    #expect(try await text("5") == first)
    #expect(try await text("6") != first)
  }

  @Test func generatesTheSameWithoutACache() async throws {
    let texts = [
      try await generate("The river bank", "--tokens", "30"),
      try await generate("The river bank", "--tokens", "30", "--no-cache"),
    ].map(\.output)
    #expect(texts[0] == texts[1])
    #expect(texts[0].count > 30)
  }

  @Test func showsTheLikeliestTokens() async throws {
    let outcome = try await generate(
      "Every effort moves", "--temperature", "0", "--tokens", "2", "--probabilities", "3")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "Every effort moves …")
    #expect(lines[1].hasPrefix("you ") && lines[1].hasSuffix("%"))
    #expect(lines[4] == "")
    #expect(lines[5] == "Every effort moves you …")
    #expect(outcome.output.split(separator: "\n").count { $0.hasSuffix("%") } == 6)
  }

  @Test func takesTheEndOfALongPrompt() async throws {
    let outcome = try await generate(
      "One small step moves you closer\nEvery effort moves", "--temperature", "0", "--tokens", "1")
    #expect(outcome.errors.contains("the prompt has 10 tokens; the model sees the last 8"))
    #expect(outcome.output == "you\n")
  }

  @Test func prefersTheUsersCheckpoint() async throws {
    try FileManager.default.copyItem(
      at: place.url("checkpoints/run"), to: place.url("checkpoints/every-effort"))
    #expect(try await generate("Every").messages == ["checkpoint: checkpoints/run"])
    // A run that has not saved yet is no checkpoint.
    try FileManager.default.removeItem(at: place.url("checkpoints/run/config.json"))
    #expect(try await generate("Every").messages == ["checkpoint: checkpoints/every-effort"])
    let named = try await generate("Every", "--checkpoint", "checkpoints/run")
    #expect(named.status == 66)
    #expect(named.errors.contains("checkpoints/run/config.json does not exist"))
  }

  // MARK: Bad input

  @Test func tellsHowToGetACheckpoint() async throws {
    try FileManager.default.removeItem(at: place.url("checkpoints"))
    let outcome = try await generate("Every")
    #expect(outcome.status == 66)
    #expect(outcome.errors.contains("train one with 'swift run -c release train'"))
  }

  @Test func namesUnknownWordsAndTheClosest() async throws {
    let outcome = try await generate("Every efort moves xyzzy")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.messages.count == 1)
    #expect(outcome.errors.contains("\"efort\" (closest: \"effort\""), "\(outcome)")
    #expect(outcome.errors.contains("\"xyzzy\""))
  }

  @Test(
    arguments: [
      ([], "the PROMPT is missing"), ([""], "the prompt is empty"), (["  "], "the prompt is empty"),
      (["-"], "the prompt is empty"), (["Every", "effort"], "put quotes around"),
      (["-Every"], "put '--' before a text"), (["Every", "--tokens", "0"], "at least 1; found 0"),
      (["Every", "--temperature", "-1"], "from 0 to 100; found -1"),
      (["Every", "--top-p", "0"], "greater than 0 and at most 1; found 0"),
      (["Every", "--top-k", "many"], "a whole number; found \"many\""),
      (["Every", "--tempreature", "0"], "did you mean --temperature?"),
    ] as [([String], String)])
  func refusesWrongUse(arguments: [String], message: String) async throws {
    let outcome = try await place.start("generate", arguments).outcome()
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.messages.count == 1)
    #expect(outcome.errors.contains(message), "\(outcome)")
  }

  @Test(arguments: ["config.json", "model.safetensors", "tokenizer.json"])
  func refusesADamagedFile(name: String) async throws {
    let path = "checkpoints/run/\(name)"
    let whole = try place.bytes(path)
    for bytes in [[], Array(whole.prefix(300)), [0xFF] + whole, whole + [0x7D]] {
      try place.write(bytes, to: path)
      let outcome = try await generate("Every")
      #expect(outcome.status == 65, "\(outcome)")
      #expect(outcome.output.isEmpty && outcome.messages.count == 1, "\(outcome)")
      #expect(outcome.errors.contains("generate: \(path) is damaged: "), "\(outcome)")
    }
    try FileManager.default.removeItem(at: place.url(path))
    let outcome = try await generate("Every", "--checkpoint", "checkpoints/run")
    #expect(outcome.status == 66)
    #expect(outcome.errors.contains("\(path) does not exist"))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func tellsThatStandardOutputIsFull() async throws {
    let outcome = try await place.run("generate", "Every", outputTo: "/dev/full")
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("cannot write to standard output"))
  }
}
