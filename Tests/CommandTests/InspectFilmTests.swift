import Checkpoints
import Foundation
import TestSupport
import Testing

/// `inspect film` as a process, of a run that the test makes.
@Suite struct InspectFilmTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  private func train(_ arguments: String...) async throws {
    let outcome = try await place.start("train", smallRun + ["--quiet"] + arguments).outcome()
    #expect(outcome.status == 0, "\(outcome)")
  }

  private func film(_ arguments: String...) async throws -> Workplace.Outcome {
    try await place.start("inspect", ["film"] + arguments).outcome()
  }

  @Test func showsBeforeDuringAndAfter() async throws {
    try await train()
    let outcome = try await film("--head", "1")
    #expect(outcome.status == 0, "\(outcome)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("layer 0, head 1, step ") }.count == 3)
    for moment in ["head 1, step 0, untrained", "head 1, step 3, loss ", "head 1, step 6, loss "] {
      #expect(outcome.output.contains(moment), "\(outcome)")
    }
    #expect(lines.allSatisfy { $0.count <= 80 } && !outcome.output.contains("\u{1B}"))

    // What is drawn are the numbers of the file.
    let read = try #require(try AttentionFilm.read(from: place.url("checkpoints/run").path))
    let tokens = read.sentences[0].tokens
    for (frame, grid) in zip([0, 3, 6], outcome.output.split(separator: "step ").suffix(3)) {
      let weights = read.weights(frame: frame, sentence: 0, layer: 0, head: 1)
      let expected = weights.enumerated().flatMap { query, row in
        row[...query].map { String(format: "%.2f", $0) } + ["1.00"]
      }
      let drawn = grid.split(separator: "\n").dropFirst(4).prefix(tokens.count)
      #expect(drawn.flatMap { $0.matches(of: /\d\.\d\d/).map { String($0.output) } } == expected)
    }
  }

  @Test func theDocumentHasTheWholeFilm() async throws {
    try await train()
    let outcome = try await film("--json")
    let document = try JSONField(parsing: Array(outcome.output.utf8), from: "standard output")
    #expect(try document.member("layers").integer() == 1)
    let frames = try document.member("frames").elements()
    #expect(try frames.map { try $0.member("step").integer() } == [0, 1, 2, 3, 4, 5, 6])
    let read = try #require(try AttentionFilm.read(from: place.url("checkpoints/run").path))
    for (index, frame) in frames.enumerated() {
      #expect(try frame.optionalMember("loss")?.double() == read.frames[index].loss)
      for (sentence, layers) in try frame.member("weights").elements().enumerated() {
        for (head, rows) in try layers.elements()[0].elements().enumerated() {
          let found = try rows.elements().map { try $0.elements().map { try $0.double() } }
          let expected = read.weights(frame: index, sentence: sentence, layer: 0, head: head)
          #expect(found.count == expected.count)
          for (a, b) in zip(found.joined(), expected.joined()) {
            #expect(abs(a - Double(b)) < 1e-6)
          }
          for row in found { #expect(abs(row.reduce(0, +) - 1) < 1e-12) }
        }
      }
    }
  }

  @Test func goesToAFileAndStaysWithTheBest() async throws {
    try await train("--validation", "0.2", "--evaluate-every", "2", "--output", "run")
    let outcome = try await film("--checkpoint", "run/best", "--output", "film.txt")
    #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome)")
    #expect(try String(decoding: place.bytes("film.txt"), as: UTF8.self).contains("untrained"))
  }

  @Test func aCheckpointWithoutAFilmSaysHowToRecordOne() async throws {
    try await train("--no-film")
    let outcome = try await film()
    #expect(outcome.status == 66 && outcome.messages.count == 1, "\(outcome)")
    #expect(outcome.errors.contains("checkpoints/run has no film of its training; record one with"))
    #expect(outcome.errors.contains("train --film"))
    let nowhere = try await film("--checkpoint", "nowhere")
    #expect(nowhere.status == 66 && nowhere.errors.contains("nowhere does not exist"), "\(nowhere)")
  }

  @Test func wrongUseIsNamed() async throws {
    try await train()
    for (arguments, message) in [
      (["--sentence", "4"], "--sentence must be in 0...3 for this film; found 4"),
      (["--layer", "1"], "--layer must be in 0...0 for this model; found 1"),
    ] {
      let outcome = try await place.start("inspect", ["film"] + arguments).outcome()
      #expect(outcome.status == 64 && outcome.messages.count == 1, "\(outcome)")
      #expect(outcome.errors.contains(message), "\(outcome)")
    }
  }

  @Test func damageIsNamed() async throws {
    try await train()
    try place.write("{\"layers\": 1}\n", to: "checkpoints/run/film.jsonl")
    let outcome = try await film()
    #expect(outcome.status == 65 && outcome.messages.count == 1, "\(outcome)")
  }
}
