import Tokenization

/// Bytes and byte-level byte-pair encoding in a `tokenizer.json`: a `BPE` model between the
/// pre-tokenizer and the decoder that are called `ByteLevel`, as GPT-2 has them.
enum BytePairFile {
  /// The JSON of ``ByteTokenizer``: no merges, and each byte is its own id.
  static var bytes: JSON {
    let vocabulary = (0...255).map { byte in
      member(ByteAlphabet.string(of: [UInt8(byte)]), Int32(byte))
    }
    return TokenizerParts.byteLevel.json(
      addedTokens: [], model: model(vocabulary: vocabulary, merges: []))
  }

  /// The JSON of a tokenizer.
  static func json(_ tokenizer: BPETokenizer) -> JSON {
    let added = tokenizer.addedTokens.map { token in
      JSON.object([
        .init(key: "id", value: .integer(Int64(token.id))),
        .init(key: "content", value: .string(tokenizer.token(token.id))),
        .init(key: "single_word", value: false), .init(key: "lstrip", value: false),
        .init(key: "rstrip", value: false), .init(key: "normalized", value: false),
        .init(key: "special", value: .bool(token.isSpecial)),
      ])
    }
    func name(_ id: Int32) -> String {
      ByteAlphabet.string(of: tokenizer.bytes(of: id, after: nil))
    }
    let addedIDs = Set(tokenizer.addedTokens.map(\.id))
    let vocabulary = (0..<Int32(tokenizer.vocabularySize)).map { id in
      member(addedIDs.contains(id) ? tokenizer.token(id) : name(id), id)
    }
    let merges = tokenizer.merges.map { JSON.string("\(name($0.left)) \(name($0.right))") }
    return TokenizerParts.byteLevel.json(
      addedTokens: added, model: model(vocabulary: vocabulary, merges: merges))
  }

  private static func member(_ token: String, _ id: Int32) -> JSON.Member {
    JSON.Member(key: token, value: .integer(Int64(id)))
  }

  private static func model(vocabulary: [JSON.Member], merges: [JSON]) -> JSON {
    [
      "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil,
      "end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
      "vocab": .object(vocabulary), "merges": .array(merges),
    ]
  }

  /// The tokenizer of a file whose model is `BPE`.
  static func read(_ root: JSONField, endOfText: String?) throws(CheckpointError) -> any Tokenizer {
    try checkParts(root)
    let model = try root.member("model")
    try checkModel(model)
    var vocabulary = try BytePairVocabulary(try model.member("vocab"))
    for token in try root.optionalMember("added_tokens")?.elements() ?? [] {
      for flag in ["single_word", "lstrip", "rstrip"] {
        if let field = try token.optionalMember(flag), try field.bool() {
          throw root.unsupported(
            "\(field.name) is true; this package finds an added token wherever its text stands")
        }
      }
      try vocabulary.add(
        token.member("content").string(), token.member("id"),
        isSpecial: try token.optionalMember("special")?.bool() ?? false)
    }
    for merge in try model.member("merges").elements() {
      if case .string(let text) = merge.value {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        try vocabulary.merge(parts, merge.name, in: root.path)
      } else {
        var parts: [Substring] = []
        for part in try merge.elements() { parts.append(Substring(try part.string())) }
        try vocabulary.merge(parts, merge.name, in: root.path)
      }
    }
    return try vocabulary.tokenizer(endOfText: endOfText)
  }

  /// Everything but the model; offsets, which `trim_offsets` is about, are nothing to us.
  private static func checkParts(_ root: JSONField) throws(CheckpointError) {
    for key in ["normalizer", "truncation", "padding"] where try root.optionalMember(key) != nil {
      throw root.unsupported("it has a \(key), which a tokenizer of this package has not")
    }
    for key in ["pre_tokenizer", "decoder", "post_processor"] {
      let part = try root.optionalMember(key)
      if part == nil, key == "post_processor" { continue }
      let type = try part?.member("type").string()
      guard type == "ByteLevel" else {
        throw root.unsupported(
          "its \(key) is \(type?.quoted() ?? "missing"), not \"ByteLevel\" as GPT-2's")
      }
      let isCutter = key == "pre_tokenizer"
      if isCutter, try part?.optionalMember("add_prefix_space")?.bool() ?? true {
        throw root.unsupported("its pre_tokenizer puts a space before each text")
      }
      if isCutter, try part?.optionalMember("use_regex")?.bool() == false {
        throw root.unsupported("its pre_tokenizer does not cut text as GPT-2's does")
      }
    }
  }

  private static func checkModel(_ model: JSONField) throws(CheckpointError) {
    for key in ["continuing_subword_prefix", "end_of_word_suffix", "unk_token"] {
      if let field = try model.optionalMember(key), try !field.string().isEmpty {
        throw model.unsupported("\(field.name) is \(try field.string().quoted()); GPT-2's has none")
      }
    }
    for key in ["byte_fallback", "ignore_merges"] {
      if let field = try model.optionalMember(key), try field.bool() {
        throw model.unsupported("\(field.name) is true; GPT-2's is false")
      }
    }
    if let field = try model.optionalMember("dropout"), try field.double() != 0 {
      throw model.unsupported("\(field.name) makes its ids random")
    }
  }
}
