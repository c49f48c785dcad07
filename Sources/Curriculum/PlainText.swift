/// Writes the signs of the lessons in ASCII, as a printer without them would: `√d_k` is `sqrt(d_k)`.
public func asciiText(_ text: String) -> String {
  let roots = text.replacing(/√(\w+)/) { "sqrt(\($0.1))" }
  return roots.reduce(into: "") { $0 += signs[$1] ?? String($1) }
}

private let signs: [Character: String] = [
  "“": "\"", "”": "\"", "’": "'", "–": "-", "−": "-", "…": "...", "•": "-", "✓": "[ok]", "✗": "[!]",
  "→": "->", "←": "<-", "∞": "inf", "·": "*", "×": "x", "÷": "/", "√": "sqrt ", "≈": "~", "≤": "<=",
  "Σ": "sum", "∂": "d", "½": "1/2", "²": "^2", "ᵀ": "^T", "ᵢ": "_i", "ⱼ": "_j", "₁": "_1",
  "₂": "_2", "η": "eta", "β": "beta", "δ": "delta", "Φ": "Phi", "ε": "epsilon", "─": "-", "═": "=",
  "′": "'", "″": "''", "⏎": "\\n",
]
