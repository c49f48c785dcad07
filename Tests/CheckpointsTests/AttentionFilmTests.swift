import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct AttentionFilmTests {
  private let film = AttentionFilm(
    layers: 1, heads: 2, sentences: [.init(text: "a b", tokens: ["a", "b"])])
  private let frame = AttentionFilm.Frame(
    step: 4, loss: 1.5, weights: [[255, 0, 51, 204, 255, 0, 102, 153]])
  private let folder = TestFolder()

  private func write(_ lines: [String], end: String = "\n") throws {
    _ = try folder.file("film.jsonl", Array((lines.joined(separator: "\n") + end).utf8))
  }

  private func text(_ json: JSON) throws -> String {
    String(decoding: try json.text(.compact, for: "film"), as: UTF8.self)
  }

  @Test func whatIsWrittenIsRead() throws {
    try write([text(film.header), text(AttentionFilm.line(frame))])
    let read = try #require(try AttentionFilm.read(from: folder.path))
    #expect(read.sentences == film.sentences && read.frames == [frame])
    #expect(read.weights(frame: 0, sentence: 0, layer: 0, head: 1) == [[1, 0], [0.4, 0.6]])
  }

  /// By hand: each is rounded down, and the largest remainders are rounded up.
  @Test(
    arguments: [
      ([1], [255]), ([0.5, 0.5], [128, 127]), ([0.999, 0.001, 0], [255, 0, 0]),
      ([0.2, 0.35, 0.45], [51, 89, 115]), ([0.11, 0.12, 0.13, 0.64], [28, 31, 33, 163]),
      ([.nan, 0.5], [0, 0]),
    ] as [([Float], [UInt8])])
  func rowsSumToOne(row: [Float], shades: [UInt8]) {
    #expect(AttentionFilm.shades(of: row) == shades)
  }

  @Test func anUnfinishedLineIsPassedOver() throws {
    try write([text(film.header), text(AttentionFilm.line(frame)), #"{"step": 5, "lo"#], end: "")
    #expect(try AttentionFilm.read(from: folder.path)?.frames == [frame])
  }

  @Test func aFolderWithoutAFilmHasNone() throws {
    #expect(try AttentionFilm.read(from: folder.path) == nil)
  }

  @Test(arguments: [
    (#"{"step": 1, "loss": null, "weights": []}"#, "it has 0 sentences and should have 1"),
    (#"{"step": 1, "loss": null, "weights": ["AA=="]}"#, "should be 8 bytes in base64"),
    (#"{"step": 1, "loss": null"#, "line 2,"),
  ])
  func damageIsNamed(line: String, problem: String) throws {
    try write([text(film.header), line])
    let error = #expect(throws: CheckpointError.self) { try AttentionFilm.read(from: folder.path) }
    #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
  }
}
