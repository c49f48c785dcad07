/// Operations that move elements and change none.
extension Tensor {
  /// The same elements in another shape; they are shared, not copied. Backward: `dx += dy`.
  ///
  /// One extent may be -1: it is then what remains.
  @specialized(where Scalar == Float)
  public func reshaped(_ newShape: [Int]) -> Tensor {
    let known = newShape.reduce(1) { $1 == -1 ? $0 : $0 * $1 }
    let shape = newShape.map { $0 == -1 && known > 0 ? count / known : $0 }
    require(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == count,
      "reshape: the \(count) elements of the shape \(self.shape) do not fill \(newShape)")
    return Self.recorded(
      "reshape", shape: shape, from: [self], into: storage,
      compute: { _ in },
      backward: { [self] dy, _ in addGradient(dy) })
  }

  /// Two axes swapped, by default the last two; negative ones count from the end.
  /// Backward: `dx += dy` with the axes swapped back.
  public func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
    let one = extents("transpose", around: first).axis
    let other = extents("transpose", around: second).axis
    let (i, j) = (min(one, other), max(one, other))
    if i == j { return self }
    func product(_ range: Range<Int>) -> Int { shape[range].reduce(1, *) }
    let (a, b, c) = (product(0..<i), product(i + 1..<j), product(j + 1..<rank))
    let (m, n) = (shape[i], shape[j])
    let swapped = shape.replacing(i, by: n).replacing(j, by: m)
    return Self.recorded(
      "transpose", shape: swapped, from: [self],
      compute: { y in Kernel.swapAxes(storage, (a, m, b, n, c), adds: false, into: y) },
      backward: { [self] dy, _ in
        if let dx = gradientSum() { Kernel.swapAxes(dy, (a, n, b, m, c), adds: true, into: dx) }
      })
  }

  /// Tensors one behind the other along `axis`; their other axes agree.
  /// Backward: each gets its part of `dy`.
  public static func concatenated(_ parts: [Tensor], axis: Int) -> Tensor {
    require(!parts.isEmpty, "concatenate: expected at least one tensor, found none")
    let first = parts[0]
    let (index, (outer, _, inner)) = first.extents("concatenate", around: axis)
    for part in parts {
      require(
        part.rank == first.rank
          && part.shape.replacing(index, by: 0) == first.shape.replacing(index, by: 0),
        "concatenate: the shapes \(first.shape) and \(part.shape) differ beside axis \(index)")
    }
    let widths = parts.map { $0.shape[index] * inner }
    let starts = widths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let total = starts[parts.count]
    let shape = first.shape.replacing(index, by: total / max(inner, 1))
    return recorded(
      "concatenate", shape: shape, from: parts,
      compute: { y in
        for (i, part) in parts.enumerated() {
          Kernel.copy(
            .init(part.storage, stride: widths[i]), to: .init(y, from: starts[i], stride: total),
            count: outer, width: widths[i])
        }
      },
      backward: { dy, _ in
        for (i, part) in parts.enumerated() {
          guard let dx = part.gradientSum() else { continue }
          Kernel.copy(
            .init(dy, from: starts[i], stride: total), to: .init(dx, stride: widths[i]),
            count: outer, width: widths[i], adds: true)
        }
      })
  }

  /// The parts of the given sizes along `axis`, in order; the sizes add up to its extent.
  /// Backward: each part's `dy` goes to its place.
  @specialized(where Scalar == Float)
  public func split(_ sizes: [Int], axis: Int) -> [Tensor] {
    let (index, (outer, n, inner)) = extents("split", around: axis)
    require(
      sizes.allSatisfy { $0 >= 0 } && sizes.reduce(0, +) == n,
      "split: the sizes \(sizes) do not add up to the \(n) of axis \(index) in \(shape)")
    var start = 0
    return sizes.map { size in
      defer { start += size * inner }
      let (offset, width, total) = (start, size * inner, n * inner)
      return Self.recorded(
        "split", shape: shape.replacing(index, by: size), from: [self],
        compute: { y in
          Kernel.copy(
            .init(storage, from: offset, stride: total), to: .init(y, stride: width), count: outer,
            width: width)
        },
        backward: { [self] dy, _ in
          guard let dx = gradientSum() else { return }
          Kernel.copy(
            .init(dy, stride: width), to: .init(dx, from: offset, stride: total), count: outer,
            width: width, adds: true)
        })
    }
  }

  /// The rows of a table at `ids`, an embedding lookup: `y[i] = x[ids[i]]`.
  /// Backward: `dx[ids[i]] += dy[i]`, so repeated ids add up.
  ///
  /// - Parameters:
  ///   - ids: Row numbers, each in 0..<V for a table `[V, C]`.
  ///   - shape: How the rows are arranged, `[ids.count]` by default; the result has one more axis, C.
  @specialized(where Scalar == Float)
  public func rows(at ids: [Int32], shape idShape: [Int]? = nil) -> Tensor {
    require(rank == 2, "rows: expected a table [V, C], found the shape \(shape)")
    let idShape = idShape ?? [ids.count]
    require(
      idShape.reduce(1, *) == ids.count,
      "rows: \(ids.count) ids do not fill the shape \(idShape)")
    if let stranger = ids.first(where: { $0 < 0 || $0 >= shape[0] }) {
      fatalError("rows: id \(stranger) is not in 0..<\(shape[0]), the rows of \(shape)")
    }
    let width = shape[1]
    return Self.recorded(
      "rows", shape: idShape + [width], from: [self],
      compute: { y in Kernel.gather(storage, ids, width: width, y) },
      backward: { [self] dy, _ in
        if let dx = gradientSum() { Kernel.gatherBackward(ids, dy, width: width, into: dx) }
      })
  }
}
