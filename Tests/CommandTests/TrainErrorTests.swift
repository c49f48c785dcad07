import Foundation
import Testing

/// What `train` refuses; each time in one line and with nothing left behind.
@Suite struct TrainErrorTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  private func train(_ arguments: String...) async throws -> Workplace.Outcome {
    try await place.start("train", smallRun + arguments).outcome()
  }

  /// A failure is one line, names itself, and leaves nothing behind.
  private func expectRefusal(
    _ outcome: Workplace.Outcome, _ status: Int32, _ parts: String...,
    location: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == status, "\(outcome)", sourceLocation: location)
    #expect(outcome.messages.count == 1, "\(outcome)", sourceLocation: location)
    #expect(outcome.output.isEmpty, "\(outcome)", sourceLocation: location)
    for part in parts {
      #expect(outcome.errors.contains(part), "\(outcome)", sourceLocation: location)
    }
    #expect(!place.exists("checkpoints"), sourceLocation: location)
  }

  @Test func refusesAMissingCorpus() async throws {
    expectRefusal(try await train("--corpus", "no.txt"), 66, "train: the corpus no.txt")
  }

  @Test(arguments: ["", " \n\r\n\t"]) func refusesAnEmptyCorpus(text: String) async throws {
    try place.write(text, to: "empty.txt")
    expectRefusal(try await train("--corpus", "empty.txt"), 65, "empty.txt has no text")
  }

  @Test func refusesWhatIsNotUTF8() async throws {
    try place.write([0x61, 0x62, 0xFF, 0x63], to: "bad.txt")
    expectRefusal(try await train("--corpus", "bad.txt"), 65, "0xFF", "offset 2")
  }

  @Test func refusesAValidationCorpusWithoutAWindow() async throws {
    try place.write("alone", to: "one.txt")
    let outcome = try await train(
      "--preset", "character", "--validation-corpus", "one.txt")
    expectRefusal(outcome, 65, "one.txt has 5 tokens", "at least 65", "--context")
  }

  @Test func refusesAFolderWithoutATokenizer() async throws {
    expectRefusal(try await train("--tokenizer", "data"), 66, "data/tokenizer.json does not exist")
    expectRefusal(try await train("--tokenizer", "no/such"), 66, "no/such/tokenizer.json")
  }

  @Test func refusesASingleToken() async throws {
    try place.write("alone", to: "one.txt")
    let outcome = try await train("--corpus", "one.txt", "--tokenizer", "word")
    expectRefusal(outcome, 65, "has 1 token", "at least 2")
  }

  @Test func refusesAFolderAsCorpus() async throws {
    expectRefusal(try await train("--corpus", "data"), 65, "data is a folder")
  }

  @Test func suggestsTheNearestOption() async throws {
    expectRefusal(
      try await train("--learning-rat", "1"), 64, "unknown option", "did you mean --learning-rate?")
  }

  @Test(arguments: [
    (["--heads", "3", "--width", "8"], "3 heads do not divide the width 8"),
    (["--learning-rate", "0"], "--learning-rate must be greater than 0; found 0"),
    (["--learning-rate", "-1"], "--learning-rate must be greater than 0; found -1"),
    (["--learning-rate", "nan"], "--learning-rate must be a number; found \"nan\""),
    (["--steps", "-5"], "--steps must be from 1 to 1000000000; found -5"),
    (["--steps", "99999999999999999999"], "--steps must be a whole number of fewer digits"),
    (["--warmup", "9223372036854775807"], "--warmup must be from 0"),
    (["--layers", "1048576"], "--layers must be from 1 to 1000"),
    (["--minimum-learning-rate", "1"], "--minimum-learning-rate must be at most"),
    (["--dropout", "1"], "--dropout must be from 0 to 0.95"),
    (["--positions", "rotary", "--width", "6", "--heads", "2"], "heads of even size"),
    (["--tokenizer", "bpee"], "or a folder; found \"bpee\"; did you mean bpe?"),
    (["--tokenizer", "bpe", "--vocabulary", "256"], "--vocabulary must be from 257 to 1000000"),
    (["--tokenizer", "byte", "--vocabulary", "300"], "--vocabulary is for --tokenizer bpe"),
    (["--validation", "0.1", "--validation-corpus", "a"], "exclude each other"),
    (["--film", "--no-film"], "--film and --no-film exclude each other; give one of them"),
    (["--preset", "bay"], "did you mean baby?"),
    (["--prompt", " "], "--prompt has no token"),
    (["--batch"], "--batch needs a value"),
    (["hello"], "unexpected argument \"hello\""),
    (["--width", "32768", "--layers", "1000"], "of memory"),
    (
      [
        "--width", "32768", "--layers", "1000", "--batch", "16384", "--context", "65536",
        "--accumulate", "100000", "--steps", "1000000000",
      ], "of memory"
    ),
  ])
  func refusesValuesOutOfRange(arguments: [String], message: String) async throws {
    let outcome = try await place.start("train", arguments).outcome()
    expectRefusal(outcome, 64, message, "train --help")
  }

  @Test func namesUnknownWordsOfThePrompt() async throws {
    expectRefusal(
      try await train("--prompt", "Every efort"), 65, "\"efort\" (closest: \"effort\"")
  }

  // MARK: Output that cannot be written

  @Test(arguments: ["file", "file/deeper/run"])
  func refusesAFileForAFolder(output: String) async throws {
    try place.write("", to: "file")
    let outcome = try await train("--output", output)
    expectRefusal(outcome, 73, "cannot be written")
    #expect(try place.bytes("file") == [])
  }

  @Test func keepsTheFolderToOneRun() async throws {
    let first = try place.start("train", ["--steps", "1000000", "--width", "8"])
    try await first.waitForError("step 1 ")
    expectSecond(try await place.run("train", "--quiet", "--steps", "3"))
    first.send(SIGTERM)
    #expect(try await first.outcome().status == 143)

    func expectSecond(_ second: Workplace.Outcome) {
      #expect(second.status == 73, "\(second)")
      #expect(second.errors.contains("another process is training there"), "\(second)")
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func tellsThatStandardOutputIsFull() async throws {
    let outcome = try await place.run(
      "train", "--quiet", "--steps", "2", "--width", "8", outputTo: "/dev/full")
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("cannot write to standard output"))
    #expect(place.exists("checkpoints/run/model.safetensors"))
  }
}
