import Foundation
public import Tokenization

/// Tokenizers as the `tokenizer.json` of a Hugging Face folder, which Python's `tokenizers` loads
/// and with which it gives the same ids and the same decoded text.
///
/// What it does with text that the vocabulary lacks is no part of a tokenizer: words and characters
/// that are unknown are an error there, as they are here unless they are to be skipped.
public enum TokenizerFile {
  private static let name = "tokenizer.json"
  private static let configName = "tokenizer_config.json"

  /// Whether a folder holds a tokenizer, whole or damaged.
  public static func exists(in folder: String) -> Bool {
    [name, MergesFile.vocabularyName].contains { name in
      FileManager.default.fileExists(atPath: path(of: name, in: folder))
    }
  }

  /// Writes `tokenizer.json` and the `tokenizer_config.json` that goes with it into a folder.
  ///
  /// - Parameter context: the greatest number of tokens that the model takes, for the config.
  /// - Throws: ``CheckpointError``
  public static func write(
    _ tokenizer: any Tokenizer, context: Int, to folder: String
  ) throws(CheckpointError) {
    let path = path(of: name, in: folder)
    let json: JSON
    switch tokenizer {
    case is WordTokenizer: json = WordLevelFile.json(tokenizer, .words)
    case is CharacterTokenizer: json = WordLevelFile.json(tokenizer, .characters)
    case is ByteTokenizer: json = BytePairFile.bytes
    case let tokenizer as BPETokenizer: json = BytePairFile.json(tokenizer)
    default: throw .unsupported(path: path, problem: "\(type(of: tokenizer)) cannot be saved")
    }
    var config: [JSON.Member] = [
      .init(key: "clean_up_tokenization_spaces", value: false),
      .init(key: "model_max_length", value: .integer(Int64(context))),
      .init(key: "tokenizer_class", value: "PreTrainedTokenizerFast"),
    ]
    if let mark = tokenizer.endOfText {
      let text = JSON.string(tokenizer.token(mark))
      config += ["bos_token", "eos_token"].map { JSON.Member(key: $0, value: text) }
    }
    let configPath = self.path(of: configName, in: folder)
    try AtomicFile.write(json.text(.pretty, for: path), to: path)
    try AtomicFile.write(JSON.object(config).text(.pretty, for: configPath), to: configPath)
  }

  /// Reads the tokenizer of a folder: `tokenizer.json`, or GPT-2's `vocab.json` and `merges.txt`.
  ///
  /// - Throws: ``CheckpointError``; ``CheckpointError/unsupported(path:problem:)`` if the file holds
  ///   a tokenizer that would give other ids or other text than ours.
  public static func read(from folder: String) throws(CheckpointError) -> any Tokenizer {
    let path = path(of: name, in: folder)
    let hasFile = FileManager.default.fileExists(atPath: path)
    guard hasFile || exists(in: folder) else { throw .missing(path: path) }
    let configPath = self.path(of: configName, in: folder)
    var mark: String?
    if FileManager.default.fileExists(atPath: configPath) {
      let config = try JSONField(readingFile: configPath)
      mark = try endOfText(config)
      if let field = try config.optionalMember("add_prefix_space"), try field.bool() {
        throw config.unsupported(
          "\"add_prefix_space\" puts a space before each text, which this package does not do")
      }
    }
    guard hasFile else { return try MergesFile.read(from: folder, endOfText: mark) }

    let root = try JSONField(readingFile: path)
    let type = try root.member("model").member("type").string()
    switch type {
    case "WordLevel": return try WordLevelFile.read(root)
    case "BPE": return try BytePairFile.read(root, endOfText: mark)
    default:
      throw root.unsupported(
        "its tokenizer is \(type.quoted()), not words or characters (WordLevel) and not byte-level "
          + "byte-pair encoding (BPE)")
    }
  }

  /// The text of the token that ends a text, which stands there by itself or in an object.
  private static func endOfText(_ config: JSONField) throws(CheckpointError) -> String? {
    guard let field = try config.optionalMember("eos_token") else { return nil }
    if case .object = field.value { return try field.member("content").string() }
    return try field.string()
  }

  static func path(of name: String, in folder: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}

extension JSONField {
  /// An error of this file, which is sound and holds what this package does not do.
  func unsupported(_ problem: String) -> CheckpointError {
    .unsupported(path: path, problem: problem)
  }
}
