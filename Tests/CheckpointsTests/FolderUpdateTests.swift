import Foundation
import TestSupport
import Testing
import Tokenization

@testable import Checkpoints

@Suite struct FolderUpdateTests {
  private let place = TestFolder()

  @Test func allFilesAreReplaced() throws {
    _ = try place.file("a", [1])
    _ = try place.file("c", [3])
    try FolderUpdate.write(to: place.path) { folder throws(CheckpointError) in
      try AtomicFile.write([11], to: "\(folder)/a")
      try AtomicFile.write([12], to: "\(folder)/b")
    }
    #expect(try place.names == ["a", "b", "c"])
    #expect(try contents("\(place.path)/a") == [11])
    #expect(try contents("\(place.path)/c") == [3])
  }

  /// What a process that was killed has left is no part of what the next one writes.
  @Test func leftoversGo() throws {
    try FileManager.default.createDirectory(
      atPath: "\(place.path)/.partial", withIntermediateDirectories: false)
    _ = try place.file(".partial/old", [1])
    try FolderUpdate.write(to: place.path) { folder throws(CheckpointError) in
      try AtomicFile.write([2], to: "\(folder)/new")
    }
    #expect(try place.names == ["new"])
  }

  @Test func nothingIsReplacedWhereOneFails() throws {
    _ = try place.file("a", [1])
    let error = #expect(throws: CheckpointError.self) {
      try FolderUpdate.write(to: place.path) { folder throws(CheckpointError) in
        try AtomicFile.write([2], to: "\(folder)/a")
        throw .cannotWrite(path: "\(folder)/b", reason: "No space left on device")
      }
    }
    #expect(
      error?.description
        == "\(place.path)/b cannot be written: No space left on device")
    #expect(try place.names == ["a"])
    #expect(try contents("\(place.path)/a") == [1])
  }

  /// Stops the exchange before `tokenizer.json`, as a kill would: a folder stands in its place.
  private func writeHalf(_ configuration: UInt8) throws {
    for name in ["config.json", "model.safetensors"] { _ = try place.file(name, [1]) }
    try FileManager.default.createDirectory(
      atPath: "\(place.path)/tokenizer.json/x", withIntermediateDirectories: true)
    let error = #expect(throws: CheckpointError.self) {
      try FolderUpdate.write(to: place.path) { folder throws(CheckpointError) in
        for name in ["model.safetensors", "tokenizer.json"] {
          try AtomicFile.write([2], to: "\(folder)/\(name)")
        }
        try AtomicFile.write([configuration], to: "\(folder)/config.json")
      }
    }
    #expect(error?.cause == .cannotWrite)
    #expect(try contents("\(place.path)/model.safetensors") == [2])
  }

  /// Between the files of two models there is no `config.json`, and readers say what to do.
  @Test func noMixtureOfTwoModelsIsRead() throws {
    try writeHalf(2)
    #expect(try !place.names.contains("config.json"))
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(from: place.path) }
    #expect(
      error?.description
        == "\(place.path) is damaged: a model was being saved there when the program ended; save it "
        + "again, or go on with its run with --resume \(place.path)")
    try FileManager.default.removeItem(atPath: "\(place.path)/tokenizer.json")
    try FolderUpdate.write(to: place.path) { folder throws(CheckpointError) in
      try AtomicFile.write([3], to: "\(folder)/config.json")
    }
    #expect(try place.names == ["config.json", "model.safetensors"])
  }

  /// From one step of a run to the next the folder can be read at any moment.
  @Test func theConfigurationOfTheSameModelStays() throws {
    _ = try place.file("config.json", [1])
    _ = try place.file("tokenizer.json", [1])
    try makeFolder("\(place.path)/z")
    _ = try place.file("z/x", [1])
    #expect(throws: CheckpointError.self) {
      try FolderUpdate.write(to: place.path) { folder throws(CheckpointError) in
        for name in ["config.json", "tokenizer.json", "z"] {
          try AtomicFile.write([1], to: "\(folder)/\(name)")
        }
      }
    }
    #expect(try contents("\(place.path)/config.json") == [1])
  }

  /// The system's own refusal: in a process that may write files of 4 kB at most.
  @Test func aDiskThatIsFull() async {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) {
      let place = TestFolder()
      _ = try place.file("small", [1])
      _ = signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 4_096, rlim_max: 4_096)
      #if os(Linux)
      _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      #else
      _ = unsafe setrlimit(RLIMIT_FSIZE, &limit)
      #endif
      do throws(CheckpointError) {
        try FolderUpdate.write(to: place.path) { folder throws(CheckpointError) in
          try AtomicFile.write([2], to: "\(folder)/small")
          try AtomicFile.write([UInt8](repeating: 3, count: 5_000), to: "\(folder)/large")
        }
        print("no error")
      } catch {
        print(error.description.replacing(place.path, with: "FOLDER"))
      }
      print(try place.names, try contents("\(place.path)/small"))
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(
      output.contains(
        "FOLDER/large cannot be written: File too large\n[\"small\"] [1]\n"), "\(output)")
  }
}
