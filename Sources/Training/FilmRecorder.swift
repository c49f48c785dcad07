public import Autograd
public import Checkpoints
import Foundation
public import Tokenization
public import Transformer

/// Records how a model's attention to a few probe sentences changes while it learns.
public struct FilmRecorder {
  /// The film so far has no frames; they go to the file.
  public let film: AttentionFilm
  private let ids: [[Int32]]

  /// A recorder for sentences of a text: its first lines, as many tokens of each as fit.
  ///
  /// - Parameter count: how many different lines to take.
  /// - Returns: nil if the text has no line of two tokens.
  public init?(
    _ configuration: GPTConfiguration, _ tokenizer: any Tokenizer, text: String, count: Int = 4
  ) {
    let longest = min(AttentionFilm.longestSentence, configuration.contextLength)
    var sentences: [AttentionFilm.Sentence] = [], ids: [[Int32]] = []
    for line in text.split(whereSeparator: \.isNewline) where ids.count < count {
      guard let whole = try? tokenizer.encode(String(line)) else { continue }
      let start = Array(whole.prefix(longest))
      guard start.count > 1 && !ids.contains(start) else { continue }
      ids.append(start)
      sentences.append(
        .init(
          text: tokenizer.decode(start), tokens: start.map { tokenizer.text(of: $0, after: nil) }))
    }
    guard !ids.isEmpty else { return nil }
    self.ids = ids
    film = AttentionFilm(
      layers: configuration.layers, heads: configuration.heads, sentences: sentences)
  }

  /// Whether a step is one of those recorded: 0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 15, 18, … about a quarter
  /// more each time.
  public static func isDue(_ step: Int) -> Bool {
    guard step > 1 else { return step >= 0 }
    let power = (log(Double(step)) / log(1.25)).rounded()
    return [-1.0, 0, 1].contains { Int(pow(1.25, power + $0).rounded()) == step }
  }

  /// The frame of a model as it is now.
  public func frame(of model: GPT<Float>, step: Int, loss: Double?) -> AttentionFilm.Frame {
    let weights = ids.map { ids in
      var bytes: [UInt8] = []
      withoutGradients {
        _ = model.hidden(ids) { _, weights in
          bytes += weights.scalars.map { UInt8(max(0, min(255, ($0 * 255).rounded()))) }
        }
      }
      return bytes
    }
    return AttentionFilm.Frame(step: step, loss: loss, weights: weights)
  }
}
