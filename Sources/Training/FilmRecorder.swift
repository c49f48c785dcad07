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

  /// A recorder for sentences of a text: its first different lines of two tokens or more, as many
  /// tokens of each as fit; where there is no such line, its first tokens.
  ///
  /// - Parameters:
  ///   - ids: how the text begins, at least one token.
  ///   - count: how many lines to take.
  public init(
    _ configuration: GPTConfiguration, _ tokenizer: any Tokenizer, ids text: [Int32],
    count: Int = 4
  ) {
    let longest = min(AttentionFilm.longestSentence, configuration.contextLength)
    var ids: [[Int32]] = []
    for line in tokenizer.decode(text).split(whereSeparator: \.isNewline) where ids.count < count {
      guard let whole = try? tokenizer.encode(String(line)) else { continue }
      let start = Array(whole.prefix(longest))
      if start.count > 1 && !ids.contains(start) { ids.append(start) }
    }
    if ids.isEmpty { ids = [Array(text.prefix(longest))] }
    self.ids = ids
    film = AttentionFilm(
      layers: configuration.layers, heads: configuration.heads,
      sentences: ids.map { ids in
        .init(text: tokenizer.decode(ids), tokens: ids.map { tokenizer.token($0) })
      })
  }

  /// Whether a step is one of those recorded: 0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 15, 18, … about a quarter
  /// more each time.
  public static func isDue(_ step: Int) -> Bool {
    guard step > 1 else { return step >= 0 }
    let power = (log(Double(step)) / log(1.25)).rounded()
    return [-1.0, 0, 1].contains { Int(pow(1.25, power + $0).rounded()) == step }
  }

  /// The frame of a model as it is now, which stays as it is.
  ///
  /// - Complexity: a forward pass for each sentence.
  public func frame(of model: GPT<Float>, step: Int, loss: Double?) -> AttentionFilm.Frame {
    let weights = ids.map { ids in
      var shades: [UInt8] = []
      withoutGradients {
        _ = model.hidden(ids) { _, weights in
          let scalars = weights.scalars
          for row in stride(from: 0, to: scalars.count, by: ids.count) {
            shades += AttentionFilm.shades(of: scalars[row..<row + ids.count])
          }
        }
      }
      return shades
    }
    return AttentionFilm.Frame(step: step, loss: loss, weights: weights)
  }
}
