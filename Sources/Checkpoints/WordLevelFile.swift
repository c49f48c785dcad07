import Tokenization

/// Words and characters in a `tokenizer.json`: both are a `WordLevel` model behind a `Split` by a
/// regular expression. The model's unknown token is named, as the format demands, and not in the
/// vocabulary, so that an unknown word is an error there as it is here.
enum WordLevelFile {
  /// The JSON of a tokenizer of words or characters.
  static func json(_ tokenizer: any Tokenizer, _ parts: TokenizerParts) -> JSON {
    let vocabulary = (0..<Int32(tokenizer.vocabularySize)).map { id in
      JSON.Member(key: tokenizer.token(id), value: .integer(Int64(id)))
    }
    return parts.json(
      addedTokens: [],
      model: ["type": "WordLevel", "vocab": .object(vocabulary), "unk_token": "<unk>"])
  }

  /// The tokenizer of a file whose model is `WordLevel`.
  static func read(_ root: JSONField) throws(CheckpointError) -> any Tokenizer {
    for key in ["post_processor", "truncation"] where try root.optionalMember(key) != nil {
      throw root.unsupported("it has a \(key), which a tokenizer of this package has not")
    }
    if let added = try root.optionalMember("added_tokens"), try !added.elements().isEmpty {
      throw root.unsupported("it has added_tokens, which a tokenizer of words has not")
    }
    let isWords = try TokenizerParts.words.match(root)
    let isCharacters = try TokenizerParts.characters.match(root)
    guard isWords || isCharacters else {
      throw root.unsupported(
        "it cuts or joins text neither into words nor into characters as this package does")
    }
    let tokens = try tokens(of: root.member("model").member("vocab"))
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
}
