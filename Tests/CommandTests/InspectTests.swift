import Checkpoints
import Foundation
import TestSupport
import Testing

/// `inspect` as a process: what it shows of the checkpoint that comes with the package, and of models
/// from elsewhere.
@Suite struct InspectTests {
  let place: Workplace
  private let bundled = Workplace.checkout.appendingPathComponent("checkpoints/every-effort").path

  init() throws { place = try Workplace() }

  private func json(_ outcome: Workplace.Outcome) throws -> JSONField {
    try JSONField(parsing: Array(outcome.output.utf8), from: "standard output")
  }

  // MARK: tokens

  @Test func tokensAsJSON() async throws {
    let outcome = try await place.run(
      "inspect", "tokens", "you effort\nmoves", "--tokenizer", bundled, "--json")
    #expect(outcome.status == 0, "\(outcome)")
    let document = try json(outcome)
    #expect(try document.members().map(\.key) == ["ids", "pieces"])
    #expect(try document.member("pieces").value == ["you", "effort", "\n", "moves"])
    // The ids are the vocabulary's.
    let vocabulary = try JSONField(readingFile: "\(bundled)/tokenizer.json").member("model")
      .member("vocab")
    let expected = try ["you", "effort", "\n", "moves"].map {
      try vocabulary.member($0).value
    }
    #expect(try document.member("ids").value == .array(expected))
  }

  @Test func tokensOnATerminal() async throws {
    let plain = try await place.run(
      "inspect", "tokens", "Every effort moves you", "--checkpoint", bundled)
    #expect(
      plain.output == """
        Every  effort  moves  you
        5      42      77     130

        4 tokens of 131 in the vocabulary; 22 characters, 22 bytes

        """)
    let narrow = try await place.run(
      "inspect", "tokens", "Every effort moves you", "--checkpoint", bundled,
      environment: ["COLUMNS": "14"])
    #expect(narrow.output.hasPrefix("Every  effort\n5      42\n\nmoves  you\n77     130\n"))
    let coloured = try await place.run(
      "inspect", "tokens", "Every effort", "--checkpoint", bundled,
      environment: ["CLICOLOR_FORCE": "1"])
    #expect(coloured.output.contains("\u{1B}[48;5;"))
    let colourless = try await place.run(
      "inspect", "tokens", "Every effort", "--checkpoint", bundled,
      environment: ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"])
    #expect(!colourless.output.contains("\u{1B}"))
  }

