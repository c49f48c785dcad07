import Autograd
import Transformer

extension CheckRow {
  /// Every layer, its parameters being inputs of the check like what it reads.
  static var layers: [CheckRow] {
    [
      layer("Linear", [[[1]], [[3, 17]], [[3, 1, 3]]]) { shapes, scope in
        let linear = Linear(shapes[0].last ?? 1, 3, in: scope)
        return { linear($0[0]) }
      },
      layer("Embedding", [[]]) { _, scope in
        let embedding = Embedding(17, 3, in: scope)
        return { _ in embedding([16, 0, 3, 3, 0, 0], shape: [2, 3]) }
      },
      layer("LayerNorm", [[[33]], [[3, 17]], [[1, 3, 3]]]) { shapes, scope in
        let norm = LayerNorm(shapes[0].last ?? 1, in: scope)
        return { norm($0[0]) }
      },
      layer("Dropout", [[[3, 17]]]) { _, scope in
        let dropout = Dropout(0.25, in: scope)
        return { dropout($0[0], step) }
      },
      feedForward("FeedForward, gelu", .gelu),
      feedForward("FeedForward, exact gelu", .geluExact),
      feedForward("FeedForward, relu", .relu),
      attention("MultiHeadAttention", .none),
      attention("MultiHeadAttention, causal", .causal),
      attention("MultiHeadAttention, padding", .padding(keyLengths: [3, 1])),
      attention(
        "MultiHeadAttention, both masks",
        AttentionMask(isCausal: true, keyLengths: [2, 3])),
      attention("MultiHeadAttention, rotary", .causal, isRotary: true),
      attention("MultiHeadAttention, dropout", .causal, dropout: 0.25),
      attention("MultiHeadAttention, cross", .none, keys: 5),
      attention("MultiHeadAttention, cross, causal", .causal, keys: 5),
      attention("MultiHeadAttention, cross, padding", .padding(keyLengths: [5, 2]), keys: 5),
      layer("TransformerBlock", [[[2, 3, 4]]]) { _, scope in
        let block = TransformerBlock(configuration(), in: scope)
        return { block($0[0], mask: .causal) }
      },
      layer("TransformerBlock, dropout", [[[2, 3, 4]]]) { _, scope in
        let block = TransformerBlock(configuration(dropout: 0.25), in: scope)
        return { block($0[0], mask: .causal, context: step) }
      },
    ]
  }

  /// Which numbers dropout drops.
  private static var step: StepContext { StepContext(step: 3, seed: 1) }

  private static func configuration(dropout: Double = 0) -> GPTConfiguration {
    GPTConfiguration(
      vocabularySize: 7, contextLength: 3, width: 4, layers: 1, heads: 2, hiddenWidth: 6,
      dropout: dropout)
  }

  private static func feedForward(_ name: String, _ activation: Activation) -> CheckRow {
    layer(name, [[[1, 1]], [[3, 17]]]) { shapes, scope in
      let network = FeedForward(
        shapes[0].last ?? 1, hidden: 3, activation: activation, in: scope)
      return { network($0[0]) }
    }
  }

  /// Two sequences of 3 queries, two heads of 2 features; self-attention unless there are `keys`.
  private static func attention(
    _ name: String, _ mask: AttentionMask, keys: Int? = nil, isRotary: Bool = false,
    dropout: Double = 0
  ) -> CheckRow {
    layer(name, [[[2, 3, 4]] + (keys.map { [[2, $0, 4]] } ?? [])]) { _, scope in
      let attention = MultiHeadAttention(width: 4, heads: 2, dropout: dropout, in: scope)
      let angles = isRotary ? RotaryAngles<Scalar>(length: 3, size: 2) : nil
      return {
        attention(
          queries: $0[0], keysAndValues: $0.count > 1 ? $0[1] : nil, mask: mask, angles: angles,
          context: step)
      }
    }
  }

  /// A layer at several sets of input shapes.
  ///
  /// - Parameter make: Makes the layer in a scope and returns what it computes.
  private static func layer(
    _ name: String, _ shapes: [[[Int]]],
    _ make: @escaping ([[Int]], ParameterScope<Scalar>) -> ([Tensor<Scalar>]) -> Tensor<Scalar>
  ) -> CheckRow {
    CheckRow(name) {
      shapes.map { shapes in
        let store = ParameterStore<Scalar>()
        let function = make(shapes, store.root)
        store.fillForChecks()
        let inputs = shapes.enumerated().map { index, shape in
          Values.normal.tensor(shape, RandomStream(seed: 1, "\(name), input \(index)"))
            as Tensor<Scalar>
        }
        return Check(inputs: inputs + store.all.map(\.tensor)) { function(inputs) }
      }
    }
  }
}

extension ParameterStore {
  /// Gives every parameter, biases and gains as well, numbers of size about ½: at those with which
  /// training begins, many gradients are too small to tell right from wrong.
  func fillForChecks() {
    allocate()
    for parameter in all {
      let stream = RandomStream(seed: 1, parameter.name)
      parameter.tensor.scalars = Values.normal.scalars(parameter.tensor.count, stream).map {
        $0 / 2
      }
    }
  }
}
