import Foundation
public import Transformer

/// How much memory a run needs, before it takes any.
public struct MemoryEstimate: Sendable {
  /// Parameters, their gradients and the optimizer's two averages, in bytes.
  public let parameterBytes: Int
  /// What a pass holds for backward, in bytes.
  public let activationBytes: Int

  /// All of it, in bytes.
  public var totalBytes: Int { parameterBytes + activationBytes }

  /// The needs of training a model of `parameterCount` float32 numbers with batches of so many
  /// windows.
  public init(_ configuration: GPTConfiguration, parameterCount: Int, batchSize: Int) {
    parameterBytes = 4 * 4 * parameterCount
    activationBytes =
      4 * configuration.activationCount(tokens: batchSize * configuration.contextLength)
  }

  /// How many bytes this process can still take, or nil where the system does not say: what Linux
  /// reports as available, or a smaller limit of the control group.
  public static var availableBytes: Int? {
    #if os(Linux)
    func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
    func number(_ path: String) -> Int? {
      text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    let line = text("/proc/meminfo")?.split(separator: "\n").first {
      $0.hasPrefix("MemAvailable:")
    }
    var available = line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1_024 }
    if let limit = number("/sys/fs/cgroup/memory.max"),
      let used = number("/sys/fs/cgroup/memory.current")
    {
      available = min(available ?? .max, max(0, limit - used))
    }
    return available
    #else
    return Int(ProcessInfo.processInfo.physicalMemory)
    #endif
  }
}
