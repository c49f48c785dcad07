extension Term {
  static let attentionTerms: [Term] = [
    Term(
      "attention", ["scaled dot-product attention"],
      "Each word becomes a mixture of the values of the words that it attends to.",
      formula: "softmax(Q Kᵀ / √d_k) V", shape: "[B, T, C] → [B, T, C]",
      lesson: "scaled-dot-product",
      "Sources/Autograd/Operations/Attention.swift", "public static func attention("),
    Term(
      "self-attention", [],
      "Attention among the words of one sequence: queries, keys and values come from the same vectors.",
      formula: "softmax(E Eᵀ) E without parameters", shape: "[n, d] → [n, d]",
      lesson: "contextual-embeddings",
      "Sources/Transformer/MultiHeadAttention.swift", "keysAndValues: Tensor<Scalar>? = nil"),
    Term(
      "cross-attention", [],
      "Attention of one sequence to another: keys and values come from the second.",
      formula: "softmax(Q Kᵀ / √d_k) V", shape: "weights [Tq, Tk]",
      lesson: "translation",
      "Sources/Transformer/MultiHeadAttention.swift", "keysAndValues"),
    Term(
      "query", ["Q"], "What a word looks for.", formula: "Q = E W_Q", shape: "[n, d_k]",
      lesson: "query-key-value",
      "Sources/Transformer/MultiHeadAttention.swift", "public let query"),
    Term(
      "key", ["K"], "What a word offers to be found by.", formula: "K = E W_K", shape: "[n, d_k]",
      lesson: "query-key-value", "Sources/Transformer/MultiHeadAttention.swift", "public let key"),
    Term(
      "value", ["V"], "What a word hands over when it is found.", formula: "V = E W_V",
      shape: "[n, d_v]",
      lesson: "query-key-value", "Sources/Transformer/MultiHeadAttention.swift", "public let value"),
    Term(
      "W_Q", ["W_K", "W_V", "projection"],
      "The learned matrices that make queries, keys and values of the same vectors.",
      formula: "Q = E W_Q, K = E W_K, V = E W_V", shape: "[C, C] for all heads, [C, d_k] for one",
      lesson: "query-key-value", "Sources/Transformer/MultiHeadAttention.swift", "W_Q, `[C, C]`"),
    Term(
      "W_O", ["output projection"], "Mixes what the heads have found, and brings the width back.",
      formula: "[head₁ … head_h] W_O", shape: "[C, C]", lesson: "heads",
      "Sources/Transformer/MultiHeadAttention.swift", "public let output"),
    Term(
      "dot product", ["similarity"],
      "Multiply place by place and add: how alike two vectors are, times their lengths.",
      formula: "a · b = Σ aᵢ bᵢ = |a| |b| cos", shape: "[d] · [d] → a number",
      lesson: "dot-product",
      "Sources/Autograd/Operations/MatrixProduct.swift", "public func matmul("),
    Term(
      "cosine", ["cosine similarity"],
      "The dot product of two vectors divided by both lengths: from -1 to 1.",
      formula: "a · b / (|a| |b|)", lesson: "dot-product", "Sources/Curriculum/Arithmetic.swift",
      "func cosine("),
    Term(
      "score", ["scores"], "How well a query matches a key, before softmax.",
      formula: "q · k / √d_k",
      shape: "[n, n]", lesson: "scaled-dot-product", "Sources/Visualization/Walkthrough.swift",
      "let scores"),
    Term(
      "d_k", ["head size", "scale"],
      "The width of a query and a key. Dividing by its root keeps the scores at a deviation of about 1.",
      formula: "√d_k", lesson: "scaled-dot-product", "Sources/Autograd/Operations/Attention.swift",
      "1/√D by default"),
    Term(
      "softmax", [], "Turns scores into positive weights that sum to 1 and keep their order.",
      formula: "exp(sᵢ) / Σⱼ exp(sⱼ)", shape: "row by row", lesson: "softmax",
      "Sources/Autograd/Operations/Softmax.swift", "public func softmax("),
    Term(
      "weight", ["weights", "attention weights"],
      "The share of a word in the mixture of another; the weights of a row sum to 1.",
      formula: "softmax(Q Kᵀ / √d_k)", shape: "[n, n]; [B, H, T, T]", lesson: "scaled-dot-product",
      "Sources/Autograd/Operations/Attention.swift", "public static func attentionWeights("),
    Term(
      "causal mask", ["mask", "causal"],
      "Hides the words to come: −∞ in place of their scores, before softmax.",
      formula: "query i sees the keys j ≤ i", shape: "[n, n]", lesson: "causal-mask",
      "Sources/Autograd/Operations/Attention.swift", "public static let causal"),
    Term(
      "bidirectional", [], "Without a causal mask: every word sees every other.",
      lesson: "bidirectional",
      "Sources/Autograd/Operations/Attention.swift", "public static let none"),
    Term(
      "head", ["heads", "multi-head attention"],
      "One attention with its own part of W_Q, W_K and W_V; several work side by side.",
      formula: "headᵢ = Attention(X W_Qᵢ, X W_Kᵢ, X W_Vᵢ)", shape: "H heads of d_k = C / H",
      lesson: "heads",
      "Sources/Transformer/MultiHeadAttention.swift", "public struct MultiHeadAttention"),
    Term(
      "context vector", ["contextual embedding"],
      "The vector of a word behind attention, which depends on its sentence.",
      formula: "yᵢ = Σⱼ wᵢⱼ vⱼ", shape: "[n, d]", lesson: "polysemy",
      "Sources/Autograd/Operations/Attention.swift", "y = dropout(softmax(scale Q Kᵀ + mask)) V"),
    Term(
      "temperature", ["β"],
      "Divides the scores before softmax: below 1 it sharpens, above 1 it flattens.",
      formula: "softmax(s / temperature)", lesson: "softmax", "Sources/Sampling/Sampler.swift",
      "temperature"),
    Term(
      "equivariance", ["order"],
      "Permuting the words permutes the results and changes nothing else.",
      lesson: "order", "Sources/Transformer/Positions.swift", "public enum PositionalEncoding"),
    Term(
      "knock-out", ["ablation"], "Taking a part away to see what it was good for.",
      lesson: "reading-attention",
      "Sources/Visualization/Walkthrough.swift", "public func attribution("),
  ]
}
