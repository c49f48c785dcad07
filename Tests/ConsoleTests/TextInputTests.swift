import Console
import TestSupport
import Testing
import Tokenization

@Suite struct TextInputTests {
  private let folder = TestFolder()

  private func read(_ bytes: some Sequence<UInt8>) throws -> String {
    try TextInput.file(folder.file("prompt.txt", bytes))
  }

  @Test func theWholeText() throws {
    #expect(try read("Two\nlines".utf8) == "Two\nlines")
    #expect(try read("".utf8) == "")
    #expect(try read("हिन्दी 🙂".utf8) == "हिन्दी 🙂")
  }

  /// One line end at the end, as editors and shells put it there, and a byte-order mark at the start.
  @Test func whatIsNoText() throws {
    #expect(try read("a\n".utf8) == "a")
    #expect(try read("a\n\n".utf8) == "a\n")
    #expect(try read([0xEF, 0xBB, 0xBF] + "a".utf8) == "a")
  }

  @Test func errors() throws {
    let path = try folder.file("prompt.txt", Array("Å".utf8) + [0xC3])
    #expect(throws: TextInputError.notUTF8(path, offset: 2, byte: 0xC3)) {
      try TextInput.file(path)
    }
    let missing = try folder.file("none.txt")
    #expect(throws: TextInputError.missing(missing)) { try TextInput.file(missing) }
    let error = #expect(throws: TextInputError.self) { try TextInput.file(folder.path) }
    #expect(error?.description == "\(folder.path) cannot be read: it is a folder")
    #expect(error?.cause == .missingInput)
  }
}
