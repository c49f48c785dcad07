import Foundation
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct SafetensorsFileTests {
  private let folder = TestFolder()

  private func open(_ header: String, _ data: [UInt8]) throws -> SafetensorsFile {
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    return try SafetensorsFile(path: folder.file("a", length + header.utf8 + data))
  }

  @Test func valuesOfEveryReadableTypeAreConverted() throws {
    let file = try open(
      #"""
      {"f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"f32":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},
      "f16":{"dtype":"F16","shape":[1],"data_offsets":[16,18]},"bf16":{"dtype":"BF16","shape":[1],"data_offsets":[18,20]},
      "i64":{"dtype":"I64","shape":[1],"data_offsets":[20,28]},"i32":{"dtype":"I32","shape":[],"data_offsets":[28,32]},
      "i16":{"dtype":"I16","shape":[1],"data_offsets":[32,34]},"i8":{"dtype":"I8","shape":[1],"data_offsets":[34,35]},
      "u64":{"dtype":"U64","shape":[1],"data_offsets":[35,43]},"u32":{"dtype":"U32","shape":[1],"data_offsets":[43,47]},
      "u16":{"dtype":"U16","shape":[1],"data_offsets":[47,49]},"u8":{"dtype":"U8","shape":[1],"data_offsets":[49,50]},
      "bool":{"dtype":"BOOL","shape":[2],"data_offsets":[50,52]},"__metadata__":{"k":"v"}}
      """#,
      [
        0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 0, 0x3E,
        0xC0, 0x3F,
      ]
        + [UInt8](repeating: 0xFF, count: 15) + [UInt8](repeating: 0xFF, count: 7) + [0x7F]
        + [UInt8](repeating: 0xFF, count: 7) + [1, 0])
    func floats(_ name: String) throws -> [Float] { try file.read(file.entry(name)) }
    func doubles(_ name: String) throws -> [Double] { try file.read(file.entry(name)) }
    func integers(_ name: String) throws -> [Int64] { try file.readIntegers(file.entry(name)) }
    #expect(try doubles("f64") == [0.1])
    #expect(try floats("f64") == [0.1])
    #expect(try floats("f32") == [1.5, -2])
    #expect(try doubles("f32") == [1.5, -2])
    #expect(try floats("f16") == [1.5])
    #expect(try doubles("bf16") == [1.5])
    for name in ["i64", "i32", "i16", "i8"] { #expect(try integers(name) == [-1]) }
    #expect(try integers("u64") == [.max])
    #expect(try integers("u32") == [0xFFFF_FFFF])
    #expect(try integers("u16") == [0xFFFF])
    #expect(try integers("u8") == [255])
    #expect(try integers("bool") == [1, 0])
    #expect(file.metadata.map(\.key) == ["k"])
    #expect(file["f32"]?.shape == [1, 2])
    #expect(file["i32"]?.count == 1)
    #expect(file.entries.map(\.name).prefix(3) == ["f64", "f32", "f16"])
    #expect(throws: CheckpointError.self) { try floats("i64") }
    #expect(throws: CheckpointError.self) { try integers("f32") }
    #expect(throws: CheckpointError.damaged(path: file.path, problem: "it has no tensor \"x\"")) {
      try file.entry("x")
    }
  }

  @Test func longTensorsAreConvertedPieceByPiece() throws {
    let count = 300_001
    let bits = (0..<count).map { UInt16(truncatingIfNeeded: $0 & 0x3FFF) }
    let file = try open(
      #"{"a":{"dtype":"BF16","shape":[\#(count)],"data_offsets":[0,\#(2 * count)]}}"#,
      bits.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] })
    let values: [Float] = try file.read(file.entry("a"))
    #expect(values == bits.map { Float(bitPattern: UInt32($0) << 16) })
  }

  @Test func otherTypesAreListedAndNotRead() throws {
    let file = try open(#"{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}"#, [0, 0])
    let error = try #require(throws: CheckpointError.self) {
      let _: [Float] = try file.read(file.entry("a"))
    }
    #expect(
      error.description.contains("the tensor \"a\" is F8_E4M3 and cannot be read as floating point")
    )
  }

  @Test func integersBeyond63BitsAreRefused() throws {
    let file = try open(
      #"{"a":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}"#, [UInt8](repeating: 0xFF, count: 8)
    )
    #expect(throws: CheckpointError.self) { try file.readIntegers(file.entry("a")) }
  }

  @Test func aFileThatShrinksIsDamaged() throws {
    let file = try open(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, [0, 0, 0, 0])
    let handle = try #require(FileHandle(forWritingAtPath: file.path))
    try handle.truncate(atOffset: 20)
    #expect(
      throws: CheckpointError.damaged(
        path: file.path, problem: "it has become shorter while it was read")
    ) {
      let _: [Float] = try file.read(file.entry("a"))
    }
  }

  @Test func aMissingFileIsMissing() throws {
    let path = try folder.file("none")
    #expect(throws: CheckpointError.missing(path: path)) { try SafetensorsFile(path: path) }
  }
}
