internal import CKernels
import Foundation

/// The threads that large operations are spread over. Results do not depend on their number.
public enum ComputeThreads {
  /// How many threads an operation may use, the caller's included; at first ``available``.
  public static var count: Int {
    get {
      started
      return parallel_workers()
    }
    set {
      started
      parallel_set_workers(newValue)
    }
  }

  /// How many processors this process may use: those it may run on, or fewer where its control group
  /// has a quota.
  public static let available: Int = {
    let processors = parallel_processors()
    #if os(Linux)
    // "max 100000", or a quota and a period in microseconds.
    let limit = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8)
    let numbers = limit?.split(whereSeparator: \.isWhitespace).compactMap { Double($0) } ?? []
    if numbers.count == 2, numbers[1] > 0 {
      return min(processors, max(1, Int((numbers[0] / numbers[1]).rounded(.up))))
    }
    #endif
    return processors
  }()

  /// Sets the number at the first use.
  static let started: Void = parallel_set_workers(available)
}
