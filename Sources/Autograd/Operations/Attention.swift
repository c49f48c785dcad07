internal import CKernels

/// Which keys a query may attend to.
public struct AttentionMask: Sendable, Equatable {
  /// Whether query i sees only the keys j ≤ i + Tk - Tq: itself and what came before, the last query
  /// being aligned with the last key.
  public var isCausal: Bool

  /// How many keys of each sequence are real; those behind are padding. nil means all.
  public var keyLengths: [Int]?

  /// A mask from both parts.
  public init(isCausal: Bool, keyLengths: [Int]? = nil) {
    (self.isCausal, self.keyLengths) = (isCausal, keyLengths)
  }

  /// Every query sees every key.
  public static let none = AttentionMask(isCausal: false)

  /// Every query sees itself and what came before.
  public static let causal = AttentionMask(isCausal: true)

  /// Every query sees the real keys of its sequence.
  public static func padding(keyLengths: [Int]) -> AttentionMask {
    AttentionMask(isCausal: false, keyLengths: keyLengths)
  }
}

extension Tensor {
  /// Scaled dot-product attention for all heads (Vaswani et al. 2017, section 3.2):
  /// `y = dropout(softmax(scale Q Kᵀ + mask)) V` for each head.
  ///
  /// The T × T weights are never held: memory grows with Tq + Tk, and masked pairs are skipped.
  /// Backward, with the weights P, the dropout factors M, `dP = M (dy Vᵀ)` and `D = rowsum(P dP)`:
  /// `dV += (P M)ᵀ dy`, `dS = P (dP - D)`, `dQ += scale dS K`, `dK += scale dSᵀ Q`.
  ///
  /// - Parameters:
  ///   - query: Q, `[B, Tq, C]`; the heads lie side by side in C = H · D.
  ///   - key: K, `[B, Tk, C]`.
  ///   - value: V, `[B, Tk, C]`.
  ///   - scale: 1/√D by default.
  ///   - dropout: The share of weights to drop, and the random stream that chooses them.
  ///   - keyCount: How many rows of K and V there are so far, in front of room for more; all by
  ///     default.
  /// - Returns: `[B, Tq, C]`.
  /// - Complexity: O(B · Tq · Tk · C), half of it where the mask is causal.
  @specialized(where Scalar == Float)
  public static func attention(
    query: Tensor, key: Tensor, value: Tensor, heads: Int, mask: AttentionMask = .none,
    scale: Double? = nil, dropout: (rate: Double, stream: RandomStream)? = nil,
    keyCount: Int? = nil
  ) -> Tensor {
    let mode = GraphMode.current
    let geometry = AttentionGeometry(
      query, key, value, heads, mask, scale, dropout, keyCount, at: mode.precision)
    let logSums = Storage<Scalar>(count: geometry.batches * heads * geometry.queries)
    return recorded(
      "attention", shape: query.shape, from: [query, key, value], in: mode,
      compute: { y in
        Kernel.attention(geometry, query, key, value, y, logSums: logSums)
      },
      backward: { dy, _ in
        // The kernel makes all three at once; what nobody wants is made in passing and dropped.
        func sum(_ tensor: Tensor) -> Storage<Scalar> {
          tensor.gradientSum() ?? Storage(count: tensor.count)
        }
        Kernel.attentionBackward(
          geometry, query, key, value, logSums: logSums, dy,
          dq: sum(query), dk: sum(key), dv: sum(value))
      })
  }

  /// The weights of ``attention(query:key:value:heads:mask:scale:dropout:keyCount:)`` before dropout,
  /// `softmax(scale Q Kᵀ + mask)`, to look at: `[B, H, Tq, Tk]`, each row summing to 1, masked keys
  /// exactly 0. They are not recorded.
  public static func attentionWeights(
    query: Tensor, key: Tensor, heads: Int, mask: AttentionMask = .none, scale: Double? = nil,
    keyCount: Int? = nil
  ) -> Tensor {
    let geometry = AttentionGeometry(
      query, key, key, heads, mask, scale, nil, keyCount, at: GraphMode.current.precision)
    let weights = Storage<Scalar>(
      count: geometry.batches * heads * geometry.queries * geometry.keys)
    Kernel.attentionWeights(geometry, query, key, weights)
    return Tensor(
      shape: [geometry.batches, heads, geometry.queries, geometry.keys], storage: weights)
  }
}

/// The sizes of one attention call, checked.
struct AttentionGeometry {
  let batches, heads, queries, keys, keyRows, size: Int
  let isCausal: Bool
  let keyLengths: [Int32]?
  let scale: Double
  let keep: Double
  let randomKey: UInt64
  let precision: ComputePrecision

