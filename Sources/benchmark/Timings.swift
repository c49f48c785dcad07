/// How long the same work took, again and again.
struct Timings {
  /// The times in seconds, the shortest first; at least one.
  let sorted: [Double]

  init(_ seconds: [Double]) { sorted = seconds.sorted() }

  /// Warms up for a tenth of the time and at least twice, then repeats the work until `seconds` are
  /// over, at least three times.
  init(
    for seconds: Double, warmUp: () throws -> Void, work: () throws -> Void
  ) rethrows {
    let clock = ContinuousClock()
    func repeated(
      _ least: Int, for seconds: Double, _ work: () throws -> Void
    ) rethrows -> [Double] {
      let end = clock.now + .seconds(seconds)
      var times: [Double] = []
      repeat {
        times.append(try clock.measure(work) / .seconds(1))
      } while times.count < least || clock.now < end
      return times
    }
    _ = try repeated(2, for: seconds / 10, warmUp)
    self.init(try repeated(3, for: seconds, work))
  }

  var median: Double { quantile(0.5) }

  /// The time that a share `q` of all does not exceed, between two of them where need be.
  func quantile(_ q: Double) -> Double {
    let place = q * Double(sorted.count - 1)
    let (low, high) = (Int(place), min(Int(place) + 1, sorted.count - 1))
    return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
  }
}
