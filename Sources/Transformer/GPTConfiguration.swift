public import Autograd

/// The sizes and choices that make a ``GPT``.
public struct GPTConfiguration: Sendable, Equatable {
  /// How many different tokens there are, V.
  public var vocabularySize: Int
  /// How many tokens the model sees at most, T.
  public var contextLength: Int
  /// How many features a token has, C.
  public var width: Int
  /// How many blocks there are.
  public var layers: Int
  /// How many heads each attention has, H; they divide the width.
  public var heads: Int
  /// How many features there are between the layers of the feed-forward network, 4 C by default.
  public var hiddenWidth: Int
  /// How the model knows the order of its tokens.
  public var positions: PositionalEncoding
  /// The function in the feed-forward network.
  public var activation: Activation
  /// Whether the output head is the table of token embeddings (Press and Wolf 2017).
  public var isTied: Bool
  /// The share dropped of embeddings, attention weights and both branches while training.
  public var dropout: Double
  /// What layer norms add to the variance.
  public var layerNormEpsilon: Double
  /// The deviation with which weights begin: √(2 / (C + 4 C)) by default, which is 0.023 at GPT-2's
  /// width of 768 (Nguyen and Salazar 2019, "Transformers without Tears", section 2.2).
  ///
  /// GPT-2's own 0.02 is made for wide models; in narrow ones it begins with attention that hardly
  /// tells tokens apart, and learns more slowly.
  public var initializerDeviation: Double

  /// A configuration; see the properties.
  public init(
    vocabularySize: Int, contextLength: Int, width: Int, layers: Int, heads: Int,
    hiddenWidth: Int? = nil, positions: PositionalEncoding = .learned,
    activation: Activation = .gelu, isTied: Bool = true, dropout: Double = 0,
    layerNormEpsilon: Double = 1e-5, initializerDeviation: Double? = nil
  ) {
    self.vocabularySize = vocabularySize
    self.contextLength = contextLength
    self.width = width
    self.layers = layers
    self.heads = heads
    self.hiddenWidth = hiddenWidth ?? 4 * width
    self.positions = positions
    self.activation = activation
    self.isTied = isTied
    self.dropout = dropout
    self.layerNormEpsilon = layerNormEpsilon
    self.initializerDeviation = initializerDeviation ?? (2 / (5 * Double(width))).squareRoot()
  }

  /// Checks that a model can be made of it.
  public func validate() throws(ConfigurationError) {
    let sizes = [
      ("vocabulary", vocabularySize), ("context", contextLength), ("width", width),
      ("number of layers", layers), ("number of heads", heads), ("hidden width", hiddenWidth),
    ]
    for (name, size) in sizes where size < 1 || size > 1 << 24 {
      throw ConfigurationError("the \(name) must be in 1...\(1 << 24); found \(size)")
    }
    if contextLength > 1 << 20 {
      throw ConfigurationError("the context must be in 1...\(1 << 20); found \(contextLength)")
    }
    if width % heads != 0 {
      throw ConfigurationError(
        "\(heads) heads do not divide the width \(width); "
          + "choose a width that is a multiple of \(heads)")
    }
    if positions == .rotary && width / heads % 2 != 0 {
      throw ConfigurationError(
        "rotary positions need heads of even size; the width \(width) and \(heads) heads give "
          + "\(width / heads)")
    }
    if !(dropout >= 0 && dropout < 1) {
      throw ConfigurationError("dropout must be in 0..<1; found \(dropout)")
    }
    if !(layerNormEpsilon > 0 && layerNormEpsilon.isFinite) {
      throw ConfigurationError("layer norm's epsilon must be above 0; found \(layerNormEpsilon)")
    }
  }

  /// How many numbers a training pass holds for backward at most, for batches of `tokens` tokens.
  public func activationCount(tokens: Int) -> Int {
    // A block: two norms, Q, K, V, the heads' result, two sums, the hidden layer before and after
    // its activation; and as much again for the gradients that are alive at the same time.
    let block = 10 * width + 2 * hiddenWidth
    return tokens * (layers * block + 4 * width + 3 * hiddenWidth + 2 * vocabularySize)
  }
}

/// A configuration of which no model can be made, and why.
public struct ConfigurationError: Error, CustomStringConvertible, Sendable {
  /// What was found and what was expected, in one line.
  public let description: String

  init(_ description: String) { self.description = description }
}
