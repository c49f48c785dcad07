import Dispatch
import Foundation
import MiniTransformer
import Synchronization

/// What this processor can do, and what this process has taken of it.
enum Processor {
  /// How many cores this process may use.
  static var cores: Int { ComputeThreads.available }

  /// The instruction set of the kernels.
  static var variant: String { Float.kernels.variant }

  /// How many billion float32 operations a second so many cores reach when all of them multiply and
  /// add in registers alone, with the instruction set of the kernels.
  ///
  /// The cores work at the same time, in short windows of time that all know; the best window
  /// counts, as in the others something else was running.
  static func peakGigaflops(cores: Int) -> Double {
    let windows = 100
    let length = Duration.microseconds(2_500)
    let start = ContinuousClock.now + length * 4  // by then every thread is awake
    let rates = Mutex(Array(repeating: 0.0, count: windows))
    DispatchQueue.concurrentPerform(iterations: cores) { _ in
      for window in 0..<windows {
        let begin = start + length * window
        var began = ContinuousClock.now
        while began < begin { began = .now }
        var (now, operations) = (began, 0.0)
        while now < begin + length {
          operations += Kernels<Float>.multiplyAddPeak(rounds: 10_000)
          now = .now
        }
        let rate = operations / max((now - began) / .seconds(1), 1e-9)
        rates.withLock { $0[window] += rate / 1e9 }
      }
    }
    return rates.withLock { $0.max() ?? 0 }
  }

  /// The largest amount of memory that this process has held, in bytes.
  static var peakResidentBytes: Int {
    let itself: Int32 = 0  // RUSAGE_SELF, whose type is another on each system
    var usage = rusage()
    unsafe getrusage(itself, &usage)
    #if canImport(Darwin)
    return usage.ru_maxrss
    #else
    return usage.ru_maxrss * 1_024
    #endif
  }
}
