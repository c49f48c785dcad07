extension Term {
  static let modelTerms: [Term] = [
    Term(
      "token", ["tokens", "word"],
      "A piece of text with a number: a word, a character or a part of a word.",
      lesson: "pipeline", "Sources/Tokenization/Tokenizer.swift", "public protocol Tokenizer"),
    Term(
      "id", ["ids", "token id"], "The number of a token in the vocabulary.", shape: "[T]",
      lesson: "pipeline",
      "Sources/Tokenization/Vocabulary.swift", "struct Vocabulary"),
    Term(
      "vocabulary", [], "All tokens that a model knows, V of them.", shape: "V", lesson: "pipeline",
      "Sources/Tokenization/Vocabulary.swift", "struct Vocabulary"),
    Term(
      "one-hot", [], "A vector of zeros with a 1 in the word's own place.", shape: "[V]",
      lesson: "representations",
      "Sources/Autograd/Operations/CrossEntropy.swift", "onehot"),
    Term(
      "embedding", ["static embedding"],
      "The learned vector of a token, the same in all sentences.",
      formula: "E = table[id]", shape: "table [V, C]", lesson: "representations",
      "Sources/Transformer/Layers.swift", "public struct Embedding"),
    Term(
      "position", ["positions", "positional encoding"],
      "What tells a model where in the sequence a token stands.",
      formula: "sin(pos / 10000^(2i/d)), cos of the same", shape: "[T, C]", lesson: "positions",
      "Sources/Transformer/Positions.swift", "public func sinusoidalPositions"),
    Term(
      "rotary positions", ["rotary"], "Queries and keys turned by an angle for each position.",
      lesson: "positions",
      "Sources/Autograd/Operations/Rotary.swift", "public struct RotaryAngles"),
    Term(
      "block", ["layer"], "Attention and a feed-forward network, each normalised and added.",
      formula: "y = x + attention(norm(x)); z = y + feedForward(norm(y))",
      shape: "[B, T, C] → the same",
      lesson: "block", "Sources/Transformer/GPT.swift", "public final class TransformerBlock"),
    Term(
      "residual connection", ["residual"], "A sub-layer adds to its input instead of replacing it.",
      formula: "x + f(x)", lesson: "block", "Sources/Transformer/GPT.swift", "dropout1.residual"),
    Term(
      "layer norm", ["layer normalisation", "norm"],
      "Gives each token's vector the mean 0 and the variance 1, then a learned gain and shift.",
      formula: "(x − mean) / √(variance + ε) · gain + shift", shape: "[…, C] → the same",
      lesson: "block",
      "Sources/Transformer/Layers.swift", "public struct LayerNorm"),
    Term(
      "feed-forward network", ["feedForward", "MLP"],
      "Two linear layers with a function between them, for each token alone.",
      formula: "GELU(x W₁ + b₁) W₂ + b₂", shape: "[…, C] → [4 C] → [C]", lesson: "block",
      "Sources/Transformer/GPT.swift", "public struct FeedForward"),
    Term(
      "GELU", ["activation"],
      "A smooth function that lets positive numbers through and damps negative ones.",
      formula: "x Φ(x)", lesson: "block", "Sources/Autograd/Operations/Functions.swift",
      "public func gelu("),
    Term(
      "logits", ["logit"], "A score for each token of the vocabulary to come next.",
      formula: "norm(x) headᵀ",
      shape: "[T, V]", lesson: "pipeline", "Sources/Transformer/GPT.swift",
      "The logits of the token that follows"),
    Term(
      "probability", ["probabilities"], "Softmax of the logits.", formula: "softmax(logits)",
      shape: "[V]",
      lesson: "pipeline", "Sources/Sampling/Sampler.swift", "candidates"),
    Term(
      "GPT", ["decoder"], "A stack of causal blocks that predicts the next token.",
      lesson: "pipeline",
      "Sources/Transformer/GPT.swift", "public struct GPT"),
    Term(
      "encoder", ["BERT"],
      "Blocks without a causal mask, which read a whole sentence in both directions.",
      lesson: "masked-words", "Sources/Curriculum/Encoder.swift", "struct Encoder"),
    Term(
      "encoder–decoder", ["translation"],
      "An encoder reads, a decoder writes and attends to what was read.",
      lesson: "translation", "Sources/Curriculum/EncoderDecoder.swift", "struct EncoderDecoder"),
    Term(
      "width", ["C", "d_model"], "How many numbers the vector of a token has.", lesson: "shapes",
      "Sources/Transformer/GPTConfiguration.swift", "public var width"),
    Term(
      "context", ["context length"], "How many tokens a model sees at most.", shape: "T",
      lesson: "matrices",
      "Sources/Transformer/GPTConfiguration.swift", "public var contextLength"),
    Term(
      "key–value cache", ["cache", "KV cache"],
      "The keys and values of earlier tokens, kept so that a new token costs one row.",
      shape: "[layers, T, C] twice", lesson: "recurrence",
      "Sources/Transformer/KeyValueCache.swift", "KeyValueCache"),
    Term(
      "recurrent network", ["RNN"], "Reads token after token and keeps a state of fixed size.",
      formula: "h_t = tanh(x_t W + h_{t-1} U)", lesson: "recurrence",
      "Sources/Curriculum/Lessons/Recurrence.swift", "A recurrent network (RNN)"),
  ]
}
