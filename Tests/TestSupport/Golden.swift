public import Autograd
import Checkpoints

/// What PyTorch computed for one case of one operation, from `Tests/Fixtures/ops-golden`.
public struct GoldenCase: Sendable, CustomStringConvertible {
  /// The case's name in its file.
  public let name: String
  private let file: SafetensorsFile
  private let index: JSONField

  /// All cases of an operation; at least one.
  public static func all(of operation: String) throws -> [GoldenCase] {
    let folder = Fixtures.directory + "/ops-golden"
    let file = try SafetensorsFile(path: "\(folder)/\(operation).safetensors")
    let cases = try JSONField(readingFile: folder + "/index.json").member(operation)
      .member("cases").members()
    require(!cases.isEmpty, "no golden cases of \(operation)")
    return cases.map { GoldenCase(name: $0.key, file: file, index: $0.field) }
  }

  /// The name, for the list of a test's arguments.
  public var description: String { name }

  /// An attribute such as the axis, nil where it is null.
  public func attribute(_ key: String) throws -> JSONField? {
    try index.member("attributes").optionalMember(key)
  }

  /// Whether there is an input of this name.
  public func hasInput(_ key: String) -> Bool { file["\(name)/in/\(key)"] != nil }

  /// An input of numbers, which wants a gradient.
  public func input<Scalar: TensorScalar>(_ key: String) throws -> Tensor<Scalar> {
    try tensor("in/\(key)", requiresGradient: true)
  }

  /// An input of ids or truth values, and its shape.
  public func integers(_ key: String) throws -> (values: [Int32], shape: [Int]) {
    let entry = try file.entry("\(name)/in/\(key)")
    return (try file.readIntegers(entry).map { Int32($0) }, entry.shape)
  }

  /// Runs `function` on the inputs of the given names and compares its result and the gradients of
  /// all inputs with PyTorch's in double precision: within 1e-10 for `Double`, and for `Float`
  /// within 4 times PyTorch's own rounding in single precision.
  ///
  /// - Returns: One line for each tensor that differs.
  public func mismatches<Scalar: TensorScalar>(
    of type: Scalar.Type, inputs keys: [String], output: String = "y",
    _ function: ([Tensor<Scalar>]) throws -> Tensor<Scalar>
  ) throws -> [String] {
    let inputs: [Tensor<Scalar>] = try keys.map { try input($0) }
    let result = try function(inputs)
    var found = [try mismatch(result, "out/\(output)")]
    result.backward(try tensor("gout/\(output)"))
    for (key, input) in zip(keys, inputs) {
      guard let gradient = input.gradient else {
        found.append("\(name): no gradient of \(key)")
        continue
      }
      found.append(try mismatch(gradient, "gin/\(key)"))
    }
    return found.compactMap(\.self)
  }

  /// How `found` differs from the tensor of this name, such as `out/weights`.
  public func mismatch<Scalar>(_ found: Tensor<Scalar>, _ key: String) throws -> String? {
    let entry = try file.entry("\(name)/\(key).f64")
    guard found.shape == entry.shape else {
      return "\(name)/\(key): the shape is \(found.shape) instead of \(entry.shape)"
    }
    let noise = try index.member("difference_f32_f64_max_abs__and__f64_max_abs")
      .optionalMember(key)?.elements().first?.double()
    let tolerance =
      Scalar.self == Double.self
      ? Tolerance(absolute: 1e-10, relative: 1e-10)
      : Tolerance(absolute: 4 * (noise ?? 0), relative: 1e-6)
    return tolerance.mismatch(found.scalars, try file.read(entry)).map { "\(name)/\(key): \($0)" }
  }

  private func tensor<Scalar: TensorScalar>(
    _ key: String, requiresGradient: Bool = false
  ) throws -> Tensor<Scalar> {
    let entry = try file.entry("\(name)/\(key)")
    // Inputs are stored in single precision, which `Double` holds exactly.
    let scalars: [Double] = try file.read(entry)
    return Tensor(
      scalars.map { Scalar($0) }, shape: entry.shape, requiresGradient: requiresGradient)
  }
}
