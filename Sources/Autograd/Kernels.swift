internal import CKernels

/// The only caller of the C kernels: each function here says what it needs in terms of storages, and
/// hands over pointers and sizes. The kernels themselves are described in `CKernels.h`.
package enum Kernels<Scalar: TensorScalar> {
  package typealias Values = Storage<Scalar>
  static var table: UnsafePointer<kernel_table> { unsafe Scalar.kernels.table }

  // MARK: Arithmetic

  static func add(_ a: Values, _ b: Values, _ y: Values) {
    unsafe table.pointee.add(a.base, a.count, b.base, b.count, y.base, y.count)
  }

  static func subtract(_ a: Values, _ b: Values, _ y: Values) {
    unsafe table.pointee.subtract(a.base, a.count, b.base, b.count, y.base, y.count)
  }

  static func multiply(_ a: Values, _ b: Values, _ y: Values) {
    unsafe table.pointee.multiply(a.base, a.count, b.base, b.count, y.base, y.count)
  }

  static func divide(_ a: Values, _ b: Values, _ y: Values) {
    unsafe table.pointee.divide(a.base, a.count, b.base, b.count, y.base, y.count)
  }

  /// Sets every element, in place.
  package static func fill(_ value: Double, _ y: Values) {
    unsafe table.pointee.fill(value, y.base, y.count)
  }

  package static func normal(_ stream: RandomStream, deviation: Double, _ y: Values) {
    y.memory.version += 1
    unsafe table.pointee.normal(stream.key, deviation, y.base, y.count)
  }

  package static func scale(_ x: Values, by factor: Double, _ y: Values) {
    unsafe table.pointee.scale(x.base, factor, y.base, y.count)
  }

  package static func accumulate(_ x: Values, times factor: Double = 1, into y: Values) {
    unsafe table.pointee.accumulate(x.base, factor, y.base, y.count, x.count)
  }

  static func accumulateProduct(_ a: Values, _ b: Values, into y: Values) {
    unsafe table.pointee.accumulate_product(a.base, b.base, b.count, y.base, y.count, a.count)
  }

  static func accumulateQuotient(_ a: Values, _ b: Values, times factor: Double, into y: Values) {
    unsafe table.pointee.accumulate_quotient(
      a.base, b.base, b.count, factor, y.base, y.count, a.count)
  }

  // MARK: Functions of one element

  static func exp(_ x: Values, _ y: Values) { unsafe table.pointee.exp(x.base, y.base, y.count) }

  static func log(_ x: Values, _ y: Values) { unsafe table.pointee.log(x.base, y.base, y.count) }

  static func tanh(_ x: Values, _ y: Values) { unsafe table.pointee.tanh(x.base, y.base, y.count) }

  static func tanhBackward(_ y: Values, _ dy: Values, beta: Double, into dx: Values) {
    unsafe table.pointee.tanh_backward(y.base, dy.base, beta, dx.base, dx.count)
  }

  static func sigmoid(_ x: Values, _ y: Values) {
    unsafe table.pointee.sigmoid(x.base, y.base, y.count)
  }

  static func sigmoidBackward(_ y: Values, _ dy: Values, beta: Double, into dx: Values) {
    unsafe table.pointee.sigmoid_backward(y.base, dy.base, beta, dx.base, dx.count)
  }

  static func relu(_ x: Values, _ y: Values) { unsafe table.pointee.relu(x.base, y.base, y.count) }

  static func reluBackward(_ x: Values, _ dy: Values, beta: Double, into dx: Values) {
    unsafe table.pointee.relu_backward(x.base, dy.base, beta, dx.base, dx.count)
  }

  static func gelu(_ x: Values, _ y: Values) { unsafe table.pointee.gelu(x.base, y.base, y.count) }

  static func geluBackward(_ x: Values, _ dy: Values, beta: Double, into dx: Values) {
    unsafe table.pointee.gelu_backward(x.base, dy.base, beta, dx.base, dx.count)
  }

  static func geluExact(_ x: Values, _ y: Values) {
    unsafe table.pointee.gelu_erf(x.base, y.base, y.count)
  }

  static func geluExactBackward(_ x: Values, _ dy: Values, into dx: Values) {
    unsafe table.pointee.gelu_erf_backward(x.base, dy.base, dx.base, dx.count)
  }

  static func power(_ x: Values, _ exponent: Double, _ y: Values) {
    unsafe table.pointee.power(x.base, exponent, y.base, y.count)
  }

  static func powerBackward(_ x: Values, _ exponent: Double, _ dy: Values, into dx: Values) {
    unsafe table.pointee.power_backward(x.base, exponent, dy.base, dx.base, dx.count)
  }

  static func dropout(_ x: Values, keep: Double, key: UInt64, _ y: Values) {
    unsafe table.pointee.dropout(x.base, keep, key, y.base, y.count)
  }

  static func dropoutBackward(_ dy: Values, keep: Double, key: UInt64, into dx: Values) {
    unsafe table.pointee.dropout_backward(dy.base, keep, key, dx.base, dx.count)
  }

  // MARK: Movement and sums

  /// [a, I, b, J, c] to [a, J, b, I, c].
  static func swapAxes(
    _ x: Values, _ extents: (a: Int, i: Int, b: Int, j: Int, c: Int), adds: Bool, into y: Values
  ) {
    let (a, i, b, j, c) = extents
    unsafe table.pointee.swap_axes(x.base, a, i, b, j, c, adds ? 1 : 0, y.base)
  }

  /// Rows of a storage: the first begins at `start`, and they are `stride` apart; a stride of 0
  /// repeats one row.
  package struct Rows {
    let values: Values
    let start: Int
    let stride: Int

    package init(_ values: Values, from start: Int = 0, stride: Int) {
      (self.values, self.start, self.stride) = (values, start, stride)
    }
  }

  /// Copies or adds `count` rows of `width` elements.
  package static func copy(_ x: Rows, to y: Rows, count: Int, width: Int, adds: Bool = false) {
    unsafe table.pointee.copy_rows(
      x.values.base + x.start, x.stride, y.values.base + y.start, y.stride, count, width,
      adds ? 1 : 0)
  }

  static func gather(_ table: Values, _ ids: [Int32], width: Int, _ y: Values) {
    unsafe self.table.pointee.gather(table.base, ids, ids.count, width, y.base)
  }

  static func gatherBackward(_ ids: [Int32], _ dy: Values, width: Int, into dtable: Values) {
    unsafe table.pointee.gather_backward(ids, dy.base, ids.count, width, dtable.base)
  }

  /// [outer, n, inner] to [outer, inner].
  static func sumAxis(
    _ x: Values, _ extents: (outer: Int, n: Int, inner: Int), times factor: Double, _ y: Values
  ) {
    let (outer, n, inner) = extents
    unsafe table.pointee.sum_axis(x.base, outer, n, inner, factor, y.base)
  }

  static func sumAxisBackward(
    _ dy: Values, _ extents: (outer: Int, n: Int, inner: Int), times factor: Double, into dx: Values
  ) {
    let (outer, n, inner) = extents
    unsafe table.pointee.sum_axis_backward(dy.base, outer, n, inner, factor, dx.base)
  }

  static func rotate(
    _ x: Values, cosines: Values, sines: Values, _ extents: (b: Int, t: Int, h: Int, d: Int),
    back: Bool, adds: Bool, into y: Values
  ) {
    let (b, t, h, d) = extents
    unsafe table.pointee.rotate(
      x.base, cosines.base, sines.base, b, t, h, d, back ? 1 : 0, adds ? 1 : 0, y.base)
  }

  // MARK: Layers

  /// One side of a matrix product: a matrix that begins at an element of a storage, or its transpose. It
  /// does not keep the storage, which its tensor keeps while an operation works on it.
  @safe struct Factor {
    let base: UnsafeMutablePointer<Scalar>
    let isTransposed: Bool

    init(_ values: Values, from start: Int = 0, transposed isTransposed: Bool = false) {
      unsafe (base, self.isTransposed) = (values.base + start, isTransposed)
    }
  }

  /// c = a b + beta c + bias + addend, for `[m, k]` and `[k, n]` as they are after transposition; beta
  /// is 0 or, without an addend, 1.
  static func matmul(
    _ a: Factor, _ b: Factor, _ extents: (m: Int, n: Int, k: Int), at precision: ComputePrecision,
    beta: Double, bias: Tensor<Scalar>? = nil, adding addend: Tensor<Scalar>? = nil,
    _ c: Values, from cStart: Int = 0
  ) {
    let (m, n, k) = extents
    if m == 0 || n == 0 { return }
    if k == 0 {
      if let addend {
        copy(.init(addend.storage, stride: n), to: .init(c, stride: n), count: m, width: n)
      } else if beta == 0 {
        unsafe table.pointee.fill(0, c.base + cStart, m * n)
      }
      if let bias {
        copy(
          .init(bias.storage, stride: 0), to: .init(c, from: cStart, stride: n), count: m, width: n,
          adds: true)
      }
      return
    }
    let isRounded: Int32 = precision == .bfloat16 ? 1 : 0
    let workers = parallel_workers()
    // A transposed column lies as a row does.
    let transposesA: Int32 = a.isTransposed && m > 1 ? 1 : 0
    let room = matmul_workspace(transposesA, m, n, k, isRounded, workers)
    let workspace = room == 0 ? nil : Values(count: room)
    let added = unsafe beta == 0 ? addend?.storage.base : c.base + cStart
    unsafe table.pointee.matmul(
      transposesA, b.isTransposed ? 1 : 0, m, n, k, a.base,
      transposesA == 1 ? m : k, b.base, b.isTransposed ? k : n, bias?.storage.base,
      added, n, c.base + cStart, n, isRounded, workers, workspace?.base ?? c.base)
  }

  static func softmax(_ x: Values, mask: [UInt8]?, rows: Int, _ y: Values) {
    if let mask {
      unsafe table.pointee.softmax(x.base, mask, rows, x.count / max(rows, 1), y.base)
    } else {
      unsafe table.pointee.softmax(x.base, nil, rows, x.count / max(rows, 1), y.base)
    }
  }

  static func softmaxBackward(_ y: Values, _ dy: Values, rows: Int, into dx: Values) {
    unsafe table.pointee.softmax_backward(y.base, dy.base, rows, y.count / max(rows, 1), dx.base)
  }

  static func logSoftmax(_ x: Values, rows: Int, _ y: Values) {
    unsafe table.pointee.log_softmax(x.base, rows, x.count / max(rows, 1), y.base)
  }

  static func logSoftmaxBackward(_ y: Values, _ dy: Values, rows: Int, into dx: Values) {
    unsafe table.pointee.log_softmax_backward(
      y.base, dy.base, rows, y.count / max(rows, 1), dx.base)
  }

  /// `statistics` are the means of the rows, then 1 / their standard deviations.
  static func layerNorm(
    _ x: Values, weight: Tensor<Scalar>?, bias: Tensor<Scalar>?, epsilon: Double, _ y: Values,
    statistics: Values
  ) {
    let rows = statistics.count / 2
    unsafe table.pointee.layer_norm(
      x.base, weight?.storage.base, bias?.storage.base, epsilon, rows, x.count / max(rows, 1),
      y.base, statistics.base, statistics.base + rows)
  }

  static func layerNormBackward(
    _ x: Values, weight: Tensor<Scalar>?, statistics: Values, _ dy: Values, dx: Values?,
    dweight: Values?, dbias: Values?
  ) {
    let rows = statistics.count / 2
    unsafe table.pointee.layer_norm_backward(
      x.base, weight?.storage.base, statistics.base, statistics.base + rows, dy.base, rows,
      x.count / max(rows, 1), dx?.base, dweight?.base, dbias?.base)
  }

  static func crossEntropy(
    _ logits: Values, _ targets: [Int32], ignoring ignored: Int32, losses: Values, largest: Values,
    logSums: Values
  ) {
    unsafe table.pointee.cross_entropy(
      logits.base, targets, ignored, targets.count, logits.count / max(targets.count, 1),
      losses.base, largest.base, logSums.base)
  }

  static func crossEntropyBackward(
    _ logits: Values, _ targets: [Int32], ignoring ignored: Int32, largest: Values, logSums: Values,
    dlosses: Values,
    into dlogits: Values
  ) {
    unsafe table.pointee.cross_entropy_backward(
      logits.base, targets, ignored, largest.base, logSums.base, dlosses.base, targets.count,
      logits.count / max(targets.count, 1), dlogits.base)
  }

  /// Puts `factor` times their gradient in place of the logits.
  static func crossEntropyGradient(
    _ logits: Values, _ targets: [Int32], ignoring ignored: Int32, factor: Double, losses: Values
  ) {
    unsafe table.pointee.cross_entropy_gradient(
      logits.base, targets, ignored, factor, targets.count, logits.count / max(targets.count, 1),
      losses.base)
  }
}

extension Kernels where Scalar == Double {
  /// Replaces each number x by eˣ.
  package static func exp(_ numbers: inout [Double]) {
    unsafe numbers.withUnsafeMutableBufferPointer { numbers in
      guard let start = numbers.baseAddress else { return }
      unsafe table.pointee.exp(start, start, numbers.count)
    }
  }
}
