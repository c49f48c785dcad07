import Testing
import Tokenization

@testable import Console

@Suite struct OptionsTests {
  private enum Schedule: String, CaseIterable { case constant, linear, cosine }

  /// What a command with an option of each kind reads.
  private struct Result: Equatable {
    var files: [String], steps: Int, layers: Int?, rate: Double, name: String, folder: String?
    var schedule: Schedule, other: Schedule?, isQuiet: Bool, prompt: String?
  }

  private func read(_ arguments: String...) throws -> Result {
    var options = Options(arguments, of: Command("train", "Trains."))
    let result = Result(
      files: try options.list("corpus", default: ["a.txt"], as: "FILE…", "texts"),
      steps: try options.value("steps", default: 2_500, in: 0..., "updates"),
      layers: try options.value("layers", otherwise: "by preset", in: 1..., "blocks"),
      rate: try options.value("learning-rate", default: 3e-3, in: .above(0), "rate"),
      name: try options.text("name", default: "run", as: "NAME", "name"),
      folder: try options.text("resume", as: "DIR", "folder"),
      schedule: try options.choice("schedule", default: .cosine, "schedule"),
      other: try options.choice("other", of: Schedule.self, "another"),
      isQuiet: try options.flag("quiet", "silence"),
      prompt: options.operand("PROMPT", "text"))
    try options.finish()
    return result
  }

  private func complaint(_ arguments: [String]) -> String? {
    var options = Options(arguments, of: Command("train", "Trains."))
    do {
      _ = try options.list("corpus", as: "FILE…", "texts")
      _ = try options.value("steps", default: 2_500, in: 1..., "updates")
      _ = try options.value("learning-rate", default: 3e-3, in: .above(0), "rate")
      _ = try options.choice("schedule", default: Schedule.cosine, "schedule")
      _ = try options.text("name", default: "run", as: "NAME", "name")
      _ = try options.flag("quiet", "silence")
      try options.finish()
      return nil
    } catch let error as UsageError {
      #expect(error.cause == .wrongUse)
      return error.description
    } catch {
      return "another error: \(error)"
    }
  }

  @Test func withoutArgumentsTheDefaultsHold() throws {
    let expected = Result(
      files: ["a.txt"], steps: 2_500, layers: nil, rate: 3e-3, name: "run", folder: nil,
      schedule: .cosine, other: nil, isQuiet: false, prompt: nil)
    #expect(try read() == expected)
  }

  @Test func everyKindOfOptionIsRead() throws {
    let expected = Result(
      files: ["b", "c", "d"], steps: 10, layers: 2, rate: 0.1, name: "-x", folder: "--odd",
      schedule: .linear, other: .constant, isQuiet: true, prompt: "-hi")
    let result = try read(
      "--steps", "10", "--corpus", "b", "c", "--quiet", "--layers=2", "--corpus=d", "--name", "-x",
      "--learning-rate", "1e-1", "--resume=--odd", "--schedule", "linear", "--other=constant", "--",
      "-hi")
    #expect(result == expected)
  }

  @Test func anOperandMayStandAnywhere() throws {
    #expect(try read("hello", "--steps", "3").prompt == "hello")
    #expect(try read("--steps", "3", "hello").prompt == "hello")
    #expect(try read("--quiet", "-").prompt == "-")
  }

  /// A switch that has been taken must not make two arguments neighbours.
  @Test func aListEndsAtATakenOption() throws {
    var options = Options(["--corpus", "a", "--quiet", "b"], of: Command("train", "Trains."))
    #expect(try options.flag("quiet", "silence"))
    #expect(try options.list("corpus", as: "FILE…", "texts") == ["a"])
    #expect(options.operand("PROMPT", "text") == "b")
  }

  @Test(arguments: [
    ("--step 5", "unknown option --step; did you mean --steps?"),
    ("--step=5", "unknown option --step; did you mean --steps?"),
    ("-steps 5", "unknown option -steps; did you mean --steps?"),
    ("--zzz", "unknown option --zzz"),
    ("--steps", "--steps needs a value"),
    ("--steps=", "--steps needs a value"),
    (
      "--steps --quiet",
      "--steps needs a value, but --quiet follows; write --steps=--quiet if that is it"
    ),
    ("--corpus", "--corpus needs a value"),
    ("--steps abc", "--steps must be a whole number; found \"abc\""),
    ("--steps 1.5", "--steps must be a whole number; found \"1.5\""),
    (
      "--steps 99999999999999999999",
      "--steps must be a whole number of fewer digits; found \"99999999999999999999\""
    ),
    ("--steps -1", "--steps must be at least 1; found -1"),
    ("--learning-rate -1", "--learning-rate must be greater than 0; found -1"),
    ("--learning-rate nan", "--learning-rate must be a number; found \"nan\""),
    (
      "--schedule cosin",
      "--schedule must be constant, linear or cosine; found \"cosin\"; did you mean cosine?"
    ),
    ("--schedule x", "--schedule must be constant, linear or cosine; found \"x\""),
    ("--steps 5 --steps=6", "--steps is given twice; give it once"),
    ("--quiet --quiet", "--quiet is given twice; give it once"),
    ("--quiet=no", "--quiet takes no value; found \"no\""),
    ("stray", "unexpected argument \"stray\""),
    ("-- --steps", "unexpected argument \"--steps\""),
  ])
  func wrongUseIsExplained(line: String, message: String) {
    #expect(complaint(line.split(separator: " ").map(String.init)) == message)
  }

  @Test func aSecondOperandAsksForQuotes() {
    let error = #expect(throws: UsageError.self) { try read("Every", "effort") }
    #expect(
      error?.description
        == "unexpected argument \"effort\"; put quotes around a text of several words")
  }

  @Test func anOperandThatLooksLikeAnOptionIsExplained() {
    let error = #expect(throws: UsageError.self) { try read("-1") }
    #expect(
      error?.description == "unknown option -1; put '--' before a text that begins with '-'")
  }

  @Test func helpAndVersionComeBeforeAnyMistake() throws {
    #expect(throws: Printout.self) { try read("--steps", "abc", "-h") }
    let version = #expect(throws: Printout.self) { try read("--zzz", "--version") }
    #expect(version?.text == "train (MiniTransformer) 0.1.0")
    #expect(try read("--", "--help").prompt == "--help")
  }

  /// An option that may come several times takes one value each time, so operands stay where they are.
  @Test func repeatedTexts() throws {
    var options = Options(["--stop", "a", "b", "--stop=\n"], of: Command("generate", "Continues."))
    #expect(try options.texts("stop", as: "TEXT", "end") == ["a", "\n"])
    #expect(options.operand("PROMPT", "text") == "b")
    try options.finish()
    var none = Options([], of: Command("generate", "Continues."))
    #expect(try none.texts("stop", as: "TEXT", "end").isEmpty)
    var incomplete = Options(["--stop"], of: Command("generate", "Continues."))
    let error = #expect(throws: UsageError.self) {
      try incomplete.texts("stop", as: "TEXT", "end")
    }
    #expect(error?.description == "--stop needs a value")
  }
}
