import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct JSONFieldTests {
  private let root: JSONField

  init() throws {
    let text =
      #"{"model":{"layers":12,"eps":1e-5,"tied":true,"name":"x","none":null},"shape":[2,-1]}"#
    root = try JSONField(parsing: Array(text.utf8), from: "c.json")
  }

  @Test func valuesAreFound() throws {
    let model = try root.member("model")
    #expect(try model.member("layers").integer(in: 1...12) == 12)
    #expect(try model.member("layers").double() == 12)
    #expect(try model.member("eps").double() == 1e-5)
    #expect(try model.member("tied").bool())
    #expect(try model.member("name").string() == "x")
    #expect(try root.member("shape").elements().map { try $0.integer() } == [2, -1])
    #expect(try root.members().map(\.key) == ["model", "shape"])
    #expect(try model.optionalMember("none") == nil)
    #expect(try model.optionalMember("absent") == nil)
    #expect(try model.optionalMember("name")?.string() == "x")
  }

  @Test func errorsNameTheKeys() throws {
    func problem(_ body: (JSONField) throws(CheckpointError) -> Void) -> String {
      do throws(CheckpointError) {
        try body(root)
        return "none"
      } catch {
        return error.description
      }
    }
    #expect(
      problem { root throws(CheckpointError) in _ = try root.member("modle") }
        == "c.json is damaged: the JSON text lacks the key \"modle\"")
    #expect(
      problem { root throws(CheckpointError) in _ = try root.member("model").member("x") }
        == "c.json is damaged: \"model\" lacks the key \"x\"")
    #expect(
      problem { root throws(CheckpointError) in
        _ = try root.member("model").member("name").integer()
      }
        == "c.json is damaged: \"model.name\" is a string and should be a whole number")
    #expect(
      problem { root throws(CheckpointError) in _ = try root.member("model").member("eps").integer()
      }
        == "c.json is damaged: \"model.eps\" is a number with a fraction or beyond 64 bits and should be a whole number"
    )
    #expect(
      problem { root throws(CheckpointError) in
        _ = try root.member("model").member("layers").integer(in: 1...8)
      }
        == "c.json is damaged: \"model.layers\" is 12 and should be 1 to 8")
    #expect(
      problem { root throws(CheckpointError) in
        _ = try root.member("shape").elements()[1].integer(in: 0 ... .max)
      }
        == "c.json is damaged: \"shape[1]\" is -1 and should be at least 0")
    #expect(
      problem { root throws(CheckpointError) in _ = try root.member("shape").members() }
        == "c.json is damaged: \"shape\" is a list and should be an object")
    #expect(
      problem { root throws(CheckpointError) in _ = try root.member("model").member("none").string()
      }
        == "c.json is damaged: \"model.none\" is null and should be a string")
    let nested = try JSONField(parsing: Array(#"[{"a":{"b":[1,[2]]}}]"#.utf8), from: "")
    let inner = try nested.elements()[0].member("a").member("b").elements()[1].elements()[0]
    #expect((nested.keys, inner.keys) == ("", "[0].a.b[1][0]"))
  }

  @Test func keysAreComparedAsBytes() throws {
    let field = try JSONField(parsing: Array("{\"\u{C5}\":1}".utf8), from: "")
    #expect(try field.optionalMember("\u{212B}") == nil)
    #expect(try field.member("\u{C5}").integer() == 1)
  }

  @Test func filesAreRead() throws {
    let folder = TestFolder()
    let path = try folder.file("a.json", "[1]".utf8)
    #expect(try JSONField(readingFile: path).elements().count == 1)
    let missing = try folder.file("b.json")
    #expect(throws: CheckpointError.missing(path: missing)) { try JSONField(readingFile: missing) }
    #expect(
      throws: CheckpointError.unreadable(path: folder.path, reason: "it is not a regular file")
    ) {
      try JSONField(readingFile: folder.path)
    }
  }

  @Test func hugeFilesAreRefusedBeforeTheyAreRead() throws {
    let folder = TestFolder()
    let path = try folder.file("huge.json", [])
    // The file has this length and takes no room on the disk.
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 1 << 40)
    #expect(throws: CheckpointError.self) { try JSONField(readingFile: path) }
  }
}
