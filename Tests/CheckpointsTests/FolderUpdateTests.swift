import Foundation
import TestSupport
import Testing

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
        == "\(place.path)/b cannot be written: No space left on device; nothing was "
        + "saved, and what was there stays as it was")
    #expect(try place.names == ["a"])
    #expect(try contents("\(place.path)/a") == [1])
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
        "FOLDER/large cannot be written: File too large; nothing was saved, and what was there "
          + "stays as it was\n[\"small\"] [1]\n"), "\(output)")
  }
}
