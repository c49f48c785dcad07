import Foundation
import Testing

/// What is left of a run that does not reach its end.
@Suite struct StoppingTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func savesWhenItIsStopped(signal: Int32, status: Int32) async throws {
    let run = try place.start("train", ["--steps", "1000000", "--width", "8", "--save-every", "0"])
    try await run.waitForError("step 1 ")
    run.send(signal)
    let outcome = try await run.outcome()
    #expect(outcome.status == status, "\(outcome)")
    #expect(outcome.output.contains("stopped after "), "\(outcome)")
    let generated = try await place.run("generate", "Every effort", "--tokens", "2")
    #expect(generated.status == 0, "\(generated)")
    let metrics = try place.bytes("checkpoints/run/metrics.jsonl")
    #expect(metrics.last == UInt8(ascii: "\n"))
  }

  @Test func keepsTheCheckpointWhenItDiverges() async throws {
    func train(_ arguments: [String]) async throws -> Workplace.Outcome {
      try await place.start("train", smallRun + arguments).outcome()
    }
    #expect(try await train([]).status == 0)
    let before = try place.bytes("checkpoints/run/model.safetensors")
    let outcome = try await train([
      "--quiet", "--optimizer", "sgd", "--clip", "0", "--learning-rate", "1e30",
    ])
    #expect(outcome.status == 1)
    #expect(outcome.messages.count == 1, "\(outcome)")
    for part in ["diverged at step 2", "the loss is NaN", "the result of ", "--learning-rate"] {
      #expect(outcome.errors.contains(part), "\(outcome)")
    }
    #expect(try place.bytes("checkpoints/run/model.safetensors") == before)
    #expect(!place.names(in: "checkpoints/run").contains { $0.hasSuffix(".partial") })
  }
}
