import Autograd
import Foundation
import TestSupport
import Testing

@Suite struct RotaryTests {
  /// The formula of the paper for one head, pair by pair: elements i and i + D/2.
  @Test func turnsEachPairByItsAngle() {
    let (length, size) = (5, 6)
    let x = Tensor<Double>(normal: RandomStream(seed: 1, "x"), shape: [1, length, size])
    let y = x.rotated(by: RotaryAngles(length: 9, size: size), from: 3)
    let expected = (0..<length).flatMap { t in
      (0..<size).map { d in
        let i = d % 3
        let angle = Double(t + 3) / pow(10_000, Double(2 * i) / Double(size))
        let (first, second) = (x[0, t, i], x[0, t, i + 3])
        return d < 3
          ? first * cos(angle) - second * sin(angle) : first * sin(angle) + second * cos(angle)
      }
    }
    #expect(Tolerance(absolute: 1e-15).mismatch(y.scalars, expected) == nil)
  }

  @Test func productsDependOnTheDistanceAlone() {
    let angles = RotaryAngles<Double>(length: 40, size: 8)
    let q = Tensor<Double>(normal: RandomStream(seed: 1, "q"), shape: [1, 1, 8])
    let k = Tensor<Double>(normal: RandomStream(seed: 1, "k"), shape: [1, 1, 8])
    func product(_ i: Int, _ j: Int) -> Double {
      (q.rotated(by: angles, from: i) * k.rotated(by: angles, from: j)).sum().scalar
    }
    #expect(abs(product(7, 3) - product(39, 35)) < 1e-12)
    #expect(abs(product(7, 3) - product(7, 4)) > 1e-3)
  }

  @Test func allHeadsOfAPositionTurnAlike() {
    let head = Tensor<Double>(normal: RandomStream(seed: 1, "x"), shape: [1, 3, 4])
    let heads = Tensor.concatenated([head, head], axis: 2)
    let angles = RotaryAngles<Double>(length: 3, size: 4)
    let turned = head.rotated(by: angles)
    #expect(
      heads.rotated(by: angles).scalars == Tensor.concatenated([turned, turned], axis: 2).scalars)
  }

  @Test func positionsBeyondTheTableStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let angles = RotaryAngles<Float>(length: 3, size: 2)
      _ = Tensor<Float>(repeating: 1, shape: [1, 2, 2]).rotated(by: angles, from: 2)
    }
    #expect(message(of: result).contains("rotary: [1, 2, 2] from position 2 does not fit"))
  }
}
