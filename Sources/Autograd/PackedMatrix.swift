internal import CKernels

/// A copy of a matrix in bfloat16, laid out to be read in order: half the bytes of `Float` for the
/// product with a few rows, which takes as long as the matrix takes to be read.
struct PackedMatrix<Scalar: TensorScalar> {
  /// From how many rows on the matrix itself is packed for a product anew.
  static var mostRows: Int { 8 }

  private let pairs: Storage<Scalar>
  private let extents: (inputs: Int, outputs: Int)
  fileprivate let isTransposed: Bool
  fileprivate let version: Int

  fileprivate init(_ matrix: Tensor<Scalar>, transposed isTransposed: Bool) {
    let (rows, columns) = (matrix.shape[0], matrix.shape[1])
    extents = isTransposed ? (columns, rows) : (rows, columns)
    pairs = Storage(count: packed_size(extents.inputs, extents.outputs))
    self.isTransposed = isTransposed
    version = matrix.storage.memory.version
    unsafe Kernels<Scalar>.table.pointee.pack_bfloat16(
      isTransposed ? 1 : 0, extents.inputs, extents.outputs, matrix.storage.base, pairs.base)
  }

  /// y = bias + addend + x W for `[rows, inputs]`; the bits of the product that rounds both as it goes.
  func multiply(
    _ x: Storage<Scalar>, rows: Int, bias: Storage<Scalar>?, adding addend: Storage<Scalar>?,
    _ y: Storage<Scalar>
  ) {
    let rounded = Storage<Scalar>(count: rows * (extents.inputs + 1))
    unsafe Kernels<Scalar>.table.pointee.packed_product(
      rows, extents.outputs, extents.inputs, x.base, pairs.base, bias?.base, addend?.base, y.base,
      parallel_workers(), rounded.base)
  }
}

extension Tensor {
  /// Keeps a copy of this matrix in bfloat16, half its size, from which ``linear(_:bias:adding:transposingWeight:)``
  /// with it as the weight is computed for a few rows under ``ComputePrecision/bfloat16``: generation
  /// then reads half the bytes. The results are the same.
  ///
  /// A copy that a change of the matrix has made old is not used any more. `Double` keeps none.
  ///
  /// - Parameter isTransposed: Whether the weight will be transposed.
  public func keepPacked(transposed isTransposed: Bool = false) {
    require(rank == 2, "packing: expected a matrix, found the shape \(shape)")
    guard Scalar.self == Float.self, count > 0, isAllocated else { return }
    packedCopy = PackedMatrix(self, transposed: isTransposed)
  }

  /// The copy, if it is there, fits and holds what the matrix does.
  func packed(transposed isTransposed: Bool) -> PackedMatrix<Scalar>? {
    guard let packedCopy, packedCopy.isTransposed == isTransposed,
      packedCopy.version == storage.memory.version
    else { return nil }
    return packedCopy
  }
}
