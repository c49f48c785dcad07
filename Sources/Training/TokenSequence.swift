import Autograd
public import Checkpoints

/// The ids of a text, in memory or in a file.
public struct TokenSequence: Sendable {
  private enum Source {
    case memory([Int32])
    case file(TokenFile)
  }

  private let source: Source
  private let range: Range<Int>

  /// Ids in memory.
  public init(_ ids: [Int32]) { (source, range) = (.memory(ids), ids.indices) }

  /// The ids of a file.
  public init(_ file: TokenFile) { (source, range) = (.file(file), 0..<file.count) }

  private init(_ source: Source, _ range: Range<Int>) {
    (self.source, self.range) = (source, range)
  }

  /// How many ids there are.
  public var count: Int { range.count }

  /// Whether there is none.
  public var isEmpty: Bool { range.isEmpty }

  /// The ids at some places, counted from 0.
  ///
  /// - Throws: ``CheckpointError`` if those of a file can be read no longer.
  public func ids(_ places: Range<Int>) throws(CheckpointError) -> [Int32] {
    let places = shifted(places)
    return switch source {
    case .memory(let ids): Array(ids[places])
    case .file(let file): try file.ids(places)
    }
  }

  /// A part of the sequence; nothing is copied.
  public func part(_ places: Range<Int>) -> TokenSequence {
    TokenSequence(source, shifted(places))
  }

  /// The first ids, at most `count`; throws as ``ids(_:)`` does.
  public func prefix(_ count: Int) throws(CheckpointError) -> [Int32] {
    try ids(0..<min(count, self.count))
  }

  private func shifted(_ places: Range<Int>) -> Range<Int> {
    require(
      places.lowerBound >= 0 && places.upperBound <= count,
      "tokens: places \(places) of \(count) do not exist")
    return range.lowerBound + places.lowerBound..<range.lowerBound + places.upperBound
  }
}
