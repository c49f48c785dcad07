/// A deliberate mistake in a derivative: it alters what one operation adds to the gradient of one of
/// its inputs, for as long as a closure runs.
///
/// A gradient check that does not notice it would notice no such mistake in the code either.
public struct Mutation: Sendable {
  /// What happens to the contribution.
  public enum Alteration: String, Sendable, CaseIterable {
    /// Its sign is flipped.
    case negated
    /// It is left out.
    case omitted
    /// It is 1.001 times as large.
    case scaled
    /// Its last two axes are swapped; only where they are equally long.
    case transposed
  }

  let operation: String
  let input: Int
  let alteration: Alteration

  /// A mistake in what `operation`, by the name it is recorded under, sends to its input number
  /// `input`.
  public init(of operation: String, input: Int, _ alteration: Alteration) {
    self.operation = operation
    self.input = input
    self.alteration = alteration
  }

  /// Runs `body`, in which every `backward()` makes this mistake.
  public func during<Result>(_ body: () throws -> Result) rethrows -> Result {
    var mode = GraphMode.current
    mode.mutation = self
    return try GraphMode.$current.withValue(mode, operation: body)
  }

  func applies(to operation: StaticString, _ inputCount: Int) -> Bool {
    input < inputCount && operation.description == self.operation
  }

  /// Runs `derivative` and alters what it adds to the gradient of `tensor`.
  func run<Scalar>(on tensor: Tensor<Scalar>, _ derivative: () -> Void) {
    let earlier = (tensor.gradientStorage, tensor.isGradientEmpty)
    (tensor.gradientStorage, tensor.isGradientEmpty) = (nil, false)
    derivative()
    let contribution = tensor.gradientStorage
    (tensor.gradientStorage, tensor.isGradientEmpty) = earlier
    guard let contribution, let sum = tensor.gradientSum() else { return }
    switch alteration {
    case .negated: Kernels.accumulate(contribution, times: -1, into: sum)
    case .omitted: break
    case .scaled: Kernels.accumulate(contribution, times: 1.001, into: sum)
    case .transposed:
      let shape = tensor.shape
      let side = shape.last ?? 1
      guard shape.count >= 2, shape[shape.count - 2] == side else {
        return Kernels.accumulate(contribution, into: sum)
      }
      Kernels.swapAxes(
        contribution, (tensor.count / (side * side), side, 1, side, 1), adds: true, into: sum)
    }
  }
}
