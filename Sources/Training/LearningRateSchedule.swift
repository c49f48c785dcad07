import Foundation

/// The learning rate of each update.
public struct LearningRateSchedule: Sendable, Equatable {
  /// How the rate goes from its peak to its minimum.
  public enum Shape: String, Sendable, CaseIterable {
    /// It stays at the peak.
    case constant
    /// It falls in a straight line.
    case linear
    /// It falls along half a cosine (Loshchilov and Hutter 2017).
    case cosine
  }

  /// How the rate falls.
  public var shape: Shape
  /// The largest rate.
  public var peak: Double
  /// The rate at the end.
  public var minimum: Double
  /// For how many updates the rate rises, from peak / (warmup + 1).
  public var warmup: Int
  /// After how many updates the minimum is reached.
  public var steps: Int

  /// A schedule; see the properties.
  public init(_ shape: Shape, peak: Double, minimum: Double = 0, warmup: Int = 0, steps: Int) {
    (self.shape, self.peak, self.minimum) = (shape, peak, minimum)
    (self.warmup, self.steps) = (warmup, steps)
  }

  /// The rate of update `step`, counted from 0.
  public func rate(at step: Int) -> Double {
    if step < warmup { return peak * Double(step + 1) / Double(warmup + 1) }
    let share = min(1, Double(step - warmup) / Double(max(steps - warmup, 1)))
    return switch shape {
    case .constant: peak
    case .linear: peak + (minimum - peak) * share
    case .cosine: minimum + (peak - minimum) / 2 * (1 + cos(.pi * share))
    }
  }
}
