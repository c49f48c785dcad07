import Console
import MiniTransformer

/// What a person wants the model to read: a text or ids.
struct Reading {
  private enum Source {
    case text(String)
    case ids([Int32])
  }
  private let source: Source
  private let unknown: UnknownHandling

  /// Takes the text or the ids; exactly one of them must be there.
  init(text: String?, ids: [Int32]?, unknown: UnknownHandling) throws(UsageError) {
    self.unknown = unknown
    switch (text, ids) {
    case (let text?, nil): source = .text(text)
    case (nil, let ids?): source = .ids(ids)
    case (nil, nil): throw UsageError("the TEXT is missing; write it in quotes, or ids with --ids")
    case (_?, _?): throw UsageError("there are a TEXT and --ids; give one of them")
    }
  }

  /// The model that reads it. Ids need no tokenizer, so one that cannot be read is left out then.
  func checkpoint(in folder: String) throws(CheckpointError) -> Checkpoint {
    do throws(CheckpointError) {
      return try Checkpoint(from: folder)
    } catch {
      guard case .ids = source else { throw error }
      return try Checkpoint(from: folder, readsTokenizer: false)
    }
  }

  /// The ids for a model. Of more than its context the last ones count, which is said on standard
  /// error.
  func ids(for checkpoint: Checkpoint, in folder: String) throws -> [Int32] {
    let ids: [Int32]
    switch source {
    case .ids(let given):
      try checkVocabulary(of: given, size: checkpoint.model.vocabularySize)
      ids = given
    case .text(let text):
      guard let tokenizer = checkpoint.tokenizer else {
        throw CheckpointError.unsupported(
          path: folder, problem: "it has no tokenizer.json; give the ids with --ids")
      }
      ids = try tokenizer.encode(text, unknown: unknown)
    }
    guard !ids.isEmpty else { throw UsageError("the text has no token; write one") }
    let context = checkpoint.model.contextLength
    if ids.count > context {
      try StandardStream.error.print(
        "the text has \(ids.count) tokens; the model sees the last \(context)")
    }
    return ids.suffix(context)
  }
}

extension Checkpoint {
  /// A token in words, or its number where there is no tokenizer.
  func label(_ id: Int32) -> String { tokenizer?.label(id) ?? "#\(id)" }
}

extension Tokenizer {
  /// The text of a token; of one that is part of a character, as it stands in the vocabulary.
  func label(_ id: Int32) -> String {
    String(validating: bytes(of: id, after: nil), as: UTF8.self) ?? token(id)
  }
}

extension StandardStream {
  /// Writes a JSON document.
  func print(_ json: JSON) throws {
    try print(String(decoding: json.text(.pretty, for: "standard output"), as: UTF8.self))
  }

  /// Names a command to try next, where a person is looking.
  func suggest(_ command: String) throws {
    if isTerminal { try print("\nnext: swift run -c release \(command)") }
  }
}

extension JSON {
  /// A list of ids.
  init(_ ids: [Int32]) { self = .array(ids.map { .integer(Int64($0)) }) }
}
