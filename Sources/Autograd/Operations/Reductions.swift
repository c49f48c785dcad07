/// Sums and means.
extension Tensor {
  /// `y = Σ xᵢ`, a single number. Backward: `dx += dy` for every element.
  public func sum() -> Tensor { reduced("sum", [], (1, count, 1), 1) }

  /// `y = Σ xᵢ / n`, a single number. Backward: `dx += dy / n`.
  public func mean() -> Tensor {
    require(count > 0, "mean: no elements in the shape \(shape)")
    return reduced("mean", [], (1, count, 1), 1 / Double(count))
  }

  /// The sum along `axis`, which disappears; -1 is the last. Backward: `dx += dy` along it.
  public func sum(axis: Int) -> Tensor {
    let (axis, extents) = self.extents("sum", around: axis)
    return reduced("sum", shape.removing(axis), extents, 1)
  }

  /// The mean along `axis`, which disappears; -1 is the last. Backward: `dx += dy / n` along it.
  public func mean(axis: Int) -> Tensor {
    let (axis, extents) = self.extents("mean", around: axis)
    require(extents.n > 0, "mean: axis \(axis) of the shape \(shape) is empty")
    return reduced("mean", shape.removing(axis), extents, 1 / Double(extents.n))
  }

  private func reduced(
    _ operation: StaticString, _ shape: [Int], _ extents: (outer: Int, n: Int, inner: Int),
    _ factor: Double
  ) -> Tensor {
    Self.recorded(
      operation, shape: shape, from: [self],
      compute: { y in Kernel.sumAxis(storage, extents, times: factor, y) },
      backward: { [self] dy, _ in
        if let dx = gradientSum() { Kernel.sumAxisBackward(dy, extents, times: factor, into: dx) }
      })
  }

  /// The axis counted from the front, and how many elements stand before, on and after it.
  func extents(
    _ operation: StaticString, around axis: Int
  ) -> (axis: Int, extents: (outer: Int, n: Int, inner: Int)) {
    let index = axis < 0 ? axis + rank : axis
    require(
      shape.indices.contains(index), "\(operation): no axis \(axis) in the shape \(shape)")
    return (
      index,
      (shape[..<index].reduce(1, *), shape[index], shape[(index + 1)...].reduce(1, *))
    )
  }
}

extension [Int] {
  func removing(_ index: Int) -> [Int] { Array(self[..<index] + self[(index + 1)...]) }

  func replacing(_ index: Int, by value: Int) -> [Int] {
    var copy = self
    copy[index] = value
    return copy
  }
}
