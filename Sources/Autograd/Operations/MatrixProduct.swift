/// Matrix products: over the last two axes, and the linear layer.
extension Tensor {
  /// `y = op(a) op(b)` over the last two axes, where `op` transposes them if asked.
  ///
  /// Leading axes are batches; they broadcast as NumPy's do: aligned at the end, an extent of 1 or
  /// none repeats. Backward, without transposition: `da += dy bᵀ`, `db += aᵀ dy`, summed over
  /// repeated batches.
  ///
  /// - Parameters:
  ///   - other: `[…, K, N]`, or `[…, N, K]` if `transposingOther`, for a receiver `[…, M, K]`, or
  ///     `[…, K, M]` if `transposingSelf`.
  /// - Complexity: O(batches · M · N · K).
  public func matmul(
    _ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Tensor {
    let (a, b) = (self, other)
    require(
      a.rank >= 2 && b.rank >= 2,
      "matmul: expected two or more axes, found the shapes \(a.shape) and \(b.shape)")
    let (aRows, aColumns) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    let (bRows, bColumns) = (b.shape[b.rank - 2], b.shape[b.rank - 1])
    let (m, k) = transposingSelf ? (aColumns, aRows) : (aRows, aColumns)
    let (depth, n) = transposingOther ? (bColumns, bRows) : (bRows, bColumns)
    require(
      k == depth,
      "matmul: the inner extents of \(a.shape)\(transposingSelf ? "ᵀ" : "") and "
        + "\(b.shape)\(transposingOther ? "ᵀ" : "") differ: \(k) and \(depth)")

    let batches = BatchPairs(a.shape.dropLast(2), b.shape.dropLast(2))
    guard let batches else {
      fatalError(
        "matmul: the batch axes of \(a.shape) and \(b.shape) do not fit; expected equal extents, 1 "
          + "or none")
    }
    let mode = GraphMode.current
    let precision = mode.precision
    return Self.recorded(
      "matmul", shape: batches.shape + [m, n], from: [a, b], in: mode,
      compute: { y in
        for (i, (aBatch, bBatch)) in batches.pairs.enumerated() {
          Kernel.matmul(
            .init(a.storage, from: aBatch * m * k, transposed: transposingSelf),
            .init(b.storage, from: bBatch * k * n, transposed: transposingOther),
            (m, n, k), at: precision, beta: 0, y, from: i * m * n)
        }
      },
      backward: { dy, _ in
        if let da = a.gradientSum() {
          for (i, (aBatch, bBatch)) in batches.pairs.enumerated() {
            if transposingSelf {
              Kernel.matmul(
                .init(b.storage, from: bBatch * k * n, transposed: transposingOther),
                .init(dy, from: i * m * n, transposed: true), (k, m, n), at: precision, beta: 1,
                da, from: aBatch * m * k)
            } else {
              Kernel.matmul(
                .init(dy, from: i * m * n),
                .init(b.storage, from: bBatch * k * n, transposed: !transposingOther),
                (m, k, n), at: precision, beta: 1, da, from: aBatch * m * k)
            }
          }
        }
        if let db = b.gradientSum() {
          for (i, (aBatch, bBatch)) in batches.pairs.enumerated() {
            if transposingOther {
              Kernel.matmul(
                .init(dy, from: i * m * n, transposed: true),
                .init(a.storage, from: aBatch * m * k, transposed: transposingSelf),
                (n, k, m), at: precision, beta: 1, db, from: bBatch * k * n)
            } else {
              Kernel.matmul(
                .init(a.storage, from: aBatch * m * k, transposed: !transposingSelf),
                .init(dy, from: i * m * n), (k, n, m), at: precision, beta: 1, db,
                from: bBatch * k * n)
            }
          }
        }
      })
  }

  /// A linear layer, `y = x W + b`, or `y = r + x W + b` where it ends a branch whose result is added
  /// to r.
  ///
  /// Backward: `dx += dy Wᵀ`, `dW += xᵀ dy`, `db += Σ dy` over the rows, `dr += dy`.
  ///
  /// - Parameters:
  ///   - weight: W, `[K, N]`, or `[N, K]` if `transposingWeight`, for a receiver `[…, K]`.
  ///   - bias: b, `[N]`, or none.
  ///   - residual: r, `[…, N]`, or none.
  /// - Returns: `[…, N]`.
  /// - Complexity: O(rows · K · N).
  @specialized(where Scalar == Float)
  public func linear(
    _ weight: Tensor, bias: Tensor? = nil, adding residual: Tensor? = nil,
    transposingWeight: Bool = false
  ) -> Tensor {
    let (k, n) =
      weight.rank != 2
      ? (-1, -1)
      : transposingWeight ? (weight.shape[1], weight.shape[0]) : (weight.shape[0], weight.shape[1])
    require(
      rank >= 1 && shape.last == k && bias?.isVector(of: n) ?? true,
      "linear: an input \(shape) does not fit the weight \(weight.shape)"
        + "\(transposingWeight ? "ᵀ" : "")\(bias.map { " and the bias \($0.shape)" } ?? ""); "
        + "expected […, inputs], [inputs, outputs] and [outputs]")
    let rows = shape.dropLast().reduce(1, *)
    let outputShape = n == k ? shape : shape.replacing(rank - 1, by: n)
    require(
      residual == nil || residual?.shape == outputShape,
      "linear: a result \(outputShape) cannot be added to \(residual.map { "\($0.shape)" } ?? "")")
    let mode = GraphMode.current
    let precision = mode.precision
    return Self.recorded(
      "linear", shape: outputShape, from: [self, weight] + [bias, residual].compactMap(\.self),
      in: mode,
      compute: { y in
        if precision == .bfloat16, rows <= PackedMatrix<Scalar>.mostRows,
          let packed = weight.packed(transposed: transposingWeight)
        {
          packed.multiply(
            storage, rows: rows, bias: bias?.storage, adding: residual?.storage, y)
        } else {
          Kernel.matmul(
            .init(storage), .init(weight.storage, transposed: transposingWeight), (rows, n, k),
            at: precision, beta: 0, bias: bias, adding: residual, y)
        }
      },
      backward: { [self] dy, _ in
        if let (dx, factor) = gradientProduct() {
          Kernel.matmul(
            .init(dy), .init(weight.storage, transposed: !transposingWeight), (rows, k, n),
            at: precision, beta: factor, dx)
        }
        if let (dw, factor) = weight.gradientProduct() {
          if transposingWeight {
            Kernel.matmul(
              .init(dy, transposed: true), .init(storage), (n, k, rows), at: precision,
              beta: factor, dw)
          } else {
            Kernel.matmul(
              .init(storage, transposed: true), .init(dy), (k, n, rows), at: precision,
              beta: factor, dw)
          }
        }
        if let db = bias?.gradientSum() { Kernel.accumulate(dy, into: db) }
        residual?.addGradient(dy)
      })
  }
}

/// Which matrices of two batches are multiplied with each other.
private struct BatchPairs {
  let shape: [Int]
  let pairs: [(Int, Int)]

  /// nil where the shapes do not broadcast.
  init?(_ a: [Int], _ b: [Int]) {
    let rank = max(a.count, b.count)
    let left = Array(repeating: 1, count: rank - a.count) + a
    let right = Array(repeating: 1, count: rank - b.count) + b
    var shape: [Int] = []
    var pairs = [(0, 0)]
    for (l, r) in zip(left, right) {
      guard l == r || l == 1 || r == 1 else { return nil }
      let extent = l == 1 ? r : l
      shape.append(extent)
      pairs = pairs.flatMap { pair in
        (0..<extent).map { i in
          (pair.0 * l + (l == 1 ? 0 : i), pair.1 * r + (r == 1 ? 0 : i))
        }
      }
    }
    self.shape = shape
    self.pairs = pairs
  }
}
