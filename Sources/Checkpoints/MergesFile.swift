import Tokenization

/// GPT-2's own two files, `vocab.json` with the ids and `merges.txt` with a merge on each line.
enum MergesFile {
  static let vocabularyName = "vocab.json"
  private static let mergesName = "merges.txt"
  /// Far above any list of merges, and far below what the memory holds.
  private static let greatestSize = 1 << 28

  /// Reads the tokenizer of a folder.
  static func read(
    from folder: String, endOfText: String?
  ) throws(CheckpointError) -> any Tokenizer {
    let vocabularyPath = TokenizerFile.path(of: vocabularyName, in: folder)
    var vocabulary = try BytePairVocabulary(try JSONField(readingFile: vocabularyPath))
    vocabulary.addSpecial(endOfText ?? BPETrainer.endOfText)

    let path = TokenizerFile.path(of: mergesName, in: folder)
    let file = try InputFile(path: path)
    guard file.count <= greatestSize else {
      throw .damaged(path: path, problem: "it has \(file.count) bytes, too many for this file")
    }
    let bytes = try file.bytes(0..<file.count)
    if let offset = firstInvalidUTF8Offset(in: bytes[...]) {
      throw .damaged(path: path, problem: "it is not UTF-8 at byte \(offset)")
    }
    for (index, bytes) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .enumerated()
    {
      let line = String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes, as: UTF8.self)
      if line.isEmpty || line.hasPrefix("#version") { continue }
      try vocabulary.merge(
        line.split(separator: " ", omittingEmptySubsequences: false), "line \(index + 1)", in: path)
    }
    return try vocabulary.tokenizer(endOfText: endOfText)
  }
}
