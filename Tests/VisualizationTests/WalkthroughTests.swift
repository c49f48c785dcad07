import Autograd
import Testing
import Transformer
import Visualization

/// A small model with every bias and gain away from where it begins.
func smallModel(
  positions: PositionalEncoding = .learned, activation: Activation = .gelu, isTied: Bool = true
) throws -> GPT<Double> {
  let configuration = GPTConfiguration(
    vocabularySize: 11, contextLength: 7, width: 8, layers: 2, heads: 2, positions: positions,
    activation: activation, isTied: isTied, initializerDeviation: 0.4)
  let model = try GPT<Double>(configuration, seed: 5)
  for (index, parameter) in model.parameters.all.enumerated() where parameter.tensor.rank == 1 {
    parameter.tensor.scalars = parameter.tensor.scalars.indices.map {
      0.5 + 0.1 * Double((index * 7 + $0 * 3) % 11)
    }
  }
  return model
}

@Suite struct WalkthroughTests {
  private let ids: [Int32] = [3, 1, 4, 1, 5]

  @Test(arguments: PositionalEncoding.allCases, [Activation.gelu, .geluExact, .relu])
  func itsLogitsAreTheModels(positions: PositionalEncoding, activation: Activation) throws {
    let model = try smallModel(
      positions: positions, activation: activation, isTied: positions != .none)
    let walk = Walkthrough(model, ids: ids)
    let expected = withoutGradients { model(ids).scalars }
    for (found, expected) in zip(walk.logits.joined(), expected) {
      #expect(abs(found - expected) < 1e-10)
    }
    #expect(walk.logits.count == ids.count && walk.logits[0].count == 11)
  }

  @Test func itsWeightsAreThoseOfTheHeads() throws {
    let model = try smallModel(positions: .rotary)
    let walk = Walkthrough(model, ids: ids)
    let map = AttentionMap(of: model, ids: ids, tokens: ids.map(String.init))
    for (layer, heads) in walk.layers.enumerated() {
      for (head, values) in heads.heads.enumerated() {
        for (found, expected) in zip(map.weights[layer][head].joined(), values.weights.joined()) {
          #expect(abs(Double(found) - expected) < 1e-7)
        }
      }
    }
  }

  @Test func theSharesOfALogitSumToIt() throws {
    let walk = Walkthrough(try smallModel(), ids: ids)
    for id in [0, 6] {
      let shares = walk.attribution(of: id, after: 3)
      #expect(abs(shares.reduce(0) { $0 + $1.logit } - walk.logits[3][id]) < 1e-10)
    }
  }

  @Test func theLensBehindTheLastBlockGivesTheLogits() throws {
    let walk = Walkthrough(try smallModel(), ids: ids)
    for (found, expected) in zip(walk.lens(token: 2, after: 2), walk.logits[2]) {
      #expect(abs(found - expected) < 1e-12)
    }
    #expect(walk.lens(token: 2, after: 0) != walk.logits[2])
  }
}
