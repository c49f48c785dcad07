import Synchronization

/// Computes without recording: the results of `body` have no history and need no gradient.
///
/// It holds for the current task only, so that other tasks go on recording.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  var mode = GraphMode.current
  mode.isRecording = false
  return try GraphMode.$current.withValue(mode, operation: body)
}

/// What the operations of the current task do besides computing.
struct GraphMode: Sendable {
  var isRecording = true
  var precision = ComputePrecision.float32
  var watch: FiniteWatch?
  var mutation: Mutation?

  @TaskLocal static var current = GraphMode()
}

/// Names the first number of a computation that is not finite.
///
/// Looking at every result costs time, so a training loop repeats a step under this watch once its
/// loss has become NaN or infinite.
public final class FiniteWatch: Sendable {
  private let finding = Mutex<String?>(nil)

  /// Runs `body` and says where its first NaN or infinity appeared, or nil.
  public static func firstFailure(in body: () throws -> Void) rethrows -> String? {
    let watch = FiniteWatch()
    var mode = GraphMode.current
    mode.watch = watch
    try GraphMode.$current.withValue(mode, operation: body)
    return watch.finding.withLock { $0 }
  }

  func check<Scalar>(
    _ output: Storage<Scalar>, of operation: StaticString, _ shape: [Int],
    _ inputs: [Tensor<Scalar>]
  ) {
    guard finding.withLock({ $0 == nil }) else { return }
    for input in inputs {
      guard let name = input.name, let value = Self.culprit(input.storage) else { continue }
      note("the parameter \(name) \(input.shape) holds \(value)")
      return
    }
    guard let value = Self.culprit(output) else { return }
    let names = inputs.compactMap(\.name)
    let of = names.isEmpty ? "" : " with \(names.joined(separator: ", "))"
    note("the result of \(operation)\(of), of shape \(shape), holds \(value)")
  }

  func checkGradients<Scalar>(of operation: StaticString, _ inputs: [Tensor<Scalar>]) {
    guard finding.withLock({ $0 == nil }) else { return }
    for input in inputs {
      guard let gradient = input.gradientStorage, let value = Self.culprit(gradient) else {
        continue
      }
      note(
        "the gradient that \(operation) sends to \(input.name ?? "its input") \(input.shape) "
          + "holds \(value)")
      return
    }
  }

  private func note(_ text: String) {
    finding.withLock { $0 = text }
  }

  private static func culprit<Scalar>(_ values: Storage<Scalar>) -> String? {
    // A NaN has a sign, which means nothing.
    Kernels<Scalar>.firstNotFinite(values).map { values[$0].isNaN ? "NaN" : "\(values[$0])" }
  }
}
