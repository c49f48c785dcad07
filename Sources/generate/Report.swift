import Console
import MiniTransformer

/// Collects everything and prints it as one JSON document.
struct Report: GenerationOutput {
  private struct Sample {
    var ids: [Int32] = []
    var logProbabilities: [Double] = []
    var text = ""
    var finish: FinishReason?
  }

  private let prompt: [Int32]
  private let hasText: Bool
  private var samples: [Sample]

  init(prompt: [Int32], samples: Int, hasText: Bool) {
    (self.prompt, self.hasText) = (prompt, hasText)
    self.samples = Array(repeating: Sample(), count: samples)
  }

  mutating func take(_ piece: TextPiece<Float>) throws {
    let (number, id) = (piece.token.sample, piece.token.id)
    samples[number].ids.append(id)
    samples[number].logProbabilities.append(logProbability(of: id, piece.token.logits))
    samples[number].text += piece.text
    samples[number].finish = piece.finish
  }

  mutating func finish(rest: (Int) -> String) throws {
    for number in samples.indices where samples[number].finish == nil {
      samples[number].text += rest(number)
    }
    let document: JSON = [
      "prompt_ids": Self.list(prompt), "samples": .array(samples.map(json)),
    ]
    let bytes = try document.text(.compact, for: "standard output")
    try StandardStream.output.print(String(decoding: bytes, as: UTF8.self))
  }

  private func json(_ sample: Sample) -> JSON {
    let reason =
      switch sample.finish {
      case .length: "length"
      case .stop: "stop"
      case .endOfText: "end_of_text"
      case nil: "interrupted"
      }
    let stop: JSON = if case .stop(let text) = sample.finish { .string(text) } else { nil }
    return [
      "ids": Self.list(sample.ids), "text": hasText ? .string(sample.text) : nil,
      // A damaged model has logits for which JSON has no word.
      "log_probabilities": .array(
        sample.logProbabilities.map { $0.isFinite ? .double($0) : .null }),
      "finish_reason": .string(reason), "stop": stop,
    ]
  }

  private static func list(_ ids: [Int32]) -> JSON { .array(ids.map { .integer(Int64($0)) }) }
}
