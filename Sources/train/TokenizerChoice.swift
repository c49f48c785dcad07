import Console
import Foundation
import MiniTransformer

/// What `--tokenizer` and `--vocabulary` ask for.
enum TokenizerChoice: Equatable {
  case word, character, byte
  case bpe(vocabulary: Int)
  /// The tokenizer of a folder.
  case folder(String)

  static let standardVocabulary = 1024

  private static let names = ["word", "character", "byte", "bpe"]

  init(_ name: String, vocabulary: Int?) throws(UsageError) {
    switch name {
    case "word": self = .word
    case "character": self = .character
    case "byte": self = .byte
    case "bpe": self = .bpe(vocabulary: vocabulary ?? Self.standardVocabulary)
    default:
      guard name.contains("/") || FileManager.default.fileExists(atPath: name) else {
        let nearest = Spelling.closest(to: name, among: Self.names, limit: 1)
          .first.map { "; did you mean \($0)?" }
        throw UsageError(
          "--tokenizer must be word, character, byte, bpe or a folder; found \(name.quoted())"
            + (nearest ?? ""))
      }
      self = .folder(name)
    }
    guard self.vocabulary == vocabulary || vocabulary == nil else {
      throw UsageError("--vocabulary is for --tokenizer bpe; the size of others is what they have")
    }
  }

  /// The word that chooses it, or the folder.
  var name: String {
    switch self {
    case .word: "word"
    case .character: "character"
    case .byte: "byte"
    case .bpe: "bpe"
    case .folder(let path): path
    }
  }

  /// How many tokens are to be learned at most.
  var vocabulary: Int? {
    if case .bpe(let vocabulary) = self { vocabulary } else { nil }
  }

  /// What makes it from the corpus; nil if it is ready in a folder.
  var builder: (any TokenizerBuilder)? {
    switch self {
    case .word: WordTokenizer.Builder()
    case .character: CharacterTokenizer.Builder()
    case .byte: ByteTokenizer()
    case .bpe(let vocabulary): BPETrainer(vocabularySize: vocabulary)
    case .folder: nil
    }
  }
}
