import Tokenization

/// Tokenizers as the `tokenizer.json` of a Hugging Face folder, which Python's `tokenizers` loads
/// and with which it gives the same ids and the same decoded text.
///
/// Words and characters are both a `WordLevel` model behind a `Split` by a regular expression. The
/// model's unknown token is named, as the format demands, and not in the vocabulary, so that an
/// unknown word is an error there as it is here.
public enum TokenizerFile {
  private static let name = "tokenizer.json"

  /// Writes `tokenizer.json` and the `tokenizer_config.json` that goes with it into a folder.
  ///
  /// - Parameter context: the greatest number of tokens that the model takes, for the config.
  /// - Throws: ``CheckpointError``
  public static func write(
    _ tokenizer: any Tokenizer, context: Int, to folder: String
  ) throws(CheckpointError) {
    let path = path(of: name, in: folder)
    let parts: TokenizerParts
    switch tokenizer {
    case is WordTokenizer: parts = .words
    case is CharacterTokenizer: parts = .characters
    default: throw .unsupported(path: path, problem: "\(type(of: tokenizer)) cannot be saved")
    }
    let vocabulary = (0..<Int32(tokenizer.vocabularySize)).map { id in
      JSON.Member(key: tokenizer.token(id), value: .integer(Int64(id)))
    }
    let json: JSON = [
      "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": [],
      "normalizer": parts.normalizer, "pre_tokenizer": parts.preTokenizer,
      "post_processor": nil, "decoder": parts.decoder,
      "model": ["type": "WordLevel", "vocab": .object(vocabulary), "unk_token": "<unk>"],
    ]
    let config: JSON = [
      "clean_up_tokenization_spaces": false, "model_max_length": .integer(Int64(context)),
      "tokenizer_class": "PreTrainedTokenizerFast",
    ]
    let configPath = self.path(of: "tokenizer_config.json", in: folder)
    try AtomicFile.write(json.text(.pretty, for: path), to: path)
    try AtomicFile.write(config.text(.pretty, for: configPath), to: configPath)
  }

  /// Reads the `tokenizer.json` of a folder.
  ///
  /// - Throws: ``CheckpointError``; ``CheckpointError/unsupported(path:problem:)`` if the file holds
  ///   a tokenizer that would give other ids or other text than ours.
  public static func read(from folder: String) throws(CheckpointError) -> any Tokenizer {
    let root = try JSONField(readingFile: path(of: name, in: folder))
    let model = try root.member("model")
    let type = try model.member("type").string()
    guard type == "WordLevel" else {
      let name = type == "BPE" ? "byte-pair encoding (BPE)" : type.quoted()
      throw unsupported(root, "its tokenizer is \(name), not words or characters (WordLevel)")
    }
    for key in ["post_processor", "truncation"] where try root.optionalMember(key) != nil {
      throw unsupported(root, "it has a \(key), which a tokenizer of this package has not")
    }
    if let added = try root.optionalMember("added_tokens"), try !added.elements().isEmpty {
      throw unsupported(root, "it has added_tokens, which a tokenizer of this package has not")
    }
    let isWords = try TokenizerParts.words.match(root)
    let isCharacters = try TokenizerParts.characters.match(root)
    guard isWords || isCharacters else {
      throw unsupported(
        root, "it cuts or joins text neither into words nor into characters as this package does")
    }
    let tokens = try tokens(of: model.member("vocab"))
    do throws(TokenizationError) {
      return isWords ? try WordTokenizer(tokens: tokens) : try CharacterTokenizer(tokens: tokens)
    } catch {
      throw root.damaged(error.description)
    }
  }

  /// The tokens in the order of their ids.
  private static func tokens(of vocabulary: JSONField) throws(CheckpointError) -> [String] {
    let members = try vocabulary.members()
    var tokens = [String?](repeating: nil, count: members.count)
    for (token, field) in members {
      let id = try field.integer(in: 0...max(0, members.count - 1))
      guard tokens[id] == nil else {
        throw vocabulary.damaged("\(vocabulary.name) has the id \(id) twice")
      }
      tokens[id] = token
    }
    return tokens.compactMap { $0 }
  }

  private static func unsupported(_ root: JSONField, _ problem: String) -> CheckpointError {
    .unsupported(path: root.path, problem: problem)
  }

  private static func path(of name: String, in folder: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}

/// The parts of a `tokenizer.json` that say how text is cut and joined.
private struct TokenizerParts {
  let normalizer: JSON
  let preTokenizer: JSON
  let decoder: JSON

  /// ``WordTokenizer``; these expressions say the same as the classes of scalars there.
  static let words = TokenizerParts(
    normalizer: ["type": "Replace", "pattern": ["Regex": #"\r\n?"#], "content": "\n"],
    preTokenizer: [
      "type": "Split", "pattern": ["Regex": .string(#"\#(run)(?:\#(inner)\#(run))*|\n|\S\p{M}*"#)],
      "behavior": "Removed", "invert": true,
    ],
    decoder: [
      "type": "Sequence",
      "decoders": [
        // This one joins with spaces; no token begins with two of them, its mark of continuation.
        ["type": "WordPiece", "prefix": "  ", "cleanup": false],
        ["type": "Fuse"],
        [
          "type": "Replace", "pattern": ["Regex": .string(" (?=\(closing))|(?<=\(opening)) ")],
          "content": "",
        ],
      ],
    ])

  private static let run = #"[\p{L}\p{M}\p{Nd}\p{Pc}]+"#
  private static let inner = #"['\x{2019}\-\x{2010}\x{2011}\x{200C}\x{200D}]"#
  private static let closing = #"[\n\p{Pe}\p{Pf}.,;:!?%…、。！，．：；？]"#
  private static let opening = #"[\n\p{Ps}\p{Pi}]"#

  /// ``CharacterTokenizer``
  static let characters = TokenizerParts(
    normalizer: nil,
    preTokenizer: [
      "type": "Split", "pattern": ["Regex": #"[\s\S]"#], "behavior": "Isolated", "invert": false,
    ],
    decoder: ["type": "Fuse"])

  /// Whether a file has these parts, byte for byte.
  func match(_ root: JSONField) throws(CheckpointError) -> Bool {
    for (key, expected) in [
      ("normalizer", normalizer), ("pre_tokenizer", preTokenizer), ("decoder", decoder),
    ] {
      let found = try root.optionalMember(key)?.value ?? .null
      guard found == expected else { return false }
    }
    return true
  }
}
