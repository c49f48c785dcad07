import Autograd
import Checkpoints
import TestSupport
import Testing

@Suite struct CrossEntropyTests {
  /// PyTorch's mean over no targets is NaN; here it is 0, as `LossReduction.mean` says.
  @Test(arguments: try GoldenCase.all(of: "cross_entropy"))
  func agreesWithPyTorch(_ golden: GoldenCase) throws {
    func mismatches<Scalar: TensorScalar>(_ type: Scalar.Type) throws -> [String] {
      let (targets, shape) = try golden.integers("target")
      let reduction = try golden.attribute("reduction")?.string()
      return try golden.mismatches(of: type, inputs: ["logits"], output: "loss") {
        switch reduction {
        case "mean": $0[0].crossEntropy(targets)
        case "sum": $0[0].crossEntropy(targets, .sum)
        default: $0[0].tokenLosses(targets).reshaped(shape)
        }
      }
    }
    let isMeanOfNothing = try golden.attribute("expects_nan")?.bool() ?? false
    func isExpected(_ mismatch: String) -> Bool {
      isMeanOfNothing && mismatch.contains("out/loss: element 0 is 0.0 instead of")
    }
    expectNone(try mismatches(Double.self).filter { !isExpected($0) })
    expectNone(try mismatches(Float.self).filter { !isExpected($0) })
  }

  @Test func nothingToLearnCostsNothing() {
    let logits = Tensor<Float>([1, 2, 3, 4], shape: [2, 2], requiresGradient: true)
    let loss = logits.crossEntropy([-100, -100])
    #expect(loss.scalar == 0)
    loss.backward()
    #expect(logits.gradient?.scalars == [0, 0, 0, 0])
  }

  /// Of two equally likely classes each costs ln 2.
  @Test func reductionsDivideByWhatTheySay() {
    let logits = Tensor<Double>(repeating: 3, shape: [3, 2])
    let targets: [Int32] = [0, -100, 1]
    let bit = 0.6931471805599453
    #expect(abs(logits.crossEntropy(targets).scalar - bit) < 1e-15)
    #expect(abs(logits.crossEntropy(targets, .sum).scalar - 2 * bit) < 1e-15)
    #expect(abs(logits.crossEntropy(targets, .divided(by: 8)).scalar - bit / 4) < 1e-15)
    #expect(
      Tolerance(absolute: 1e-15).mismatch(logits.tokenLosses(targets).scalars, [bit, 0, bit]) == nil
    )
  }

  @Test func aTargetBeyondTheClassesStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(repeating: 1, shape: [1, 2]).crossEntropy([2])
    }
    #expect(message(of: result).contains("cross entropy: target 2 is not in 0..<2 and not -100"))
  }

  /// More rows than logits are made of at a time; some of those in the second chunk do not count.
  @Test func aHeadInChunksEqualsOneInAPiece() {
    let (rows, classes) = (300, 5_000)
    let targets = (0..<rows).map { $0 % 17 == 0 ? -100 : Int32($0 * 41 % classes) }
    func results(_ loss: (_ x: Tensor<Double>, _ head: Tensor<Double>) -> Tensor<Double>)
      -> [Double]
    {
      func random(_ name: String, _ shape: [Int]) -> Tensor<Double> {
        Tensor(normal: RandomStream(seed: 2, name), shape: shape, requiresGradient: true)
      }
      let (x, head) = (random("x", [rows, 3]), random("head", [classes, 3]))
      let result = loss(x, head)
      result.backward()
      return [result, x.gradient, head.gradient].compactMap(\.self).flatMap(\.scalars)
    }
    let fused = results { $0.crossEntropy(head: $1, targets: targets, dividedBy: 200) }
    let written = results {
      $0.linear($1, transposingWeight: true).crossEntropy(targets, .divided(by: 200))
    }
    #expect(fused.count == 1 + 3 * (rows + classes))
    #expect(Tolerance(absolute: 1e-12).mismatch(fused, written) == nil)
  }
}
