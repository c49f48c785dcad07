import Checkpoints
import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct TokenizerFileTests {
  private let folder = TestFolder()

  private let text = "Every \u{C5} \u{212B} caf\u{E9} don't \"x\" \\ …\r\n\tnew (line) 你好。"

  @Test func wordsReadBack() throws {
    let tokenizer = try WordTokenizer(vocabularyOf: text)
    try TokenizerFile.write(tokenizer, context: 8, to: folder.path)
    let read = try #require(try TokenizerFile.read(from: folder.path) as? WordTokenizer)
    #expect(read == tokenizer)
    #expect(try read.encode(text) == tokenizer.encode(text))
    #expect(try folder.names == ["tokenizer.json", "tokenizer_config.json"])
  }

  @Test func charactersReadBack() throws {
    let tokenizer = try CharacterTokenizer(vocabularyOf: text)
    try TokenizerFile.write(tokenizer, context: 8, to: folder.path)
    let read = try #require(try TokenizerFile.read(from: folder.path) as? CharacterTokenizer)
    #expect(read == tokenizer)
    #expect(read.decode(try read.encode(text)).utf8.elementsEqual(text.utf8))
  }

  /// The file with which tokenizers 0.23.3 was found to give the same ids and texts. Whoever changes
  /// how words are cut or joined must change this, and compare with that library again.
  @Test func theFileForWords() throws {
    try TokenizerFile.write(try WordTokenizer(tokens: ["a", "\n"]), context: 8, to: folder.path)
    let expected = #"""
      {
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [],
        "normalizer": {
          "type": "Replace",
          "pattern": {
            "Regex": "\\r\\n?"
          },
          "content": "\n"
        },
        "pre_tokenizer": {
          "type": "Split",
          "pattern": {
            "Regex": "[\\p{L}\\p{M}\\p{Nd}\\p{Pc}]+(?:['\\x{2019}\\-\\x{2010}\\x{2011}\\x{200C}\\x{200D}][\\p{L}\\p{M}\\p{Nd}\\p{Pc}]+)*|\\n|\\S\\p{M}*"
          },
          "behavior": "Removed",
          "invert": true
        },
        "post_processor": null,
        "decoder": {
          "type": "Sequence",
          "decoders": [
            {
              "type": "WordPiece",
              "prefix": "  ",
              "cleanup": false
            },
            {
              "type": "Fuse"
            },
            {
              "type": "Replace",
              "pattern": {
                "Regex": " (?=[\\n\\p{Pe}\\p{Pf}.,;:!?%…、。！，．：；？])|(?<=[\\n\\p{Ps}\\p{Pi}]) "
              },
              "content": ""
            }
          ]
        },
        "model": {
          "type": "WordLevel",
          "vocab": {
            "a": 0,
            "\n": 1
          },
          "unk_token": "<unk>"
        }
      }
      """#
    let written = try contents(folder.file("tokenizer.json"))
    #expect(String(decoding: written, as: UTF8.self) == expected)
  }

  @Test(arguments: [
    ("\"WordLevel\"", "\"BPE\"", "it has a normalizer"),
    ("\"WordLevel\"", "\"Unigram\"", "its tokenizer is \"Unigram\""),
    ("\"added_tokens\": []", "\"added_tokens\": [{}]", "it has added_tokens"),
    ("\"post_processor\": null", "\"post_processor\": {}", "it has a post_processor"),
    ("\"truncation\": null", "\"truncation\": {}", "it has a truncation"),
    ("p{Nd}", "p{N}", "it cuts or joins text"), ("\"Fuse\"", "\"Strip\"", "it cuts or joins text"),
    ("\"b\": 1", "\"b\": 2", "\"model.vocab.b\" is 2 and should be 0 to 1"),
    ("\"b\": 1", "\"b\": 0", "has the id 0 twice"), ("\"b\": 1", "\"b\": \"1\"", "is a string"),
    ("\"b\": 1", "\"a\": 1", "for the second time"),
    ("\"model\"", "\"modle\"", "lacks the key \"model\""),
  ]) func otherFilesAreRefused(part: String, replacement: String, expected: String) throws {
    try TokenizerFile.write(try WordTokenizer(tokens: ["a", "b"]), context: 8, to: folder.path)
    let path = try folder.file("tokenizer.json")
    let sound = String(decoding: try contents(path), as: UTF8.self)
    #expect(sound.contains(part))
    _ = try folder.file("tokenizer.json", sound.replacing(part, with: replacement).utf8)
    let error = try #require(throws: CheckpointError.self) {
      try TokenizerFile.read(from: folder.path)
    }
    #expect(error.cause == .badData)
    #expect(error.description.contains(expected))
    #expect(!error.description.contains("\n"))
  }

  @Test func aVocabularyThatDoesNotFitIsRefused() throws {
    try TokenizerFile.write(
      try CharacterTokenizer(tokens: ["a", "b"]), context: 8, to: folder.path)
    let sound = String(decoding: try contents(folder.file("tokenizer.json")), as: UTF8.self)
    _ = try folder.file("tokenizer.json", sound.replacing("\"b\"", with: "\"bc\"").utf8)
    #expect(throws: CheckpointError.self) { try TokenizerFile.read(from: folder.path) }
  }

  @Test func tokenizersThatCannotBeSavedAreRefused() {
    struct Other: Tokenizer {
      let vocabularySize = 0
      let unit = TokenUnit.words
      let endOfText: Int32? = nil
      func encode(
        utf8 text: ArraySlice<UInt8>, into ids: inout [Int32], unknown: inout UnknownTokens
      ) {}
      func token(_ id: Int32) -> String { "" }
      func bytes(of id: Int32, after previous: Int32?) -> [UInt8] { [] }
    }
    #expect(throws: CheckpointError.self) {
      try TokenizerFile.write(Other(), context: 1, to: folder.path)
    }
  }
}
