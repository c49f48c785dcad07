/// Lets a text through piece by piece until one of several strings stands in it.
///
/// What might be the beginning of such a string is held back until it is known, so nothing of the
/// string is ever let through. The text is cut before the string that is complete first, of several
/// that end at the same place before the longest: how the text is cut into pieces changes nothing.
/// Strings are compared byte by byte.
struct StopStrings: Sendable {
  private let stops: [[UInt8]]
  private var held: [UInt8] = []
  /// The string that was found.
  private(set) var found: String?

  /// Looks for `stops`; empty ones are ignored.
  init(_ stops: [String]) {
    self.stops = stops.filter { !$0.isEmpty }.map { Array($0.utf8) }.sorted { $0.count > $1.count }
  }

  /// What may be let through once the next piece of the text is known.
  mutating func pass(_ piece: String) -> String {
    guard found == nil else { return "" }
    guard !stops.isEmpty else { return piece }
    for byte in piece.utf8 {
      held.append(byte)
      guard let stop = stops.first(where: held.ends(with:)) else { continue }
      found = String(decoding: stop, as: UTF8.self)
      return release(held.count - stop.count, keepsRest: false)
    }
    let longest = stops.compactMap { beginning(of: $0) }.max() ?? 0
    return release(held.count - longest, keepsRest: true)
  }

  /// What is still held back when the text has ended.
  mutating func finish() -> String { release(held.count, keepsRest: false) }

  /// How many bytes at the end are a beginning of `stop`.
  private func beginning(of stop: [UInt8]) -> Int? {
    (1..<stop.count).reversed().first { $0 <= held.count && held.ends(with: stop.prefix($0)) }
  }

  private mutating func release(_ count: Int, keepsRest: Bool) -> String {
    defer { held = keepsRest ? Array(held[count...]) : [] }
    return String(decoding: held[..<count], as: UTF8.self)
  }
}

extension Array<UInt8> {
  fileprivate func ends(with other: some BidirectionalCollection<UInt8>) -> Bool {
    count >= other.count && suffix(other.count).elementsEqual(other)
  }
}