  @Test func anEmptyTextHasNoTokens() async throws {
    let outcome = try await place.run("inspect", "tokens", "", "--checkpoint", bundled)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("0 tokens of 131"))
  }

  // MARK: logits

  /// Transformers' own logits, also for a model without a tokenizer.
  @Test(arguments: GoldenModel.all) func logitsOfIDs(_ golden: GoldenModel) async throws {
    let numbers = try golden.numbers()
    let shape = try numbers.file.entry("input_ids").shape
    let ids = try numbers.ids("input_ids").prefix(shape[1])
    let outcome = try await place.run(
      "inspect", "logits", "--ids", ids.map(String.init).joined(separator: ","), "--checkpoint",
      golden.folder, "--format", "json")
    #expect(outcome.status == 0, "\(outcome)")
    let document = try json(outcome)
    #expect(try document.member("ids").value == .array(ids.map { .integer(Int64($0)) }))
    let logits = try document.member("logits").elements().flatMap { row in
      try row.elements().map { try $0.double() }
    }
    let expected = try numbers("logits").prefix(logits.count)
    #expect(logits.count == ids.count * (try numbers.file.entry("logits").shape[2]))
    #expect(largestDifference(logits, expected) <= 5e-5)
  }

  /// Each number is the shortest that reads back as the same `Float`.
  @Test func logitsAreShort() async throws {
    let outcome = try await place.run(
      "inspect", "logits", "Every effort", "--checkpoint", bundled, "--json")
    let numbers = outcome.output.split(separator: "\n").dropFirst().prefix(2).flatMap {
      $0.drop { $0 == "[" }.prefix { $0 != "]" }.split(separator: ",").map(String.init)
    }
    #expect(numbers.count == 2 * 131)
    #expect(try numbers.allSatisfy { try #require(Float($0)).description == $0 })
  }

  /// A text with a word that the model does not know.
  @Test func unknownWordsAreSkippedOrNamed() async throws {
    for arguments in [["tokens"], ["logits"], ["attention"], ["why"]] {
      func inspect(_ text: String, _ options: String...) async throws -> Workplace.Outcome {
        try await place.start(
          "inspect", arguments + [text, "--checkpoint", bundled] + options
        ).outcome()
      }
      let refused = try await inspect("Every zebra effort")
      #expect(refused.status == 65 && refused.errors.contains("\"zebra\""), "\(refused)")
      let skipped = try await inspect("Every zebra effort", "--unknown", "skip")
      #expect(skipped.status == 0, "\(skipped)")
      let known = try await inspect("Every effort")
      // The last line of `tokens` counts the characters of the text.
      func body(_ outcome: Workplace.Outcome) -> [Substring] {
        outcome.output.split(separator: "\n").dropLast()
      }
      #expect(body(skipped) == body(known) && !body(known).isEmpty)
    }
    let nothing = try await place.run(
      "inspect", "logits", "zebra", "--unknown", "skip", "--checkpoint", bundled)
    #expect(nothing.status == 64 && nothing.errors.contains("the text has no token"))
  }

  @Test func theLikeliestOnATerminal() async throws {
    let outcome = try await place.run(
      "inspect", "logits", "Every effort moves", "--checkpoint", bundled, "--probabilities", "2")
    #expect(outcome.status == 0, "\(outcome)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 8, "\(outcome)")
    #expect(lines[0] == "position  token   next     logit  probability")
    #expect(lines[6].hasPrefix("       2  moves   you"))
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test func ofALongTextTheEndCounts() async throws {
    let outcome = try await place.run(
      "inspect", "logits", "you you you you you you you you Every effort", "--checkpoint", bundled,
      "--json")
    #expect(outcome.messages == ["the text has 10 tokens; the model sees the last 8"])
    #expect(try json(outcome).member("ids").elements().count == 8)
  }

  // MARK: model

  @Test func theModel() async throws {
    for arguments in [["model", bundled], ["model", "--checkpoint", bundled]] {
      let outcome = try await place.start("inspect", arguments).outcome()
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.output.contains("parameters  29,920\n"))
      #expect(outcome.output.contains("transformer.wte.weight              131 × 32  F32\n"))
    }
    let document = try json(try await place.run("inspect", "model", bundled, "--json"))
    #expect(
      try document.member("config").value
        == JSONField(readingFile: "\(bundled)/config.json").value)
    #expect(try document.member("parameters").integer() == 29_920)
    let tensors = try document.member("tensors").elements().map(\.value)
    #expect(tensors.count == 28)
    #expect(
      tensors.contains(["name": "transformer.wpe.weight", "shape": [8, 32], "dtype": "F32"]))
  }

  @Test func oneFile() async throws {
    let files = Fixtures.directory + "/bad-safetensors"
    let sound = try await place.run(
      "inspect", "model", "\(files)/valid-two-tensors-metadata.safetensors", "--json")
    #expect(
      try json(sound).value == [
        "metadata": ["format": "pt", "k": ""], "parameters": 9,
        "tensors": [
          ["name": "a", "shape": [2, 3], "dtype": "F32"],
          ["name": "b", "shape": [3], "dtype": "F32"],
        ],
      ])
    let broken = try await place.run(
      "inspect", "model", "\(files)/header-length-2-63.safetensors")
    #expect(broken.status == 65)
    #expect(broken.output.isEmpty)
    #expect(broken.messages.count == 1)
  }

  // MARK: Mistakes

  @Test(arguments: [
    (["logits"], 64, "the TEXT is missing; write it in quotes, or ids with --ids"),
    (["tokens"], 64, "the TEXT is missing; write it in quotes"),
    (["logits", "you", "--ids", "1"], 64, "there are a TEXT and --ids; give one of them"),
    (["logits", "--ids", "1,131"], 64, "--ids has 131, and the model's ids are 0 to 130"),
    (["logits", ""], 64, "the text has no token"),
    (["logits", "you flob"], 65, "the vocabulary does not have the words \"flob\""),
    (["tokns", "you"], 64, "there is no inspect \"tokns\"; did you mean tokens?"),
    (["model", "--checkpoint", "none"], 66, "none does not exist"),
    (["model", "a", "--checkpoint", "b"], 64, "there are a PATH and --checkpoint"),
  ])
  func mistakes(_ arguments: [String], _ status: Int, _ message: String) async throws {
    let folder = place.url("checkpoints/every-effort").deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: bundled, toPath: folder.appendingPathComponent("every-effort").path)
    let outcome = try await place.start("inspect", arguments).outcome()
    #expect(Int(outcome.status) == status, "\(outcome)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.messages.count == 1 && outcome.errors.contains(message), "\(outcome)")
  }

  @Test func aTextForAModelWithoutATokenizer() async throws {
    let folder = GoldenModel.smallest.folder
    let outcome = try await place.run("inspect", "logits", "you", "--checkpoint", folder)
    #expect(outcome.status == 65)
    #expect(
      outcome.messages == [
        "inspect logits: \(folder) is not supported: it has no tokenizer.json; give the ids with --ids"
      ])
  }
}
