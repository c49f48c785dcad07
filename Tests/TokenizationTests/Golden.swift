import Checkpoints
import Foundation
import TestSupport
import Tokenization

/// What Python's `tokenizers` and `regex` made of texts; see `Fixtures/README.md`.
enum Golden {
  static let folder = Fixtures.directory + "/bpe"

  /// The tokenizer that the `tokenizers` library learned.
  static func tokenizer() throws -> BPETokenizer {
    guard let tokenizer = try TokenizerFile.read(from: folder) as? BPETokenizer else {
      throw CheckpointError.missing(path: folder)
    }
    return tokenizer
  }

  /// The text from which it learned.
  static func corpus() throws -> [UInt8] {
    try contents(Fixtures.repository + "/data/every-effort.txt") + contents(folder + "/extra.txt")
  }

  /// The objects of a file with one on each line.
  static func lines(_ path: String) throws -> [JSONField] {
    try contents(path).split(separator: 0x0A).map { try JSONField(parsing: Array($0), from: path) }
  }
}

extension JSONField {
  func ids(_ key: String) throws -> [Int32] {
    try member(key).elements().map { Int32(try $0.integer()) }
  }
}
