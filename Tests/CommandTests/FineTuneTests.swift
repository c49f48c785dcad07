import Checkpoints
import Foundation
import Testing

/// Runs that begin with a checkpoint, and other ways to use `train`.
@Suite struct FineTuneTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  private func train(_ arguments: String...) async throws -> Workplace.Outcome {
    try await place.start("train", ["--quiet"] + arguments).outcome()
  }

  private func makeBase() async throws {
    let outcome = try await train(
      "--steps", "4", "--width", "8", "--layers", "1", "--untied", "--output", "base",
      "--positions", "sinusoidal")
    #expect(outcome.status == 0, "\(outcome)")
  }

  /// Without an update, what is written is what was read.
  @Test func beginsWithTheWeights() async throws {
    try await makeBase()
    // So small a rate changes no number.
    let fine = try await train(
      "--from", "base", "--steps", "1", "--learning-rate", "1e-30", "--context", "4", "--output",
      "fine")
    #expect(fine.status == 0, "\(fine)")
    for file in ["model.safetensors", "config.json", "tokenizer.json"] {
      #expect(try place.bytes("fine/\(file)") == place.bytes("base/\(file)"), "\(file)")
    }
    let longer = try await train("--resume", "fine", "--steps", "3")
    #expect(longer.status == 0, "\(longer)")
    let run = try JSONField(readingFile: place.url("fine/run.json").path)
    #expect(try run.member("from").string() == "base")
    #expect(try run.member("context").integer() == 4)
    #expect(try run.member("width").integer() == 8)
  }

  @Test func refusesWhatTheCheckpointDoesNotAllow() async throws {
    try await makeBase()
    try place.write("Every xylophone moves you", to: "other.txt")
    for (arguments, status, message) in [
      (["--width", "16"], Int32(64), "--width 16 contradicts the checkpoint in base, which has 8"),
      (["--tokenizer", "word"], 64, "--tokenizer word contradicts the checkpoint in base"),
      (["--context", "9"], 64, "--context must be at most 8, that of the checkpoint; found 9"),
      (["--corpus", "other.txt"], 65, "\"xylophone\""),
    ] {
      let outcome = try await place.start(
        "train", ["--from", "base", "--output", "fine"] + arguments
      ).outcome()
      #expect(outcome.status == status)
      #expect(outcome.messages.count == 1 && outcome.errors.contains(message), "\(outcome)")
    }
    let missing = try await train("--from", "nowhere")
    #expect(missing.status == 66, "\(missing)")
    try FileManager.default.removeItem(at: place.url("base/tokenizer.json"))
    let bare = try await train("--from", "base")
    #expect(bare.status == 66 && bare.errors.contains("tokenizer.json does not exist"), "\(bare)")
    #expect(!place.exists("fine"))
  }

  /// One batch is learned by heart, and the whole text is not.
  @Test func overfitsOneBatch() async throws {
    let outcome = try await train(
      "--overfit", "--steps", "150", "--batch", "1", "--learning-rate", "1e-2", "--json")
    #expect(outcome.status == 0, "\(outcome)")
    let report = try JSONField(parsing: Array(outcome.output.utf8), from: "a test")
    #expect(try report.member("loss").double() < 0.05)
  }

  @Test func losesItsPatience() async throws {
    let outcome = try await train(
      "--patience", "2", "--validation", "0.2", "--evaluate-every", "2", "--learning-rate", "0.3",
      "--width", "8", "--layers", "1")
    #expect(outcome.status == 0, "\(outcome)")
    for part in ["stopped after ", "best model: checkpoints/run/best, validation ", "the last 2 "] {
      #expect(outcome.output.contains(part), "\(outcome)")
    }
    let best = try await place.run("generate", "Every", "--checkpoint", "checkpoints/run/best")
    #expect(best.status == 0, "\(best)")
    let without = try await train("--patience", "2")
    #expect(without.status == 64)
    #expect(without.errors.contains("--patience needs a part to validate on"), "\(without)")
  }

  // MARK: Evaluation

  @Test func evaluatesAWholeText() async throws {
    try await makeBase()
    let outcome = try await place.run(
      "train", "--evaluate-only", "--checkpoint", "base", "--stride", "1", "--json", "--threads",
      "1")
    #expect(outcome.status == 0, "\(outcome)")
    let report = try JSONField(parsing: Array(outcome.output.utf8), from: "a test")
    func number(_ key: String) throws -> Double { try report.member(key).double() }
    #expect(try number("tokens") == 526 && number("bytes") == 2_272)
    #expect(try number("stride") == 1 && number("context") == 8)
    let loss = try number("loss")
    #expect(loss > 3 && loss < 4.875, "between frequency and nothing, after four steps")
    #expect(abs(try number("perplexity") - exp(loss)) < 1e-9)
    #expect(abs(try number("bits_per_byte") - loss * 526 / log(2) / 2_272) < 1e-9)
    let text = try await place.run("train", "--evaluate-only", "--checkpoint", "base")
    #expect(text.status == 0 && text.output.contains("bits per byte  "), "\(text)")
    #expect(place.names(in: ".").allSatisfy { !$0.hasPrefix("checkpoints") })
  }

  @Test func refusesEvaluationsThatMakeNoSense() async throws {
    try await makeBase()
    for (arguments, status, message) in [
      (
        ["--evaluate-only", "--checkpoint", "base", "--stride", "9"], Int32(64), "--stride must be"
      ),
      (["--evaluate-only", "--checkpoint", "base", "--context", "9"], 64, "at most 8, that of"),
      (["--evaluate-only", "--checkpoint", "base", "--steps", "9"], 64, "unknown option --steps"),
      (["--evaluate-only"], 66, "checkpoints/run does not exist"),
      (["--stride", "2"], 64, "--stride belongs to --evaluate-only"),
    ] {
      let outcome = try await place.start("train", arguments).outcome()
      #expect(outcome.status == status)
      #expect(outcome.messages.count == 1 && outcome.errors.contains(message), "\(outcome)")
    }
  }
}
