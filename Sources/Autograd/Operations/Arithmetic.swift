/// Sums, differences, products and quotients, element by element.
///
/// The shapes may differ where the smaller is a suffix of the larger: it is then read again for each
/// of the leading indices, and its gradient is summed over them.
extension Tensor {
  /// `y = a + b`. Backward: `da += dy`, `db += dy`.
  @specialized(where Scalar == Float)
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    recorded(
      "add", shape: broadcast("add", a, b), from: [a, b],
      compute: { y in Kernel.add(a.storage, b.storage, y) },
      backward: { dy, _ in
        a.addGradient(dy)
        b.addGradient(dy)
      })
  }

  /// `y = a - b`. Backward: `da += dy`, `db -= dy`.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    recorded(
      "subtract", shape: broadcast("subtract", a, b), from: [a, b],
      compute: { y in Kernel.subtract(a.storage, b.storage, y) },
      backward: { dy, _ in
        a.addGradient(dy)
        b.addGradient(dy, times: -1)
      })
  }

  /// `y = a b`. Backward: `da += dy b`, `db += dy a`.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    recorded(
      "multiply", shape: broadcast("multiply", a, b), from: [a, b],
      compute: { y in Kernel.multiply(a.storage, b.storage, y) },
      backward: { dy, _ in
        if let da = a.gradientSum() { Kernel.accumulateProduct(dy, b.storage, into: da) }
        if let db = b.gradientSum() { Kernel.accumulateProduct(dy, a.storage, into: db) }
      })
  }

  /// `y = a / b`. Backward: `da += dy / b`, `db -= dy y / b`.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    recorded(
      "divide", shape: broadcast("divide", a, b), from: [a, b],
      compute: { y in Kernel.divide(a.storage, b.storage, y) },
      backward: { dy, y in
        if let da = a.gradientSum() {
          Kernel.accumulateQuotient(dy, b.storage, times: 1, into: da)
        }
        if let db = b.gradientSum() {
          let product = Storage<Scalar>(count: dy.count)
          Kernel.multiply(dy, y, product)
          Kernel.accumulateQuotient(product, b.storage, times: -1, into: db)
        }
      })
  }

  /// `y = factor x`. Backward: `dx += factor dy`.
  @specialized(where Scalar == Float)
  public func scaled(by factor: Double) -> Tensor {
    Self.recorded(
      "scale", shape: shape, from: [self],
      compute: { y in Kernel.scale(storage, by: factor, y) },
      backward: { [self] dy, _ in
        if let dx = gradientSum() { Kernel.accumulate(dy, times: factor, into: dx) }
      })
  }

  /// `y = -x`. Backward: `dx -= dy`.
  public static prefix func - (x: Tensor) -> Tensor {
    recorded(
      "negate", shape: x.shape, from: [x],
      compute: { y in Kernel.scale(x.storage, by: -1, y) },
      backward: { dy, _ in
        if let dx = x.gradientSum() { Kernel.accumulate(dy, times: -1, into: dx) }
      })
  }

  /// `y = x factor`, the same as ``scaled(by:)``.
  public static func * (x: Tensor, factor: Double) -> Tensor { x.scaled(by: factor) }

  /// `y = factor x`, the same as ``scaled(by:)``.
  public static func * (factor: Double, x: Tensor) -> Tensor { x.scaled(by: factor) }

  /// The larger of two shapes, of which the smaller must be a suffix.
  private static func broadcast(_ operation: StaticString, _ a: Tensor, _ b: Tensor) -> [Int] {
    if a.shape == b.shape { return a.shape }
    let (larger, smaller) = a.rank >= b.rank ? (a.shape, b.shape) : (b.shape, a.shape)
    require(
      larger.suffix(smaller.count).elementsEqual(smaller) && a.count > 0 && b.count > 0,
      "\(operation): the shapes \(a.shape) and \(b.shape) do not fit; expected equal shapes, or one "
        + "that is a suffix of the other")
    return larger
  }
}
