import Checkpoints
import Foundation
import TestSupport
import Testing
import Tokenization

/// GPT-2's own vocabulary, which is not part of this package: the folder that the variable names has
/// its files, `encodings-dev.jsonl` and `decodings-dev.jsonl`.
@Suite(.enabled(if: gpt2Folder != nil, "MINITRANSFORMER_GPT2_BPE names no folder"))
struct GPT2TokenizerTests {
  private func lines(_ name: String) throws -> [JSONField] {
    let path = "\(gpt2Folder ?? "")/\(name)"
    return try contents(path).split(separator: 0x0A).map {
      try JSONField(parsing: Array($0), from: path)
    }
  }

  private func ids(_ line: JSONField, _ key: String) throws -> [Int32]? {
    try line.optionalMember(key)?.elements().map { Int32(try $0.integer()) }
  }

  @Test func allEncodingsAndDecodings() throws {
    let tokenizer = try #require(
      try TokenizerFile.read(from: gpt2Folder ?? "") as? BPETokenizer)
    var literal = tokenizer
    literal.recognizesAddedTokens = false
    for line in try lines("encodings-dev.jsonl") {
      let text = try line.member("text").string()
      let ids = try tokenizer.encode(text)
      #expect(try ids == self.ids(line, "ids"), "\(text)")
      #expect(tokenizer.decode(ids).utf8.elementsEqual(text.utf8))
      let plain = try self.ids(line, "ids_without_special_tokens") ?? ids
      #expect(try literal.encode(text) == plain, "\(text)")
    }
    for line in try lines("decodings-dev.jsonl") {
      let text = tokenizer.decode(try ids(line, "ids") ?? [])
      #expect(try text.utf8.elementsEqual(line.member("text").string().utf8))
    }
  }

  @Test func bothFormsAreOneTokenizer() throws {
    let source = gpt2Folder ?? ""
    let copy = TestFolder()
    for name in ["vocab.json", "merges.txt"] {
      _ = try copy.file(name, try contents("\(source)/\(name)"))
    }
    #expect(
      try TokenizerFile.read(from: copy.path) as? BPETokenizer
        == TokenizerFile.read(from: source) as? BPETokenizer)
  }
}

private let gpt2Folder = ProcessInfo.processInfo.environment["MINITRANSFORMER_GPT2_BPE"]
