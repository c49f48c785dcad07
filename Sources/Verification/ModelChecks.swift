import Autograd
import Transformer

extension CheckRow {
  /// Every parameter of whole small models: tied under each positional encoding, untied, and with
  /// dropout.
  static var models: [CheckRow] {
    PositionalEncoding.allCases.map { gpt("GPT, positions \($0)", positions: $0) }
      + [gpt("GPT, untied", isTied: false), gpt("GPT, dropout", dropout: 0.25)]
  }

  /// Two layers of two heads; heads of 4, so that rotary positions turn more than one pair.
  private static func gpt(
    _ name: String, positions: PositionalEncoding = .learned, isTied: Bool = true,
    dropout: Double = 0
  ) -> CheckRow {
    let configuration = GPTConfiguration(
      vocabularySize: 7, contextLength: 5, width: 8, layers: 2, heads: 2, hiddenWidth: 12,
      positions: positions, isTied: isTied, dropout: dropout)
    // A repeated id, an id that never occurs, and a position where nothing is to be learned.
    let batch = TokenBatch(
      inputs: [0, 3, 3, 5, 1, 6, 0, 1, 1, 3], targets: [3, 3, 5, 1, 6, 0, -100, 1, 3, 2],
      sequences: 2)
    return CheckRow(name) {
      guard let model = try? GPT<Scalar>(configuration) else {
        fatalError("\(name): the configuration is refused")
      }
      model.parameters.fillForChecks()
      let inputs = model.parameters.all.map(\.tensor)
      return [
        Check(inputs: inputs) {
          model.loss(batch, dividedBy: 9, context: StepContext(step: 3, seed: 1))
        }
      ]
    }
  }
}
