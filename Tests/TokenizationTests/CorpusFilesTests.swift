import Checkpoints
import TestSupport
import Testing

@testable import Tokenization

@Suite struct CorpusFilesTests {
  private let folder = TestFolder()

  private func parts(_ paths: [String], size: Int) throws -> [[UInt8]] {
    var reader = try CorpusFiles(paths).parts(size: size)
    var parts: [[UInt8]] = []
    while let part = try reader.next() { parts.append(part) }
    return parts
  }

  /// Whatever the size of the parts, they have the bytes and the tokens of the whole.
  @Test(arguments: [1, 2, 3, 7, 64, 1_000]) func partsHaveTheTokensOfTheWhole(size: Int) throws {
    var random = TestRandom(seed: UInt64(size))
    let tokenizers: [any Tokenizer] = [ByteTokenizer(), try Golden.tokenizer()]
    for round in 0..<10 {
      let texts = (0..<3).map { _ in "x" + random.text(length: 80) }
      let paths = try texts.enumerated().map { try folder.file("\(round).\($0)", $1.utf8) }
      let whole = try Corpus(reading: paths).text
      let parts = try parts(paths, size: size)
      #expect(parts.flatMap(\.self) == Array(whole.utf8))
      #expect(size > 7 || parts.count > 5)
      for tokenizer in tokenizers + [try WordTokenizer(vocabularyOf: whole)] {
        var ids: [Int32] = []
        var unknown = UnknownTokens()
        for part in parts { tokenizer.encode(utf8: part[...], into: &ids, unknown: &unknown) }
        #expect(try ids == tokenizer.encode(whole))
      }
      var (atOnce, inParts) = (BPETrainer(vocabularySize: 300), BPETrainer(vocabularySize: 300))
      atOnce.add(utf8: Array(whole.utf8)[...])
      for part in parts { inParts.add(utf8: part[...]) }
      #expect(try atOnce.bpeTokenizer() == inParts.bpeTokenizer())
    }
  }

  @Test(arguments: [1, 4, 100]) func badBytesAreNamedByTheirPlaceInTheFile(size: Int) throws {
    let good = try folder.file("good", "one two\n three".utf8)
    let bad = try folder.file("bad", Array("\u{FEFF}ab é cd \u{301}ef ".utf8) + [0xE9, 0x20, 0x41])
    #expect(throws: CorpusError.notUTF8(bad, offset: 17, byte: 0xE9)) {
      try parts([good, bad], size: size)
    }
    let cut = try folder.file("cut", Array("ab ".utf8) + [0xE2, 0x82])
    #expect(throws: CorpusError.notUTF8(cut, offset: 3, byte: 0xE2)) {
      try parts([cut, good], size: size)
    }
  }
}
