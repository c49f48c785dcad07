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
    Self.checkTargets("cross entropy", targets, ignored, classes)
    let largest = Storage<Scalar>(count: targets.count)
    let logSums = Storage<Scalar>(count: targets.count)
    return Self.recorded(
      "cross entropy", shape: [targets.count], from: [self],
      compute: { losses in
        Kernel.crossEntropy(
          storage, targets, ignoring: ignored, losses: losses, largest: largest, logSums: logSums)
      },
      backward: { [self] dlosses, _ in
        guard let dlogits = gradientSum() else { return }
        Kernel.crossEntropyBackward(
          storage, targets, ignoring: ignored, largest: largest, logSums: logSums, dlosses: dlosses,
          into: dlogits)
      })
  }
}

extension Tensor {
  /// The cross-entropy of an output head,
  /// `x.linear(head, transposingWeight: true).crossEntropy(targets, .divided(by: divisor))`, without
  /// ever holding all logits: a chunk of rows at a time is made, judged, and turned into its gradients
  /// at once.
  ///
  /// Backward: `dx += dy (softmax(x headᵀ) - onehot) head / divisor`, and likewise for the head; both
  /// are computed on the way forward and only scaled by `dy`.
  ///
  /// - Parameters:
  ///   - head: `[V, C]` for a receiver `[…, C]`.
  ///   - targets: One class in 0..<V for each row, or `ignored`.
  ///   - divisor: What the sum of the losses is divided by, such as the tokens of a whole update.
  /// - Complexity: O(rows · V · C); memory for one chunk of logits and for the two gradients.
  @specialized(where Scalar == Float)
  public func crossEntropy(
    head: Tensor, targets: [Int32], ignoring ignored: Int32 = -100, dividedBy divisor: Int
  ) -> Tensor {
    let (classes, width) = (head.shape.first ?? 0, shape.last ?? 0)
    let rows = targets.count
    require(
      rank >= 1 && head.shape == [classes, width] && count == rows * width && rows > 0,
      "head cross entropy: an input \(shape) with \(rows) targets does not fit the head "
        + "\(head.shape); expected […, C], one target for each row, and [V, C]")
    Self.checkTargets("head cross entropy", targets, ignored, classes)
    let mode = GraphMode.current
    let precision = mode.precision
    let isWanted = mode.isRecording && (requiresGradient || head.requiresGradient)
    let dx = Storage<Scalar>(count: isWanted && requiresGradient ? count : 0)
    let dhead = Storage<Scalar>(count: isWanted && head.requiresGradient ? head.count : 0)
    let share = 1 / Double(divisor)

    return Self.recorded(
      "head cross entropy", shape: [], from: [self, head], in: mode,
      compute: { loss in
        let losses = Storage<Scalar>(count: rows)
        let chunk = max(256, (1 << 20) / classes)
        for start in stride(from: 0, to: rows, by: chunk) {
          let rowCount = min(chunk, rows - start)
          let logits = Storage<Scalar>(count: rowCount * classes)
          let chunkTargets = Array(targets[start..<start + rowCount])
          let chunkLosses = Storage(losses, from: start, count: rowCount)
          Kernel.matmul(
            .init(storage, from: start * width), .init(head.storage, transposed: true),
            (rowCount, classes, width), at: precision, beta: 0, logits)
          Kernel.crossEntropyGradient(
            logits, chunkTargets, ignoring: ignored, factor: share, losses: chunkLosses)
          if dx.count > 0 {
            Kernel.matmul(
              .init(logits), .init(head.storage),
              (rowCount, width, classes), at: precision, beta: 0, dx, from: start * width)
          }
          if dhead.count > 0 {
            Kernel.matmul(
              .init(logits, transposed: true), .init(storage, from: start * width),
              (classes, width, rowCount), at: precision, beta: start == 0 ? 0 : 1, dhead)
          }
          withExtendedLifetime(logits) {}  // the factors above do not keep them
        }
        Kernel.sumAxis(losses, (1, rows, 1), times: share, loss)
      },
      backward: { [self] dy, _ in
        addGradient(dx, times: Double(dy[0]))
        head.addGradient(dhead, times: Double(dy[0]))
      })
  }

  static func checkTargets(
    _ operation: StaticString, _ targets: [Int32], _ ignored: Int32, _ classes: Int
  ) {
    if let stranger = targets.first(where: { $0 != ignored && ($0 < 0 || $0 >= classes) }) {
      fatalError("\(operation): target \(stranger) is not in 0..<\(classes) and not \(ignored)")
    }
  }
}
