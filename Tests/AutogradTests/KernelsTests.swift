import Autograd
import Foundation
import TestSupport
import Testing

/// Exponential and hyperbolic tangent are the package's own; every kernel exists for each
/// instruction set.
@Suite struct KernelsTests {
  // MARK: exp and tanh over their whole range

  /// One number of every 20,011 of single precision, both signs; infinities and NaN come apart.
  private static let singles = stride(from: UInt32(0), to: Float.infinity.bitPattern, by: 20_011)
    .flatMap { [Float(bitPattern: $0), -Float(bitPattern: $0)] }

  /// What a step of the last place is at `value`, no finer than that of the smallest normal number.
  private func ulp<Scalar: BinaryFloatingPoint>(_ value: Double, _ type: Scalar.Type) -> Double {
    Double(max(Scalar(abs(value)), .leastNormalMagnitude).ulp)
  }

  @Test func singleExponentials() {
    let results = Tensor<Float>(Self.singles, shape: [Self.singles.count]).exp().scalars
    var worst = 0.0
    for (x, y) in zip(Self.singles, results) {
      let exact = exp(Double(x))
      if Float(exact) == y { continue }
      // Results below exp(-86.5), three times the smallest normal number, may be 0.
      if x < -86.5 && y == 0 { continue }
      worst = max(worst, abs(Double(y) - exact) / ulp(exact, Float.self))
    }
    #expect(worst < 1.5, "units in the last place")
  }

  @Test func doubleExponentials() {
    let values = stride(from: -707.9, to: 709.7, by: 0.00831).map { $0 }
    let results = Tensor<Double>(values, shape: [values.count]).exp().scalars
    let worst =
      zip(values, results).map { abs($1 - exp($0)) / ulp(exp($0), Double.self) }.max() ?? 0
    #expect(worst < 2, "units in the last place, one of them Foundation's")
  }

  @Test func singleTangents() {
    let results = Tensor<Float>(Self.singles, shape: [Self.singles.count]).tanh().scalars
    var worst = 0.0
    for (x, y) in zip(Self.singles, results) {
      let exact = tanh(Double(x))
      worst = max(worst, abs(Double(y) - exact) / ulp(exact, Float.self))
    }
    #expect(worst < 2.5, "units in the last place")
  }

  @Test func doubleTangents() {
    let values =
      stride(from: -20.0, to: 20, by: 0.000317).map { $0 }
      + (-1_000...1).flatMap { [pow(2, Double($0)), -pow(2, Double($0)) * 1.3] }
    let results = Tensor<Double>(values, shape: [values.count]).tanh().scalars
    let worst =
      zip(values, results).map { abs($1 - tanh($0)) / ulp(tanh($0), Double.self) }.max() ?? 0
    #expect(worst < 4, "units in the last place, one of them Foundation's")
  }

  @Test func infinitiesAndNaN() {
    func check<Scalar: TensorScalar>(_ type: Scalar.Type) {
      let x = Tensor<Scalar>([.infinity, -.infinity, .nan, 0, 1000, -1000], shape: [6])
      let (exponentials, tangents) = (x.exp().scalars, x.tanh().scalars)
      #expect(exponentials[0] == .infinity && exponentials[1] == 0 && exponentials[2].isNaN)
      #expect(exponentials[3] == 1 && exponentials[4] == .infinity && exponentials[5] == 0)
      #expect(tangents[0] == 1 && tangents[1] == -1 && tangents[2].isNaN)
      #expect(tangents[3] == 0 && tangents[4] == 1 && tangents[5] == -1)
    }
    check(Float.self)
    check(Double.self)
  }

  // MARK: Instruction sets

  /// The variants that this processor can run beside the one it has chosen.
  private static var otherVariants: [String] {
    let all = ["avx512bf16", "avx512", "avx2", "baseline"]
    return all.firstIndex(of: Float.kernels.variant).map { Array(all[($0 + 1)...]) } ?? []
  }

  @Test(arguments: otherVariants)
  func everyVariantComputesTheSame(_ variant: String) async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      [variant] in
      unsafe setenv("MINITRANSFORMER_KERNELS", variant, 1)
      print("variant \(Float.kernels.variant)")
      print("single \(computation(Float.self))")
      print("double \(computation(Double.self))")
    }
    let lines = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
      .split(separator: "\n")
    func numbers(_ name: String) throws -> [Double] {
      let line = try #require(lines.first { $0.hasPrefix(name + " [") })
      return line.dropFirst(name.count + 2).dropLast().split(separator: ", ").compactMap {
        Double($0)
      }
    }
    #expect(lines.contains("variant \(variant)"))
    let single = Tolerance(absolute: 2e-5, relative: 2e-5)
    #expect(single.mismatch(computation(Float.self), try numbers("single")) == nil)
    let double = Tolerance(absolute: 1e-13, relative: 1e-13)
    #expect(double.mismatch(computation(Double.self), try numbers("double")) == nil)
  }

  @Test func aVariantThatDoesNotExistIsRefused() async {
    let result = await #expect(
      processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
    ) {
      unsafe setenv("MINITRANSFORMER_KERNELS", "abacus", 1)
      _ = Tensor<Float>([1], shape: [1]).exp()
    }
    #expect(
      message(of: result).contains("MINITRANSFORMER_KERNELS must name kernels that this processor"))
  }
}

/// Results and gradients of most kernels, at sizes that fill vectors and tiles partly.
private func computation<Scalar: TensorScalar>(_ type: Scalar.Type) -> [Scalar] {
  func random(_ name: String, _ shape: [Int]) -> Tensor<Scalar> {
    let stream = RandomStream(seed: 1, name)
    let scalars = (0..<shape.reduce(1, *)).map { Scalar(Float(2 * stream.uniform(at: $0) - 1)) }
    return Tensor(scalars, shape: shape, requiresGradient: true)
  }
  let (width, length) = (18, 21)
  let parameters = [
    random("table", [11, width]), random("weight", [width, width]), random("bias", [width]),
    random("gain", [width]), random("head", [11, width]),
  ]
  let ids = (0..<2 * length).map { Int32($0 * 7 % 11) }
  var x = parameters[0].rows(at: ids, shape: [2, length])
    .rotated(by: RotaryAngles(length: length, size: 6))
  x = x + Tensor.attention(query: x, key: x.tanh(), value: x.exp(), heads: 3, mask: .causal)
  x = x.layerNorm(weight: parameters[3], bias: parameters[2])
    .dropout(0.25, RandomStream(seed: 1, "dropout"))
  x = x * x.linear(parameters[1], bias: parameters[2]).gelu() - x.sigmoid().relu()
  let shares = x.matmul(x, transposingOther: true).softmax() + x.matmul(x.transposed()).logSoftmax()
  let loss =
    x.linear(parameters[4], transposingWeight: true).crossEntropy(ids)
    + shares.mean() + x.sum(axis: 1).mean(axis: 0).scaled(by: 0.5).sum() / Tensor(3)
  loss.backward()
  return x.scalars + loss.scalars + parameters.flatMap { $0.gradient?.scalars ?? [] }
}
