import Checkpoints
import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct BytePairFileTests {
  private let folder = TestFolder()
  private let golden = Fixtures.directory + "/bpe"

  @Test func bytesReadBack() throws {
    try TokenizerFile.write(ByteTokenizer(), context: 8, to: folder.path)
    let read = try TokenizerFile.read(from: folder.path)
    #expect(read is ByteTokenizer)
    #expect(try folder.names == ["tokenizer.json", "tokenizer_config.json"])
  }

  @Test func pairsReadBack() throws {
    let tokenizer = try #require(try TokenizerFile.read(from: golden) as? BPETokenizer)
    try TokenizerFile.write(tokenizer, context: 8, to: folder.path)
    #expect(try TokenizerFile.read(from: folder.path) as? BPETokenizer == tokenizer)
    let config = try JSONField(readingFile: folder.file("tokenizer_config.json"))
    #expect(try config.member("eos_token").string() == "<|endoftext|>")
  }

  /// A folder with GPT-2's two files and with `tokenizer.json`, made by Transformers.
  @Test func bothFormsAreOneTokenizer() throws {
    let source = Fixtures.directory + "/gpt2-parity/d2-v257-p64-e40-l2-h5"
    let whole = try #require(try TokenizerFile.read(from: source) as? BPETokenizer)
    for name in ["vocab.json", "merges.txt"] {
      _ = try folder.file(name, try contents("\(source)/\(name)"))
    }
    #expect(TokenizerFile.exists(in: folder.path))
    #expect(try TokenizerFile.read(from: folder.path) as? BPETokenizer == whole)
    for line in try contents("\(source)/encodings.jsonl").split(separator: 0x0A) {
      let line = try JSONField(parsing: Array(line), from: "encodings.jsonl")
      let ids = try line.member("ids").elements().map { Int32(try $0.integer()) }
      let text = try line.member("text").string()
      #expect(try whole.encode(text) == ids)
      #expect(whole.decode(ids) == text)
    }
  }

  @Test(arguments: [
    ("\"normalizer\":null", "\"normalizer\":{}", "it has a normalizer"),
    ("\"truncation\":null", "\"truncation\":{}", "it has a truncation"),
    ("\"add_prefix_space\":false", "\"add_prefix_space\":true", "puts a space before each text"),
    ("\"use_regex\":true", "\"use_regex\":false", "does not cut text as GPT-2's"),
    ("{\"type\":\"ByteLevel\"", "{\"type\":\"Whitespace\"", "its pre_tokenizer is \"Whitespace\""),
    ("\"unk_token\":null", "\"unk_token\":\"?\"", "\"model.unk_token\" is \"?\""),
    ("\"dropout\":null", "\"dropout\":0.1", "makes its ids random"),
    ("\"ignore_merges\":false", "\"ignore_merges\":true", "\"model.ignore_merges\" is true"),
    ("\"lstrip\":false", "\"lstrip\":true", "lstrip\" is true"),
    ("\"id\":449", "\"id\":448", "twice"), ("\"id\":449", "\"id\":450", "need the ids 0 to 449"),
    ("\"id\":449", "\"id\":-1", "is -1"), ("\"id\":449", "\"id\":9e9", "should be a whole number"),
    ("[\"h\",\"e\"]", "[\"h\",\"e\",\"e\"]", "\"model.merges[0]\" has 3 parts"),
    ("[\"h\",\"e\"]", "[\"h\",\"€\"]", "needs \"€\", which the vocabulary lacks"),
    ("[\"h\",\"e\"]", "[\"Ġ\",\"t\"]", "has the parts of an earlier one"),
    ("[\"h\",\"e\"]", "7", "should be a list"),
  ]) func otherFilesAreRefused(part: String, replacement: String, expected: String) throws {
    let sound = String(decoding: try contents("\(golden)/tokenizer.json"), as: UTF8.self)
    let place = try #require(sound.range(of: part))
    _ = try folder.file(
      "tokenizer.json", sound.replacingCharacters(in: place, with: replacement).utf8)
    let error = try #require(throws: CheckpointError.self) {
      try TokenizerFile.read(from: folder.path)
    }
    #expect(error.cause == .badData)
    #expect(error.description.contains(expected), "\(error)")
    #expect(!error.description.contains("\n"))
  }
}
