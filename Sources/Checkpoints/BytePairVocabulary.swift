import Tokenization

/// A byte-level vocabulary and its merges while they are read, in whichever form they are written.
struct BytePairVocabulary {
  /// The vocabulary in its file, for messages.
  private let field: JSONField
  /// Ids by the UTF-8 bytes of the names that tokens have in the file.
  private var ids: [[UInt8]: Int32] = [:]
  private var added: [AddedToken] = []
  private var merges: [BPETokenizer.Merge] = []

  /// The names of tokens and their ids.
  init(_ field: JSONField) throws(CheckpointError) {
    self.field = field
    let members = try field.members()
    ids.reserveCapacity(members.count)
    for (name, id) in members { ids[Array(name.utf8)] = try Self.id(id) }
  }

  private static func id(_ field: JSONField) throws(CheckpointError) -> Int32 {
    Int32(try field.integer(in: 0...Int(Int32.max)))
  }

  /// Whether there is a token of this name.
  func contains(_ name: String) -> Bool { ids[Array(name.utf8)] != nil }

  /// Marks a token as an added one; it may stand in the vocabulary itself or not.
  mutating func add(
    _ text: String, _ field: JSONField, isSpecial: Bool
  ) throws(CheckpointError) {
    let id = try Self.id(field)
    let known = ids.updateValue(id, forKey: Array(text.utf8))
    guard known ?? id == id else {
      throw field.damaged("the added token \(text.quoted()) has the id \(id) and another one")
    }
    added.append(AddedToken(id: id, isSpecial: isSpecial))
  }

  /// Marks a token of the vocabulary as a special one.
  mutating func addSpecial(_ text: String) {
    guard let id = ids[Array(text.utf8)] else { return }
    added.append(AddedToken(id: id, isSpecial: true))
  }

  /// Adds a merge of two named parts.
  ///
  /// - Parameter place: Where it stands, for messages.
  mutating func merge(
    _ parts: [Substring], _ place: String, in path: String
  ) throws(CheckpointError) {
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw .damaged(
        path: path, problem: "\(place) has \(parts.count) parts; a merge is of two tokens")
    }
    func id(_ name: String) throws(CheckpointError) -> Int32 {
      guard let id = ids[Array(name.utf8)] else {
        throw .damaged(
          path: path, problem: "\(place) needs \(name.quoted()), which the vocabulary lacks")
      }
      return id
    }
    let (left, right) = (String(parts[0]), String(parts[1]))
    merges.append(
      BPETokenizer.Merge(left: try id(left), right: try id(right), result: try id(left + right)))
  }

  /// The tokenizer of what was read.
  ///
  /// - Parameter endOfText: The text of the token at the end of a text, GPT-2's by default.
  func tokenizer(endOfText: String?) throws(CheckpointError) -> any Tokenizer {
    var tokens = [[UInt8]](repeating: [], count: ids.count)
    let addedIDs = Set(added.map(\.id))
    for (name, id) in ids {
      guard tokens.indices.contains(Int(id)) else {
        let last = tokens.count - 1
        throw field.damaged("its \(tokens.count) tokens need the ids 0 to \(last); found \(id)")
      }
      guard tokens[Int(id)].isEmpty else { throw field.damaged("it has the id \(id) twice") }
      let text = String(decoding: name, as: UTF8.self)
      // As the library does: what is not written in the alphabet of bytes stands for itself.
      tokens[Int(id)] = addedIDs.contains(id) ? name : ByteAlphabet.bytes(of: text) ?? name
    }
    if merges.isEmpty, added.isEmpty, tokens == (0...255).map({ [UInt8($0)] }) {
      return ByteTokenizer()
    }
    do throws(TokenizationError) {
      return try BPETokenizer(
        tokens: tokens, merges: merges, addedTokens: added,
        endOfText: endOfText ?? BPETrainer.endOfText)
    } catch {
      throw field.damaged(error.description)
    }
  }
}
