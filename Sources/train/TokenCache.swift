import Console
import Foundation
import MiniTransformer

/// The ids of texts: in memory where the text is small, else in a file in the run's folder, which the
/// next run with the same text and tokenizer uses again.
struct TokenCache {
  /// Above this many bytes the ids go to a file.
  private static let greatestInMemory = 1 << 24
  private static let prefix = "tokens-"

  private let tokenizer: any Tokenizer
  private let unknown: UnknownHandling
  /// Where the files lie; nil if nothing is to be left behind.
  private let folder: String?
  /// What, beside the text, the ids depend on.
  private let origin: Fingerprint
  private let used = Used()

  /// The names of the files that this run uses.
  private final class Used { var names: Set<String> = [] }

  init(_ settings: Settings, _ tokenizer: any Tokenizer) throws {
    (self.tokenizer, unknown) = (tokenizer, settings.unknown)
    folder = settings.isPlanOnly ? nil : settings.output
    var origin = Fingerprint()
    let choice = "\(settings.tokenizer) \(settings.unknown) \(Command.version)"
    origin.add(Array(choice.utf8))
    for id in 0..<Int32(tokenizer.vocabularySize) {
      origin.add(tokenizer.bytes(of: id, after: nil) + [0xFF])
    }
    for merge in (tokenizer as? BPETokenizer)?.merges ?? [] {
      origin.add(Array("\(merge.left) \(merge.right) ".utf8))
    }
    self.origin = origin
  }

  /// The ids of the text of some files.
  ///
  /// - Parameter hash: That of the text.
  func sequence(of files: CorpusFiles, _ hash: Fingerprint) throws -> TokenSequence {
    var parts = files.parts()
    var strangers = UnknownTokens()
    func nextIDs() throws -> [Int32]? {
      var ids: [Int32] = []
      guard let part = try parts.next() else {
        if unknown == .error { try strangers.check(tokenizer) }
        return nil
      }
      ids.reserveCapacity(
        tokenizer.unit == .words || tokenizer.unit == .tokens ? part.count / 3 : part.count)
      tokenizer.encode(utf8: part[...], into: &ids, unknown: &strangers)
      return ids
    }

    guard files.byteCount > Self.greatestInMemory else {
      var all: [Int32] = []
      while let ids = try nextIDs() { all = all.isEmpty ? ids : all + ids }
      return TokenSequence(all)
    }
    var key = origin
    key.add(Array("\(hash.hash)".utf8))
    let size = tokenizer.vocabularySize
    guard let folder else {
      let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
      try TokenFile.write(to: path, vocabularySize: size, nextIDs)
      // What is open can be read on.
      defer { try? FileManager.default.removeItem(atPath: path) }
      return TokenSequence(try TokenFile(path: path, vocabularySize: size))
    }
    try makeFolder(folder)
    let (name, file) = try TokenFile.kept(
      in: folder, as: "\(Self.prefix)\(key.hexadecimal)", vocabularySize: size, nextIDs)
    used.names.insert(name)
    return TokenSequence(file)
  }

  /// Removes the files of other texts and tokenizers.
  func removeOthers() {
    guard let folder else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(Self.prefix) && !used.names.contains(name) {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }
}
