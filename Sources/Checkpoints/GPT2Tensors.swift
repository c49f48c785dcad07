import Transformer

/// Our parameters under the names and in the layouts of Hugging Face's `GPT2LMHeadModel`.
///
/// Both keep weights as `[inputs, outputs]`, so nothing is transposed; GPT-2 has the queries', keys'
/// and values' columns side by side in one tensor.
struct GPT2Tensor {
  /// Its name in the file.
  let name: String
  let shape: [Int]
  /// Our parameters, side by side along the last axis.
  let parameters: [String]

  /// How long its rows are.
  var width: Int { shape[shape.count - 1] }
  /// How many rows it has.
  var rows: Int { shape.dropLast().reduce(1, *) }

  /// The one table for both directions, a row for each tensor of the file, made as it is walked: a
  /// configuration that claims a million layers costs nothing before the file disagrees.
  static func table(
    _ configuration: GPTConfiguration
  ) -> some Sequence<GPT2Tensor> {
    let (width, hidden) = (configuration.width, configuration.hiddenWidth)
    let before = [
      GPT2Tensor("transformer.wte.weight", [configuration.vocabularySize, width], "tokens.weight"),
      GPT2Tensor(
        "transformer.wpe.weight", [configuration.contextLength, width], "positions.weight"),
    ].prefix(configuration.positions == .learned ? 2 : 1)
    let after = [
      GPT2Tensor("transformer.ln_f.weight", [width], "norm.weight"),
      GPT2Tensor("transformer.ln_f.bias", [width], "norm.bias"),
      GPT2Tensor("lm_head.weight", [configuration.vocabularySize, width], "head.weight"),
    ].prefix(configuration.isTied ? 2 : 3)

    func block(_ index: Int) -> [GPT2Tensor] {
      func pair(_ name: String, _ shape: [Int], _ layers: String...) -> [GPT2Tensor] {
        ["weight", "bias"].map { kind in
          GPT2Tensor(
            name: "transformer.h.\(index).\(name).\(kind)",
            shape: kind == "weight" ? shape : shape.suffix(1),
            parameters: layers.map { "blocks.\(index).\($0).\(kind)" })
        }
      }
      return pair("ln_1", [width], "norm1")
        + pair(
          "attn.c_attn", [width, 3 * width], "attention.query", "attention.key", "attention.value")
        + pair("attn.c_proj", [width, width], "attention.output")
        + pair("ln_2", [width], "norm2")
        + pair("mlp.c_fc", [width, hidden], "feedForward.expand")
        + pair("mlp.c_proj", [hidden, width], "feedForward.project")
    }
    let blocks = (0..<configuration.layers).lazy.flatMap(block)
    return [AnySequence(before), AnySequence(blocks), AnySequence(after)].lazy.joined()
  }

  private init(_ name: String, _ shape: [Int], _ parameter: String) {
    self.init(name: name, shape: shape, parameters: [parameter])
  }

  private init(name: String, shape: [Int], parameters: [String]) {
    (self.name, self.shape, self.parameters) = (name, shape, parameters)
  }
}
