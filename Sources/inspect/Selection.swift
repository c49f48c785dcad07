import Console
import MiniTransformer
import Visualization

/// Which heads are shown, by `--layer` and `--head`.
struct Selection {
  private let layer: Int?
  private let head: Int?

  init(_ options: inout Options) throws(UsageError) {
    layer = try options.value(
      "layer", otherwise: "all", in: 0..., "the layer, counted from 0")
    head = try options.value("head", otherwise: "all", in: 0..., "the head, counted from 0")
  }

  /// The heads of a model of so many layers and heads.
  func heads(layers: Int, heads: Int) throws(UsageError) -> [(layer: Int, head: Int)] {
    func range(_ name: String, _ chosen: Int?, _ count: Int) throws(UsageError) -> [Int] {
      guard let chosen else { return Array(0..<count) }
      guard chosen < count else {
        throw UsageError("--\(name) must be in 0...\(count - 1) for this model; found \(chosen)")
      }
      return [chosen]
    }
    let (layers, heads) = (try range("layer", layer, layers), try range("head", head, heads))
    return layers.flatMap { layer in heads.map { (layer, $0) } }
  }
}

extension Options {
  /// Declares `--output`.
  mutating func output() throws(UsageError) -> String? {
    try text("output", otherwise: "standard output", as: "FILE", "where the result is written")
  }
}

extension StandardStream {
  /// Writes a result to a file as a whole, or to standard output.
  func write(_ text: String, to path: String?) throws {
    guard let path else { return try write(text) }
    try AtomicFile.write(Array(text.utf8), to: path)
    try StandardStream.error.print("wrote \(path), \(Format.bytes(text.utf8.count))")
  }
}
