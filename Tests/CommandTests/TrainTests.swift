import Checkpoints
import Foundation
import Testing

/// Options of the smallest run that is one.
let smallRun = ["--steps", "6", "--width", "8", "--heads", "2", "--layers", "1"]

@Suite struct TrainTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  private func train(_ arguments: String...) async throws -> Workplace.Outcome {
    try await place.start("train", smallRun + arguments).outcome()
  }

  @Test func trainsAndWritesACheckpoint() async throws {
    let outcome = try await train()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(
      place.names(in: "checkpoints/run") == [
        ".lock", "config.json", "film.jsonl", "generation_config.json", "metrics.jsonl",
        "model.safetensors",
        "run.json", "tokenizer.json", "tokenizer_config.json", "training_state.safetensors",
      ])
    // Progress goes to standard error, the result to standard output.
    for part in ["parameters  ", "ln V = 4.875", "0.250 at best", "100% step 6 loss "] {
      #expect(outcome.errors.contains(part), "\(outcome)")
      #expect(!outcome.output.contains(part))
    }
    for part in ["loss (nats per token)", "attention of layer 0, head 1", "checkpoints/run"] {
      #expect(outcome.output.contains(part), "\(outcome)")
    }
    #expect(!(outcome.output + outcome.errors).contains("\u{1B}"))
    #if DEBUG
    #expect(outcome.errorLines.first?.contains("debug build: slow") == true)
    #endif
  }

  @Test func roundsTheOperandsOfProducts() async throws {
    func firstLoss(_ precision: String) async throws -> JSON? {
      let outcome = try await train("--output", precision, "--precision", precision)
      #expect(outcome.status == 0, "\(outcome)")
      let run = try members(place.bytes("\(precision)/run.json"))
      #expect(run.first { $0.key == "precision" }?.value == .string(precision))
      let lines = try place.bytes("\(precision)/metrics.jsonl").split(separator: UInt8(ascii: "\n"))
      return try members(Array(lines[0])).first { $0.key == "loss" }?.value
    }
    let exact = try #require(try await firstLoss("float32"))
    #expect(try await firstLoss("bfloat16") != exact)
  }

  @Test func recordsTheRun() async throws {
    let outcome = try await train("--output", "run", "--sample-every", "3", "--batch", "3")
    #expect(outcome.status == 0, "\(outcome)")
    let lines = try place.bytes("run/metrics.jsonl").split(separator: UInt8(ascii: "\n"))
    let keys = [
      "step", "loss", "learning_rate", "gradient_norm", "tokens_per_second", "elapsed_seconds",
    ]
    for (index, line) in lines.enumerated() {
      let members = try members(Array(line))
      #expect(members.map(\.key) == keys)
      #expect(members.first?.value == .integer(Int64(index + 1)))
    }
    #expect(lines.count == 6)
    #expect(outcome.errors.contains("sample at step 3: Every effort moves"))

    let run = try members(place.bytes("run/run.json"))
    func value(_ key: String) -> JSON? { run.first { $0.key == key }?.value }
    #expect(value("steps") == 6 && value("batch") == 3 && value("width") == 8)
    #expect(value("optimizer") == "adamw" && value("beta1") == 0.9 && value("seed") == 1337)
    #expect(value("corpus") == ["data/every-effort.txt"] && value("precision") == "float32")
  }

  @Test(arguments: ["r", "a//b/", "./c/d"]) func makesTheFolders(output: String) async throws {
    #expect(try await train("--output", output).status == 0)
    #expect(place.names(in: output).contains("model.safetensors"))
  }

  @Test func repeatsARunBitByBit() async throws {
    for folder in ["a", "b"] { #expect(try await train("--output", folder).status == 0) }
    #expect(try await train("--output", "c", "--seed", "2").status == 0)
    let models = try ["a", "b", "c"].map { try place.bytes("\($0)/model.safetensors") }
    #expect(models[0] == models[1])
    #expect(models[0] != models[2])
  }

  /// Looking changes nothing.
  @Test func theFilmLeavesTheModelAsItIs() async throws {
    for (folder, options) in [
      ("a", []), ("b", ["--no-film"]), ("c", ["--preset", "toy", "--film"]),
    ] {
      let outcome = try await place.start("train", smallRun + ["--output", folder] + options)
        .outcome()
      #expect(outcome.status == 0, "\(outcome)")
    }
    let models = try ["a", "b", "c"].map { try place.bytes("\($0)/model.safetensors") }
    #expect(models[0] == models[1] && models[0] == models[2])
    #expect(!place.exists("b/film.jsonl"))
    #expect(try place.bytes("a/film.jsonl") == place.bytes("c/film.jsonl"))
    let film = try #require(try AttentionFilm.read(from: place.url("a").path))
    #expect(film.frames.map(\.step) == [0, 1, 2, 3, 4, 5, 6])
    #expect(film.sentences.count == 4)
  }

  @Test func isQuiet() async throws {
    let outcome = try await train("--quiet")
    #expect(outcome.status == 0)
    #expect(outcome.messages == [])
    #expect(outcome.output.contains("finished after 6 steps"))
  }

  @Test func reportsAsJSON() async throws {
    let outcome = try await train("--json", "--quiet", "--validation", "0.2")
    #expect(outcome.status == 0, "\(outcome)")
    let report = try members(Array(outcome.output.utf8))
    #expect(
      report.map(\.key) == [
        "steps", "loss", "validation_loss", "best_step", "best_validation_loss", "elapsed_seconds",
        "checkpoint", "interrupted",
      ])
    #expect(report.first?.value == 6)
  }

  @Test func plansWithoutWriting() async throws {
    let outcome = try await train("--plan")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("memory      "))
    #expect(place.names(in: ".").allSatisfy { !$0.hasPrefix("checkpoints") })
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func paintsOnDemandOnly() async throws {
    let arguments = smallRun + ["--quiet"]
    let forced = ["CLICOLOR_FORCE": "1"]
    let painted = try await place.start("train", arguments, environment: forced).outcome()
    #expect(painted.output.contains("\u{1B}[48;5;"))
    let plain = try await place.start(
      "train", arguments, environment: forced.merging(["NO_COLOR": "1"]) { $1 }
    ).outcome()
    #expect(!plain.output.contains("\u{1B}"))
  }

  @Test func shrinksTheContextToTheText() async throws {
    try place.write("one two three four five six", to: "short.txt")
    let outcome = try await train(
      "--corpus", "short.txt", "--tokenizer", "word", "--context", "64", "--output", "run")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.errors.contains("context 5 (the text is shorter than a"))
    let generated = try await place.run(
      "generate", "one two", "--checkpoint", "run", "--tokens", "9")
    #expect(generated.status == 0, "\(generated)")
  }

  @Test(arguments: [["byte"], ["bpe", "--vocabulary", "300"], ["character"]])
  func trainsWithAnyTokenizer(tokenizer: [String]) async throws {
    try place.write("hello hello hello, नमस्ते दुनिया 🎉\n", to: "a.txt")
    let outcome = try await place.start(
      "train",
      smallRun + ["--corpus", "a.txt", "--context", "8", "--output", "run", "--tokenizer"]
        + tokenizer
    ).outcome()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.errors.contains("sample at step 6: hell"), "\(outcome)")
    let generated = try await place.run(
      "generate", "hello नमस्ते", "--checkpoint", "run", "--tokens", "5")
    #expect(generated.status == 0, "\(generated)")
  }

  /// The tokenizer of a folder meets text that it does not know.
  @Test func takesATokenizerAndAValidationCorpus() async throws {
    try place.write("one two three four one two three four", to: "a.txt")
    try place.write("four three five two one", to: "b.txt")
    let first = try await train(
      "--corpus", "a.txt", "--tokenizer", "word", "--context", "2", "--output", "a")
    #expect(first.status == 0, "\(first)")
    let options = [
      "--corpus", "a.txt", "--validation-corpus", "b.txt", "--tokenizer", "a", "--context", "2",
      "--output", "b",
    ]
    let refused = try await place.start("train", smallRun + options).outcome()
    #expect(refused.status == 65 && refused.errors.contains("the words \"five\""), "\(refused)")
    let skipped = try await place.start(
      "train", smallRun + options + ["--unknown", "skip"]
    ).outcome()
    #expect(skipped.status == 0, "\(skipped)")
    #expect(skipped.errors.contains("8 tokens to learn from, 4 to validate on"), "\(skipped)")
    #expect(try place.bytes("a/tokenizer.json") == place.bytes("b/tokenizer.json"))
  }

  @Test func readsSeveralFilesOfAnyScript() async throws {
    try place.write("Ünï codé\r\n日本語 🎉\r\n", to: "a.txt")
    try place.write("\u{FEFF}אבג 日本語", to: "b.txt")
    let outcome = try await train(
      "--corpus", "a.txt", "b.txt", "--tokenizer", "character", "--output", "run")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.errors.contains("a.txt, b.txt: 24 tokens"), "\(outcome)")
  }
}

/// The members of a JSON object.
private func members(_ text: [UInt8]) throws -> [JSON.Member] {
  guard case .object(let members) = try JSON(parsing: text, from: "a test") else {
    throw CheckpointError.damaged(path: "a test", problem: "it is no object")
  }
  return members
}
