import Autograd

extension CheckRow {
  /// Attention under every mask, and rotary positions.
  static var attention: [CheckRow] {
    [
      // A single pair, more keys than queries, fewer, and as many tokens as features.
      attention(
        "attention", [(1, 1, 1, 1, 1), (3, 3, 17, 6, 2), (1, 17, 3, 3, 3), (1, 3, 3, 3, 1)]),
      attention("attention, head of 33", [(1, 3, 3, 33, 1)]),
      // Aligned at the end: a query sees itself and the keys before it.
      attention(
        "attention, causal",
        [(1, 1, 1, 1, 1), (1, 17, 17, 6, 2), (3, 3, 17, 3, 1), (1, 3, 3, 3, 1)],
        .causal),
      attention(
        "attention, padding", [(3, 3, 17, 6, 2), (3, 3, 3, 3, 1)], .padding(keyLengths: [1, 3, 2])),
      attention(
        "attention, both masks", [(3, 3, 3, 3, 3), (3, 3, 5, 6, 2)],
        AttentionMask(isCausal: true, keyLengths: [3, 1, 2])),
      attention("attention, scale given", [(1, 3, 3, 3, 1)], scale: 0.75),
      attention(
        "attention, dropout", [(3, 3, 17, 6, 2), (1, 3, 3, 3, 1)], dropout: 0.25),
      attention("attention, room for more keys", [(1, 3, 17, 6, 2), (3, 3, 3, 3, 1)], keyCount: 3),
      CheckRow("rotary") {
        [([1, 1, 2], 2, 0), ([1, 3, 4], 4, 17), ([3, 17, 6], 2, 0), ([1, 4, 4], 2, 1)].map {
          (shape: [Int], size: Int, start: Int) in
          let angles = RotaryAngles<Scalar>(length: 33, size: size)
          return Check("rotary", [shape]) { $0[0].rotated(by: angles, from: start) }
        }
      },
    ]
  }

  /// - Parameter sizes: B, Tq, Tk, C and H.
  private static func attention(
    _ name: String, _ sizes: [(Int, Int, Int, Int, Int)], _ mask: AttentionMask = .none,
    scale: Double? = nil, dropout: Double? = nil, keyCount: Int? = nil
  ) -> CheckRow {
    CheckRow(name) {
      sizes.map { batches, queries, keys, width, heads in
        let (q, kv) = ([batches, queries, width], [batches, keys, width])
        return Check(name, [q, kv, kv]) {
          .attention(
            query: $0[0], key: $0[1], value: $0[2], heads: heads, mask: mask, scale: scale,
            dropout: dropout.map { ($0, RandomStream(seed: 1, "attention dropout")) },
            keyCount: keyCount)
        }
      }
    }
  }
}
