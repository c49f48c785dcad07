import Checkpoints
import Foundation
import Testing

/// Runs that stop and go on, as real processes.
@Suite struct ResumeCommandTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  private static let options =
    smallRun.dropFirst(2) + [
      "--steps", "20", "--dropout", "0.1", "--validation", "0.2", "--evaluate-every", "4",
      "--save-every", "3", "--quiet",
    ]

  private func train(_ arguments: String...) async throws -> Workplace.Outcome {
    try await place.start("train", arguments).outcome()
  }

  private func begin(_ folder: String, _ arguments: String...) async throws -> Workplace.Outcome {
    try await place.start("train", Self.options + ["--output", folder] + arguments).outcome()
  }

  /// The data of a state: parameters, averages and small files.
  private func tensors(_ folder: String) throws -> [UInt8] {
    let bytes = try place.bytes("\(folder)/training_state.safetensors")
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    return Array(bytes[(8 + length)...])
  }

  private func expectSame(_ a: String, _ b: String) throws {
    #expect(try tensors(a) == tensors(b))
    for file in [
      "model.safetensors", "best/model.safetensors", "config.json", "tokenizer.json", "film.jsonl",
      "best/film.jsonl",
    ] {
      #expect(try place.bytes("\(a)/\(file)") == place.bytes("\(b)/\(file)"), "\(file)")
    }
    let lines = try [a, b].map {
      try place.bytes("\($0)/metrics.jsonl").count { $0 == UInt8(ascii: "\n") }
    }
    #expect(lines == [20, 20])
  }

  /// With other threads too.
  @Test func tenAndTenAreTwenty() async throws {
    #expect(try await begin("whole", "--threads", "2").status == 0)
    let stopped = try await begin("parts", "--threads", "1", "--stop-after", "10")
    #expect(stopped.status == 0)
    #expect(stopped.output.contains("stopped after 10 steps"), "\(stopped)")
    #expect(stopped.output.contains("to go on: swift run -c release train --resume parts"))
    let resumed = try await train("--resume", "parts", "--threads", "3", "--quiet")
    #expect(resumed.status == 0, "\(resumed)")
    #expect(resumed.output.contains("finished after 20 steps"))
    try expectSame("whole", "parts")

    // There is nothing left to do.
    let again = try await train("--resume", "parts", "--json", "--quiet")
    #expect(again.status == 0 && again.output.contains("\"steps\": 20,"), "\(again)")
    try expectSame("whole", "parts")
  }

  /// Killed wherever it may be, it goes on from its last checkpoint.
  @Test func survivesBeingKilled() async throws {
    #expect(try await begin("whole").status == 0)
    let beginning = Self.options.filter { $0 != "--quiet" } + ["--output", "killed"]
    for text in ["time    ", "step 1 ", "time    "] {
      let isBegun = place.exists("killed/training_state.safetensors")
      let run = try place.start("train", isBegun ? ["--resume", "killed"] : beginning)
      try await run.waitForError(isBegun ? "time    " : text)
      run.send(SIGKILL)
      _ = try await run.outcome()
    }
    let isBegun = place.exists("killed/training_state.safetensors")
    let last =
      isBegun ? try await train("--resume", "killed", "--quiet") : try await begin("killed")
    #expect(last.status == 0, "\(last)")
    try expectSame("whole", "killed")
  }

  @Test func goesOnAfterASignal() async throws {
    let run = try place.start(
      "train", ["--steps", "1000000", "--width", "8", "--save-every", "0", "--output", "run"])
    try await run.waitForError("step 1 ")
    run.send(SIGINT)
    #expect(try await run.outcome().status == 130)
    let resumed = try await train("--resume", "run", "--stop-after", "2")
    #expect(resumed.status == 0, "\(resumed)")
    #expect(resumed.errors.contains("1,000,000 steps of 64 tokens, of which run has "))
  }

  @Test func goesFurtherThanPlanned() async throws {
    #expect(try await begin("run").status == 0)
    let outcome = try await train("--resume", "run", "--steps", "25", "--save-every", "0", "--json")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("\"steps\": 25,"))
    #expect(outcome.errors.contains("100% step 25 "), "\(outcome)")
    let next = try await train("--resume", "run", "--plan")
    #expect(next.output.contains("25 steps of 64 tokens, of which run has 25"), "\(next)")
  }

  /// Each option of a run has another value than it would have by default.
  @Test func everyOptionGoesOn() async throws {
    try place.write("one two three one four two three one five one two\n", to: "known.txt")
    try place.write("one three one six two four one two three five two one\n", to: "other.txt")
    let options =
      "--corpus known.txt --tokenizer bpe --vocabulary 270 --validation-corpus other.txt "
      + "--preset character --layers 1 --heads 1 --width 6 --context 5 --batch 3 "
      + "--positions rotary --dropout 0.3 --untied --steps 8 --learning-rate 0.02 "
      + "--minimum-learning-rate 0.005 --warmup 3 --schedule linear --optimizer adam --beta1 0.8 "
      + "--beta2 0.9 --weight-decay 0.03 --clip 0.2 --accumulate 2 --precision bfloat16 --seed 5 "
      + "--patience 7 --evaluate-every 2 --save-every 3 --sample-every 0 --prompt one "
      + "--unknown skip --quiet"
    func begin(_ folder: String, _ more: String...) async throws {
      let outcome = try await place.start(
        "train", options.split(separator: " ").map(String.init) + ["--output", folder] + more
      ).outcome()
      #expect(outcome.status == 0, "\(outcome)")
    }
    try await begin("whole")
    try await begin("parts", "--stop-after", "3")
    for arguments in [["--stop-after", "2"], []] {
      let outcome = try await place.start(
        "train", ["--resume", "parts", "--quiet"] + arguments
      ).outcome()
      #expect(outcome.status == 0, "\(outcome)")
    }
    #expect(try tensors("whole") == tensors("parts"))
    #expect(try place.bytes("whole/run.json") == place.bytes("parts/run.json"))
    let record = try JSONField(readingFile: place.url("parts/run.json").path)
    let defaults: [String: JSON] = [
      "seed": 1337, "clip": 1.0, "accumulate": 1, "untied": false, "unknown": "error",
      "precision": "float32", "schedule": "cosine", "optimizer": "adamw", "patience": nil,
    ]
    for (key, value) in defaults { #expect(try record.member(key).value != value, "\(key)") }
  }

  // MARK: What is refused

  @Test func refusesContradictions() async throws {
    #expect(try await begin("run", "--stop-after", "3").status == 0)
    let before = try tensors("run")
    for (arguments, message) in [
      (["--width", "16"], "--width 16 contradicts the run in run, which has 8; leave it out, or"),
      (["--seed", "1"], "--seed 1 contradicts the run in run, which has 1337"),
      (["--no-film"], "--no-film contradicts the run in run, which does not have it"),
      (["--untied"], "--untied contradicts the run in run, which does not have it"),
      (["--output", "other"], "--output other contradicts the run in run, which has run"),
      (["--steps", "2"], "--steps must be at least 3, which the run has done; found 2"),
      (["--from", "run"], "--resume goes on with a run and --from begins one"),
    ] {
      let outcome = try await place.start("train", ["--resume", "run"] + arguments).outcome()
      #expect(outcome.status == 64)
      #expect(outcome.messages.count == 1 && outcome.errors.contains(message), "\(outcome)")
    }
    // The same once more is no contradiction.
    let same = try await train(
      "--resume", "run", "--width", "8", "--learning-rate", "3e-3", "--quiet", "--stop-after", "1")
    #expect(same.status == 0, "\(same)")
    #expect(try tensors("run") != before)
  }

  @Test func refusesAChangedCorpus() async throws {
    try place.write("one two three one two three one", to: "text.txt")
    let begun = try await train(
      "--corpus", "text.txt", "--tokenizer", "word", "--steps", "2", "--width", "8", "--output",
      "run", "--quiet")
    #expect(begun.status == 0, "\(begun)")
    try place.write("one two three one two three four", to: "text.txt")
    let changed = try await train("--resume", "run")
    #expect(changed.status == 65)
    #expect(changed.messages.count == 1)
    // FNV-1a of both, computed elsewhere.
    for part in ["text.txt has changed", "c085cb2323da72d", "bc2808ad41297af7"] {
      #expect(changed.errors.contains(part), "\(changed)")
    }
    try place.write("one two three one two three one", to: "moved.txt")
    let moved = try await train("--resume", "run", "--corpus", "moved.txt", "--steps", "3")
    #expect(moved.status == 0, "\(moved)")
  }

  @Test func refusesAFolderWithoutARun() async throws {
    let missing = try await train("--resume", "nowhere")
    #expect(missing.status == 66 && missing.messages.count == 1)
    #expect(missing.errors.contains("nowhere/training_state.safetensors does not exist"))
    #expect(!place.exists("nowhere"))
    #expect(try await begin("run").status == 0)
    try FileManager.default.removeItem(at: place.url("run/training_state.safetensors"))
    let lost = try await train("--resume", "run")
    #expect(lost.status == 66 && lost.messages.count == 1)
    #expect(lost.errors.contains("begin one from its weights with --from run"), "\(lost)")
  }

  // MARK: A folder that holds another run

  @Test func anOlderRunStaysUntilTheFirstCheckpoint() async throws {
    #expect(try await begin("run").status == 0)
    let names = place.names(in: "run")
    let files = names.filter { $0 != "best" }
    let before = try files.map { try place.bytes("run/\($0)") }
    let diverged = try await train(
      "--output", "run", "--width", "16", "--optimizer", "sgd", "--clip", "0", "--learning-rate",
      "1e30")
    #expect(diverged.status == 1)
    #expect(place.names(in: "run") == names)
    #expect(try files.map { try place.bytes("run/\($0)") } == before)

    let anew = try await train("--output", "run", "--width", "16", "--steps", "2", "--quiet")
    #expect(anew.status == 0)
    #expect(place.names(in: "run") == files, "the best model was the older run's")
    #expect(try await train("--resume", "run", "--steps", "3", "--quiet").status == 0)
  }

  @Test func saysWhatIsLostWhereNothingCanBeWritten() async throws {
    #expect(try await begin("run", "--stop-after", "4").status == 0)
    let before = try tensors("run")
    try FileManager.default.createDirectory(
      at: place.url("run/training_state.safetensors.partial"), withIntermediateDirectories: true)
    let failed = try await train("--resume", "run", "--quiet")
    #expect(failed.status == 73, "\(failed)")
    #expect(failed.messages.count == 1)
    for part in ["cannot be written", "after step 4 are lost", "the checkpoint of step 4 in run"] {
      #expect(failed.errors.contains(part), "\(failed)")
    }
    #expect(try tensors("run") == before)
    let generated = try await place.run("generate", "Every", "--checkpoint", "run")
    #expect(generated.status == 0, "\(generated)")
  }
}