  init<Scalar>(
    _ query: Tensor<Scalar>, _ key: Tensor<Scalar>, _ value: Tensor<Scalar>, _ heads: Int,
    _ mask: AttentionMask, _ scale: Double?, _ dropout: (rate: Double, stream: RandomStream)?,
    _ keyCount: Int?, at precision: ComputePrecision
  ) {
    require(
      query.rank == 3 && key.rank == 3 && key.shape == value.shape
        && query.shape[0] == key.shape[0] && query.shape[2] == key.shape[2],
      "attention: queries \(query.shape), keys \(key.shape) and values \(value.shape) do not fit; "
        + "expected [B, Tq, C], [B, Tk, C] and [B, Tk, C]")
    let width = query.shape[2]
    require(
      heads > 0 && width > 0 && width % heads == 0,
      "attention: \(heads) heads do not divide the width \(width)")
    (batches, queries, keyRows) = (query.shape[0], query.shape[1], key.shape[1])
    keys = keyCount ?? keyRows
    (self.heads, size) = (heads, width / heads)
    require(
      1...max(keyRows, 1) ~= keys && (!mask.isCausal || queries <= keys),
      "attention: \(queries) queries and \(keys) keys under a "
        + "\(mask.isCausal ? "causal" : "full") mask leave a query without a key")
    let (batches, keys) = (batches, keys)
    require(
      mask.keyLengths.map { $0.count == batches && $0.allSatisfy { 1...keys ~= $0 } } ?? true,
      "attention: expected \(batches) key lengths in 1...\(keys), found \(mask.keyLengths ?? [])")
    isCausal = mask.isCausal
    keyLengths = mask.keyLengths?.map(Int32.init)
    self.scale = scale ?? 1 / Double(size).squareRoot()
    keep = 1 - (dropout?.rate ?? 0)
    require(keep > 0 && keep <= 1, "attention: expected a dropout rate in 0..<1")
    randomKey = dropout?.stream.key ?? 0
    self.precision = precision
  }

  /// Hands the sizes to `body` as the kernels want them; the pointer in them is valid inside only.
  func withShape(_ body: (UnsafePointer<attention_shape>) -> Void) {
    func call(_ lengths: UnsafePointer<Int32>?) {
      let width = heads * size
      var shape = unsafe attention_shape(
        batches: batches, heads: heads, queries: queries, keys: keys, key_rows: keyRows,
        size: size, workers: parallel_workers(),
        query_stride: width, key_stride: width, value_stride: width, output_stride: width,
        causal: isCausal ? 1 : 0, key_lengths: lengths, scale: scale, keep: keep,
        random_key: randomKey, bfloat16: precision == .bfloat16 ? 1 : 0)
      unsafe body(&shape)
    }
    guard let keyLengths else { return call(nil) }
    unsafe keyLengths.withUnsafeBufferPointer { unsafe call($0.baseAddress) }
  }
}

extension Kernels {
  static func attention(
    _ geometry: AttentionGeometry, _ q: Tensor<Scalar>, _ k: Tensor<Scalar>, _ v: Tensor<Scalar>,
    _ y: Values, logSums: Values
  ) {
    unsafe geometry.withShape {
      let workspace = unsafe Values(count: attention_workspace($0) * $0.pointee.workers)
      unsafe Scalar.kernels.table.pointee.attention(
        $0, q.storage.base, k.storage.base, v.storage.base, y.base, logSums.base, workspace.base)
    }
  }

  static func attentionBackward(
    _ geometry: AttentionGeometry, _ q: Tensor<Scalar>, _ k: Tensor<Scalar>, _ v: Tensor<Scalar>,
    logSums: Values, _ dy: Values, dq: Values, dk: Values, dv: Values
  ) {
    unsafe geometry.withShape {
      let workspace = unsafe Values(count: attention_workspace($0) * $0.pointee.workers)
      unsafe Scalar.kernels.table.pointee.attention_backward(
        $0, q.storage.base, k.storage.base, v.storage.base, logSums.base, dy.base, dq.base, dk.base,
        dv.base, workspace.base)
    }
  }

  static func attentionWeights(
    _ geometry: AttentionGeometry, _ q: Tensor<Scalar>, _ k: Tensor<Scalar>, _ weights: Values
  ) {
    unsafe geometry.withShape {
      unsafe Scalar.kernels.table.pointee.attention_weights(
        $0, q.storage.base, k.storage.base, weights.base)
    }
  }
}
