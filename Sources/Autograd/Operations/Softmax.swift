/// Softmax and its logarithm.
extension Tensor {
  /// `yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)` along `axis`, by default the last; -1 counts from the end.
  ///
  /// The largest element is subtracted first, so no exponential overflows.
  /// Backward: `dxᵢ += yᵢ (dyᵢ - Σⱼ dyⱼ yⱼ)`.
  public func softmax(axis: Int = -1) -> Tensor {
    alongLastAxis("softmax", axis) { x in
      let rows = x.rowCount
      return Self.recorded(
        "softmax", shape: x.shape, from: [x],
        compute: { y in Kernel.softmax(x.storage, mask: nil, rows: rows, y) },
        backward: { dy, y in
          if let dx = x.gradientSum() { Kernel.softmaxBackward(y, dy, rows: rows, into: dx) }
        })
    }
  }

  /// Softmax along the last axis over the elements that `mask` keeps; the others are exactly 0, and
  /// so are their gradients.
  ///
  /// - Precondition: Every row keeps at least one element.
  public func softmax(mask: Mask) -> Tensor {
    let rows = rowCount
    let width = rows == 0 ? 0 : count / rows
    let kept = mask.expanded(to: shape)
    for row in 0..<rows where !kept[row * width..<(row + 1) * width].contains(1) {
      fatalError(
        "masked softmax: row \(row) of the shape \(shape) is masked entirely; expected at least one "
          + "element to be kept")
    }
    return Self.recorded(
      "masked softmax", shape: shape, from: [self],
      compute: { y in Kernel.softmax(storage, mask: kept, rows: rows, y) },
      backward: { [self] dy, y in
        if let dx = gradientSum() { Kernel.softmaxBackward(y, dy, rows: rows, into: dx) }
      })
  }

  /// `yᵢ = xᵢ - ln Σⱼ exp(xⱼ)` along `axis`. Backward: `dxᵢ += dyᵢ - exp(yᵢ) Σⱼ dyⱼ`.
  public func logSoftmax(axis: Int = -1) -> Tensor {
    alongLastAxis("log softmax", axis) { x in
      let rows = x.rowCount
      return Self.recorded(
        "log softmax", shape: x.shape, from: [x],
        compute: { y in Kernel.logSoftmax(x.storage, rows: rows, y) },
        backward: { dy, y in
          if let dx = x.gradientSum() { Kernel.logSoftmaxBackward(y, dy, rows: rows, into: dx) }
        })
    }
  }

  /// How many rows the last axis divides the elements into.
  var rowCount: Int { count == 0 ? 0 : count / (shape.last ?? 1) }

  private func alongLastAxis(
    _ operation: StaticString, _ axis: Int, _ body: (Tensor) -> Tensor
  ) -> Tensor {
    require(rank >= 1, "\(operation): expected at least one axis, found the shape \(shape)")
    let index = extents(operation, around: axis).axis
    if index == rank - 1 { return body(self) }
    return body(transposed(index, -1)).transposed(index, -1)
  }
}

/// Which elements of a softmax count.
public struct Mask: Sendable {
  let isKept: [Bool]
  let shape: [Int]

  /// True where an element counts; the shape broadcasts as NumPy's do.
  public init(_ isKept: [Bool], shape: [Int]) {
    require(
      isKept.count == shape.reduce(1, *),
      "mask: \(isKept.count) elements do not fill the shape \(shape)")
    (self.isKept, self.shape) = (isKept, shape)
  }

  /// Row i of `[queries, keys]` keeps the columns j ≤ i + keys - queries.
  public static func causal(queries: Int, keys: Int) -> Mask {
    Mask(
      (0..<queries).flatMap { i in (0..<keys).map { $0 <= i + keys - queries } },
      shape: [queries, keys])
  }

  func expanded(to target: [Int]) -> [UInt8] {
    let own = Array(repeating: 1, count: max(0, target.count - shape.count)) + shape
    require(
      own.count == target.count && zip(own, target).allSatisfy { $0 == $1 || $0 == 1 },
      "mask: the shape \(shape) does not broadcast to \(target)")
    var places = [0]
    for (extent, wanted) in zip(own, target) {
      places = places.flatMap { place in
        (0..<wanted).map { place * extent + (extent == 1 ? 0 : $0) }
      }
    }
    return places.map { isKept[$0] ? 1 : 0 }
  }
}
