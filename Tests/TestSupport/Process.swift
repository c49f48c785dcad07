import Foundation

/// The resident memory of this process, in bytes; on macOS the most there has been so far.
public func residentBytes() -> Int {
  #if os(Linux)
  let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(
    separator: " ")
  return (fields?.dropFirst().first).flatMap { Int($0) }.map {
    $0 * Int(sysconf(Int32(_SC_PAGESIZE)))
  } ?? 0
  #else
  var usage = rusage()
  _ = unsafe getrusage(RUSAGE_SELF, &usage)
  return Int(usage.ru_maxrss)
  #endif
}
