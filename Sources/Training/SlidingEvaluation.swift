import Autograd
import Foundation
public import Transformer

/// What a model makes of a whole text, each token predicted from those before it.
public struct TextEvaluation: Sendable, Equatable {
  /// The mean loss of the predicted tokens, in nats.
  public let loss: Double
  /// How many tokens were predicted: all but the first.
  public let tokens: Int

  /// e to the loss: among how many equally likely tokens the model would hesitate as much.
  public var perplexity: Double { exp(loss) }

  /// How many bits the model needs for a byte of the text, which compares models with different
  /// tokens: the loss of all tokens in bits over the bytes of the text.
  public func bitsPerByte(of byteCount: Int) -> Double {
    loss * Double(tokens) / log(2) / Double(byteCount)
  }
}

extension GPT {
  /// Evaluates a text with a window that slides over it.
  ///
  /// The window of `context` tokens moves on by `stride`, the last time only up to the end, and of each
  /// but the first only those predictions count that no window before has made: each token but the
  /// first is predicted once, and from at least `context - stride` tokens where there are so many
  /// (Press et al. 2021, "Shortformer", section 2).
  ///
  /// - Parameters:
  ///   - ids: The text, at least 2 tokens.
  ///   - context: The length of the window, at most that of the model.
  ///   - stride: From 1, the most exact, to `context`, the quickest.
  ///   - batchSize: How many windows are computed at once; it changes the result by rounding only.
  ///   - report: Is told the share of the work that is done.
  /// - Complexity: N / stride windows for N tokens.
  public func evaluate(
    _ ids: [Int32], context: Int, stride: Int, batchSize: Int = 8,
    report: (Double) throws -> Void
  ) rethrows -> TextEvaluation {
    require(
      ids.count >= 2 && 1...contextLength ~= context && 1...context ~= stride,
      "evaluate: \(ids.count) tokens, context \(context) of \(contextLength), stride \(stride)")
    let predicted = ids.count - 1
    let length = min(context, predicted)
    let lastStart = predicted - length
    let starts = Array(Swift.stride(from: 0, to: lastStart, by: stride)) + [lastStart]
    var (total, end) = (0.0, 0)
    for first in Swift.stride(from: 0, to: starts.count, by: batchSize) {
      let last = min(first + batchSize, starts.count)
      var (inputs, targets): ([Int32], [Int32]) = ([], [])
      let before = end
      for start in starts[first..<last] {
        inputs += ids[start..<start + length]
        let known = end - start  // those that the window before has predicted
        targets += repeatElement(-100, count: known)
        targets += ids[start + known + 1...start + length]
        end = start + length
      }
      let batch = TokenBatch(inputs: inputs, targets: targets, sequences: last - first)
      total += meanLoss(over: [batch]) * Double(end - before)
      try report(Double(last) / Double(starts.count))
    }
    return TextEvaluation(loss: total / Double(predicted), tokens: predicted)
  }
}
