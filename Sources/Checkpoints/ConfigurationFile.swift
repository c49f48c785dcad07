import Autograd
import Tokenization
public import Transformer

extension ConfigurationError: ExplainedError {
  /// A wrong option, or a file that says the impossible.
  public var cause: FailureCause { .wrongUse }
}

/// A model's configuration as the `config.json` of a Hugging Face folder.
///
/// What GPT-2's architecture can express is labelled `gpt2` and runs in other tools. The rest, such
/// as rotary positions, gets a `model_type` of its own, so that no tool takes it for what it is not.
struct ConfigurationFile {
  let configuration: GPTConfiguration
  /// The id that ends a text; such a model begins one with it as well, as GPT-2 does.
  let endOfText: Int32?
  /// The file's contents.
  let json: JSON

  private static let ownType = "mini-transformer"

  static func path(in folder: String) -> String { "\(folder)/config.json" }

  private static func activationName(_ activation: Activation) -> String {
    switch activation {
    case .gelu: "gelu_new"
    case .geluExact: "gelu"
    case .relu: "relu"
    }
  }

  private static let activations: [String: Activation] = [
    "gelu_new": .gelu, "gelu_pytorch_tanh": .gelu, "gelu_fast": .gelu, "gelu": .geluExact,
    "relu": .relu,
  ]

  /// The file for a model.
  init(_ configuration: GPTConfiguration, endOfText: Int32?) {
    (self.configuration, self.endOfText) = (configuration, endOfText)
    let isGPT2 = configuration.positions == .learned
    func number(_ value: Int) -> JSON { .integer(Int64(value)) }
    let dropout = JSON.double(configuration.dropout)
    let isUsualInside = configuration.hiddenWidth == 4 * configuration.width
    let end = Self.token(endOfText)
    var members: [JSON.Member] = []
    func add(_ key: String, _ value: JSON) { members.append(JSON.Member(key: key, value: value)) }
    add("activation_function", .string(Self.activationName(configuration.activation)))
    add("add_cross_attention", false)
    add("architectures", [.string(isGPT2 ? "GPT2LMHeadModel" : "MiniTransformer")])
    add("attn_pdrop", dropout)
    add("bos_token_id", end)
    add("dtype", "float32")
    add("embd_pdrop", dropout)
    add("eos_token_id", end)
    add("initializer_range", .double(configuration.initializerDeviation))
    add("layer_norm_epsilon", .double(configuration.layerNormEpsilon))
    add("model_type", .string(isGPT2 ? "gpt2" : Self.ownType))
    add("n_ctx", number(configuration.contextLength))  // llama.cpp's converter reads this one
    add("n_embd", number(configuration.width))
    add("n_head", number(configuration.heads))
    add("n_inner", isUsualInside ? nil : number(configuration.hiddenWidth))
    add("n_layer", number(configuration.layers))
    add("n_positions", number(configuration.contextLength))
    if !isGPT2 { add("positional_encoding", .string(configuration.positions.rawValue)) }
    add("resid_pdrop", dropout)
    add("scale_attn_by_inverse_layer_idx", false)
    add("scale_attn_weights", true)
    add("tie_word_embeddings", .bool(configuration.isTied))
    add("vocab_size", number(configuration.vocabularySize))
    json = .object(members)
  }

  private static func token(_ id: Int32?) -> JSON { id.map { .integer(Int64($0)) } ?? nil }

  /// Writes `config.json` and the `generation_config.json` that goes with it.
  func write(to folder: String) throws(CheckpointError) {
    let generation: JSON = [
      "_from_model_config": true, "bos_token_id": Self.token(endOfText),
      "eos_token_id": Self.token(endOfText),
    ]
    for (path, json) in [
      (Self.path(in: folder), json), ("\(folder)/generation_config.json", generation),
    ] {
      try AtomicFile.write(json.text(.pretty, for: path) + "\n".utf8, to: path)
    }
  }

  /// Reads the file of a folder.
  init(readingFrom folder: String) throws(CheckpointError) {
    let path = Self.path(in: folder)
    let root: JSONField
    do throws(CheckpointError) {
      root = try JSONField(readingFile: path)
    } catch .missing(path: path) where FolderUpdate.isCutShort(in: folder) {
      throw .damaged(
        path: folder,
        problem:
          "a model was being saved there when the program ended; save it again, or go on with "
          + "its run with --resume \(folder)")
    }
    json = root.value
    configuration = try Self.configuration(root)
    endOfText = try Self.endOfText(root, vocabularySize: configuration.vocabularySize)
  }

  /// The first of the ids that end a text. A small vocabulary often comes with the number that
  /// GPT-2's has, 50,256: then there is none.
  private static func endOfText(
    _ root: JSONField, vocabularySize: Int
  ) throws(CheckpointError) -> Int32? {
    guard let field = try root.optionalMember("eos_token_id") else { return nil }
    var first: JSONField? = field
    if case .array = field.value { first = try field.elements().first }
    guard let id = try first?.integer(), (0..<vocabularySize).contains(id) else { return nil }
    return Int32(id)
  }

  private static func configuration(
    _ root: JSONField
  ) throws(CheckpointError) -> GPTConfiguration {
    func unsupported(_ problem: String) -> CheckpointError {
      .unsupported(path: root.path, problem: problem)
    }
    let type = try root.member("model_type").string()
    guard type == "gpt2" || type == ownType else {
      throw unsupported("its model_type is \(type.quoted()); expected \"gpt2\"")
    }
    // Switches of GPT-2's configuration that would change the numbers.
    for (key, standard) in [
      ("scale_attn_weights", true), ("scale_attn_by_inverse_layer_idx", false),
      ("add_cross_attention", false),
    ] {
      guard try root.optionalMember(key)?.bool() ?? standard == standard else {
        throw unsupported("\(key) is \(!standard); only \(standard) is understood")
      }
    }
    let activation = try root.optionalMember("activation_function")?.string() ?? "gelu_new"
    guard let activation = activations[activation] else {
      throw unsupported(
        "its activation_function is \(activation.quoted()); expected gelu_new, gelu or relu")
    }
    var positions = PositionalEncoding.learned
    if type == ownType {
      let name = try root.member("positional_encoding").string()
      guard let encoding = PositionalEncoding(rawValue: name) else {
        throw unsupported("its positional_encoding is \(name.quoted())")
      }
      positions = encoding
    }

    let sizes = 1...(1 << 24)
    func size(_ key: String) throws(CheckpointError) -> Int {
      try root.member(key).integer(in: sizes)
    }
    let configuration = GPTConfiguration(
      vocabularySize: try size("vocab_size"), contextLength: try size("n_positions"),
      width: try size("n_embd"), layers: try size("n_layer"), heads: try size("n_head"),
      hiddenWidth: try root.optionalMember("n_inner")?.integer(in: sizes),
      positions: positions, activation: activation,
      isTied: try root.optionalMember("tie_word_embeddings")?.bool() ?? true,
      dropout: try root.optionalMember("resid_pdrop")?.double() ?? 0,
      layerNormEpsilon: try root.optionalMember("layer_norm_epsilon")?.double() ?? 1e-5,
      initializerDeviation: try root.optionalMember("initializer_range")?.double() ?? 0.02)
    do throws(ConfigurationError) {
      try configuration.validate()
    } catch {
      throw root.damaged(error.description)
    }
    return configuration
  }
}
