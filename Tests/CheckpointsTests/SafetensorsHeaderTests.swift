import Foundation
import TestSupport
import Testing
import Tokenization

@testable import Checkpoints

@Suite struct SafetensorsHeaderTests {
  private let folder = TestFolder()

  private func problem(_ header: String, data: Int, length: UInt64? = nil) throws -> String {
    let length = length ?? UInt64(header.utf8.count)
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header.utf8
    let path = try folder.file("a", bytes + [UInt8](repeating: 0, count: data))
    do throws(CheckpointError) {
      _ = try SafetensorsFile(path: path)
      return "none"
    } catch {
      #expect(error.cause == .badData)
      #expect(!error.description.contains("\n"))
      return error.description
    }
  }

  private func tensor(_ dtype: String, _ shape: String, _ offsets: String) -> String {
    #"{"a":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  @Test func soundHeadersAreTaken() throws {
    #expect(try problem("{}", data: 0) == "none")
    #expect(try problem("{}      ", data: 0) == "none")
    #expect(try problem(tensor("F32", "[1]", "[0,4]"), data: 4) == "none")
    #expect(try problem(tensor("F32", "[3,0]", "[0,0]"), data: 0) == "none")
    #expect(try problem(#"{"__metadata__":null}"#, data: 0) == "none")
  }

  @Test(arguments: [UInt64(3), 100, 1 << 63, .max, .max - 7])
  func theHeaderIsNotLongerThanTheFile(length: UInt64) throws {
    #expect(
      try problem("{}", data: 0, length: length).contains(
        "its header should have \(length) bytes and 2"))
  }

  /// A header of a million tensors is refused before it is read.
  @Test func theHeaderIsOfASoundLength() throws {
    let longest = 1 << 23
    let text = "{}" + String(repeating: " ", count: longest - 1)
    #expect(
      try problem(text, data: 0).hasSuffix(
        "a is damaged: its header has \(longest + 1) bytes; expected at most \(longest)"))
    #expect(try problem(String(text.dropLast()), data: 0) == "none")
  }

  @Test(arguments: [
    ("", 0, "does not begin with {"), (" {}", 0, "does not begin with {"),
    ("[]", 0, "does not begin with {"),
    ("{}\u{0}", 0, "where the end belongs"),
    ("{}", 1, "its tensors should have 0 bytes and 1 are there"),
    (#"{"a":{}}"#, 0, "\"a\" lacks the key \"dtype\""),
    (#"{"a":1}"#, 0, "\"a\" is a whole number and should be an object"),
    (#"{"a":{},"a":{}}"#, 0, "for the second time"),
    (#"{"__metadata__":{"k":1}}"#, 0, "\"__metadata__.k\" is a whole number"),
  ]) func badHeadersAreNamed(header: String, data: Int, expected: String) throws {
    #expect(try problem(header, data: data).contains(expected))
  }

  @Test(arguments: [
    ("F33", "[1]", "[0,4]", 4, "unknown dtype \"F33\""),
    ("F32", "[-1]", "[0,4]", 4, "\"a.shape[0]\" is -1 and should be at least 0"),
    ("F32", "[1.0]", "[0,4]", 4, "should be a whole number"),
    ("F32", "[2]", "[0,4]", 4, "do not fill"),
    ("F32", "[4611686018427387904,4]", "[0,0]", 0, "do not fill"),
    ("F32", "[1]", "[4,8]", 8, "begins at byte 4"),
    ("F32", "[1]", "[4,0]", 4, "should have begin and end"),
    ("F32", "[1]", "[4]", 4, "should have begin and end"),
    ("F32", "[1]", "[0,4]", 3, "its tensors should have 4 bytes and 3"),
    ("F32", "[1]", "[0,4]", 5, "should have 4 bytes and 5"),
    (
      "F32", "[1]", "[9223372036854775803,9223372036854775807]", 4,
      "begins at byte 9223372036854775803"
    ),
  ]) func badTensorsAreNamed(
    dtype: String, shape: String, offsets: String, data: Int, expected: String
  ) throws {
    #expect(try problem(tensor(dtype, shape, offsets), data: data).contains(expected))
  }

  @Test(arguments: [("[0,8]", "[4,8]"), ("[0,4]", "[8,12]"), ("[0,4]", "[0,4]")])
  func overlapsAndHolesAreNamed(first: String, second: String) throws {
    let size = first == "[0,8]" ? 2 : 1
    let header = #"""
      {"a":{"dtype":"F32","shape":[\#(size)],"data_offsets":\#(first)},"b":{"dtype":"F32","shape":[1],"data_offsets":\#(second)}}
      """#
    #expect(try problem(header, data: 12).contains("the tensor \"b\" begins at byte"))
  }
}

private let badFiles = Fixtures.directory + "/bad-safetensors"

/// Files made to be refused, with the verdicts of the official library.
@Suite struct BadSafetensorsTests {
  /// Verdicts on which a reader may differ, where this one does.
  private static let stricter: Set = [
    "leading-space.safetensors", "duplicate-tensor-name.safetensors",
  ]

  @Test(.timeLimit(.minutes(1))) func everyVerdictIsTheOfficialLibrarys() throws {
    let files = try JSONField(readingFile: badFiles + "/manifest.json").member("files")
      .elements()
    #expect(files.count == 87)
    for file in files {
      let name = try file.member("file").string()
      let isValid = try file.member("expected").string() == "valid" && !Self.stricter.contains(name)
      do throws(CheckpointError) {
        let opened = try SafetensorsFile(path: "\(badFiles)/\(name)")
        #expect(isValid, "\(name) should be refused")
        #expect(try opened.entries.count == file.member("tensors").integer(), "\(name)")
        for (tensor, expected) in try file.member("first_tensors").members() {
          let (entry, parts) = (try opened.entry(tensor), try expected.elements())
          #expect(try entry.dtype.rawValue == parts[0].string(), "\(name)")
          var shape: [Int] = []
          for size in try parts[1].elements() { shape.append(try size.integer()) }
          #expect(entry.shape == shape, "\(name)")
        }
      } catch {
        #expect(!isValid, "\(name): \(error)")
        #expect(error.cause == .badData)
        #expect(!error.description.contains("\n") && error.description.utf8.count < 600, "\(error)")
      }
    }
  }
}
