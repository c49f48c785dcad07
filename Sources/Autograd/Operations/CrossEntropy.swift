/// How the losses of single tokens become one.
public enum LossReduction: Sendable {
  /// Their sum divided by the number of targets that are not ignored; 0 where all are.
  case mean
  /// Their sum.
  case sum
  /// Their sum divided by a number known beforehand, such as the tokens of a whole update, so that
  /// the micro-batches of an update add up to its mean.
  case divided(by: Int)
}

extension Tensor {
  /// The negative logarithm of the probability that softmax gives to the target, in nats:
  /// `loss = reduction over rows of (ln Σⱼ exp(xⱼ) - x[target])`.
  ///
  /// Backward: `dx += dy (softmax(x) - onehot(target))` for each row that counts.
  ///
  /// - Parameters:
  ///   - targets: One class in 0..<V for each row of logits `[…, V]`, or `ignored`.
  ///   - ignored: The target of rows that do not count.
  /// - Complexity: O(rows · V).
  public func crossEntropy(
    _ targets: [Int32], ignoring ignored: Int32 = -100, _ reduction: LossReduction = .mean
  ) -> Tensor {
    let losses = tokenLosses(targets, ignoring: ignored)
    let divisor =
      switch reduction {
      case .mean: targets.count { $0 != ignored }
      case .sum: 1
      case .divided(let divisor): divisor
      }
    return losses.sum().scaled(by: 1 / Double(max(divisor, 1)))
  }

  /// The cross-entropy of each row by itself, `[rows]`, in nats; 0 where the target is ignored.
  public func tokenLosses(_ targets: [Int32], ignoring ignored: Int32 = -100) -> Tensor {
    let classes = shape.last ?? 0
    require(
      rank >= 1 && classes > 0 && count == targets.count * classes,
      "cross entropy: \(targets.count) targets do not fit the logits \(shape); expected one for each "
        + "row of […, V]")
    if let stranger = targets.first(where: { $0 != ignored && ($0 < 0 || $0 >= classes) }) {
      fatalError("cross entropy: target \(stranger) is not in 0..<\(classes) and not \(ignored)")
    }
    let largest = Storage<Scalar>(count: targets.count)
    let logSums = Storage<Scalar>(count: targets.count)
    return Self.recorded("cross entropy", shape: [targets.count], from: [self]) { losses in
      Kernel.crossEntropy(
        storage, targets, ignoring: ignored, losses: losses, largest: largest, logSums: logSums)
    } backward: { [self] dlosses, _ in
      guard let dlogits = gradientSum() else { return }
      Kernel.crossEntropyBackward(
        storage, targets, ignoring: ignored, largest: largest, logSums: logSums, dlosses: dlosses,
        into: dlogits)
    }
  }
}
