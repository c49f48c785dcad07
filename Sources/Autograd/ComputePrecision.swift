/// The numbers that matrix products multiply; everything else is computed in the tensors' own type.
public enum ComputePrecision: String, Sendable, CaseIterable {
  /// As they are.
  case float32
  /// Rounded to bfloat16, the upper half of a `Float`: to the nearest, ties to the even one. Their
  /// products are exact, and are summed in single precision. `Double` is not rounded.
  ///
  /// Where the processor multiplies pairs of bfloat16, it does so about twice as fast; elsewhere the
  /// kernels for `Float` do it, as fast as for `Float`. The two differ by the order of sums, and in
  /// that the processor's pairs take subnormal numbers for 0.
  case bfloat16
}

/// Computes with matrix products of this precision: those of linear layers, of attention and of the
/// output head, and those of their derivatives.
///
/// An operation remembers the precision at which it was recorded for `backward()`. Parameters stay as
/// they are. It holds for the current task only.
public func withPrecision<Result>(
  _ precision: ComputePrecision, _ body: () throws -> Result
) rethrows -> Result {
  var mode = GraphMode.current
  mode.precision = precision
  return try GraphMode.$current.withValue(mode, operation: body)
}
