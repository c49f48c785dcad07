import Foundation
import Testing
import Tokenization

@Suite final class CorpusTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "corpus-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let url = folder.appending(path: name)
    try Data(bytes).write(to: url)
    return url.path
  }

  @Test func filesAreJoinedWithALineEndWhereOneIsMissing() throws {
    let paths = [
      try file("a", "one".utf8), try file("b", "\u{FEFF}two\r\n".utf8),
      try file("c", "\u{FEFF}\u{FEFF}three".utf8),
    ]
    let corpus = try Corpus(reading: paths)
    #expect(Array(corpus.text.utf8) == Array("one\ntwo\r\n\u{FEFF}three".utf8))
    #expect(corpus.paths == paths)
  }

  @Test func aPipeIsRead() throws {
    let path = folder.appending(path: "pipe").path
    #expect(unsafe mkfifo(path, 0o600) == 0)
    Thread.detachNewThread {
      // Opening it waits for the reader.
      try? FileHandle(forWritingAtPath: path)?.write(contentsOf: Data("one two\n".utf8))
    }
    #expect(try Corpus(reading: [path]).text == "one two\n")
  }

  @Test func whatCannotBeReadIsNamed() throws {
    let missing = folder.appending(path: "none").path
    #expect(throws: CorpusError.noFiles) { try Corpus(reading: []) }
    #expect(throws: CorpusError.missing(missing)) { try Corpus(reading: [missing]) }
    #expect(throws: CorpusError.directory(folder.path)) { try Corpus(reading: [folder.path]) }
    for (name, text) in [("empty", ""), ("mark", "\u{FEFF}"), ("blank", " \n\t")] {
      let path = try file(name, text.utf8)
      #expect(throws: CorpusError.empty(path)) { try Corpus(reading: [path]) }
    }
    #expect(CorpusError.missing("x").cause == .missingInput)
    #expect(CorpusError.empty("x").cause == .badData)
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may read everything"))
  func aFileWithoutPermissionIsUnreadable() throws {
    let path = try file("secret", "text".utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    let error = try #require(throws: CorpusError.self) { try Corpus(reading: [path]) }
    #expect(error.cause == .missingInput)
  }

  @Test func theFirstByteThatIsNotUTF8IsNamed() throws {
    let good = try file("good", "fine\n".utf8)
    let bad = try file("bad", Array("\u{FEFF}é".utf8) + [0xE9, 0x20])
    let error = try #require(throws: CorpusError.self) { try Corpus(reading: [good, bad]) }
    #expect(error == .notUTF8(bad, offset: 5, byte: 0xE9))
    #expect(
      error.description == """
        the corpus \(bad) is not UTF-8: byte 0xE9 at offset 5 is not part of a character; convert \
        the file to UTF-8
        """)
  }
}
