internal import CKernels

/// What optimizers do to the parameters and measure of the gradients.
extension Kernels {
  /// The hyperparameters of one Adam update; see `adam` in `CKernels.h`.
  package struct AdamUpdate {
    package var factor, rate, beta1, beta2, epsilon, decay, penalty: Double
    package var correction1, correction2: Double

    package init(
      factor: Double, rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double,
      penalty: Double, correction1: Double, correction2: Double
    ) {
      (self.factor, self.rate, self.beta1, self.beta2) = (factor, rate, beta1, beta2)
      (self.epsilon, self.decay, self.penalty) = (epsilon, decay, penalty)
      (self.correction1, self.correction2) = (correction1, correction2)
    }
  }

  package static func adam(
    _ p: Values, _ g: Values, mean m: Values, square v: Values, _ update: AdamUpdate
  ) {
    p.memory.version += 1
    unsafe table.pointee.adam(
      p.base, g.base, m.base, v.base, p.count, update.factor, update.rate, update.beta1,
      update.beta2, update.epsilon, update.decay, update.penalty, update.correction1,
      update.correction2)
  }

  /// The hyperparameters of one SGD update; see `sgd` in `CKernels.h`.
  package struct SGDUpdate {
    package var factor, rate, momentum, dampening, penalty: Double
    package var isNesterov: Bool

    package init(
      factor: Double, rate: Double, momentum: Double, dampening: Double, penalty: Double,
      isNesterov: Bool
    ) {
      (self.factor, self.rate, self.momentum) = (factor, rate, momentum)
      (self.dampening, self.penalty, self.isNesterov) = (dampening, penalty, isNesterov)
    }
  }

  package static func sgd(_ p: Values, _ g: Values, velocity: Values, _ update: SGDUpdate) {
    p.memory.version += 1
    unsafe table.pointee.sgd(
      p.base, g.base, velocity.base, p.count, update.factor, update.rate, update.momentum,
      update.dampening, update.isNesterov ? 1 : 0, update.penalty)
  }

  package static func sumOfSquares(_ x: Values) -> Double {
    var total = 0.0
    unsafe table.pointee.sum_of_squares(x.base, x.count, &total)
    return total
  }

  package static func firstNotFinite(_ x: Values) -> Int? {
    var index = -1
    unsafe table.pointee.first_not_finite(x.base, x.count, &index)
    return index < 0 ? nil : index
  }

  /// Multiplies and adds in registers alone; returns how many floating-point operations that were.
  package static func multiplyAddPeak(rounds: Int) -> Double {
    var operations = 0.0
    var sum: Scalar = 0
    unsafe table.pointee.multiply_add_peak(rounds, &operations, &sum)
    return operations
  }
}
