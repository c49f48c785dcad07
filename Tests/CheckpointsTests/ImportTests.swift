import Autograd
import Checkpoints
import Foundation
import TestSupport
import Testing
import Transformer

/// Folders that transformers wrote or reads, sound and broken; they lie beside the package.
@Suite struct ImportTests {
  static let variants = GoldenModel.furtherFixtures.appending(path: "gpt2-parity/variants-of-d1")
  static let broken = GoldenModel.furtherFixtures.appending(path: "bad-config")
  static let isThere = FileManager.default.fileExists(atPath: variants.path)

  /// The logits of a folder, and those of a file with PyTorch's for the same ids.
  private func error(of folder: URL, against file: URL) throws -> Double {
    let golden = GoldenNumbers(file: try SafetensorsFile(path: file.path))
    let model = try GPT<Float>(from: folder.path)
    let sequences = try golden.file.entry("input_ids").shape[0]
    let logits = model(try golden.ids("input_ids"), sequences: sequences)
    return largestDifference(logits.scalars, try golden("logits"))
  }

  /// Other precisions, the names of the hub with the mask's buffers, and a head that stands twice.
  @Test(.enabled(if: Self.isThere), arguments: ["f16", "bf16", "f64", "hub-names", "with-lm-head"])
  func otherExports(_ name: String) throws {
    let folder = Self.variants.appending(path: name)
    let own = folder.appending(path: "golden.safetensors")
    let shared = URL(filePath: GoldenModel.smallest.folder).appending(path: "golden.safetensors")
    let golden = FileManager.default.fileExists(atPath: own.path) ? own : shared
    #expect(try error(of: folder, against: golden) <= 5e-5)
  }

  @Test(.enabled(if: Self.isThere)) func inSeveralFiles() throws {
    let folder = Self.variants.appending(path: "sharded").path
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(from: folder) }
    #expect(
      error?.description == "\(folder)/model.safetensors.index.json is not supported: its tensors "
        + "lie in several files; join them in model.safetensors")
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let folder: URL
    let expected: String
    let why: String
    var testDescription: String { "\(folder.lastPathComponent): \(why)" }
  }

  static func cases() throws -> [Case] {
    guard isThere else { return [] }
    let manifest = try JSONField(readingFile: broken.appending(path: "manifest.json").path)
    return try manifest.member("cases").elements().map { field in
      Case(
        folder: broken.appending(path: try field.member("folder").string()),
        expected: try field.member("expected").string(), why: try field.member("why").string())
    }
  }

  @Test(.enabled(if: Self.isThere), arguments: try Self.cases())
  func manifest(_ example: Case) throws {
    let golden = example.folder.appending(path: "golden.safetensors")
    let path = example.folder.path
    do {
      _ = try Checkpoint(from: path)
      #expect(example.expected != "invalid", "it was read")
      // What is read must mean what it means to transformers.
      if FileManager.default.fileExists(atPath: golden.path) {
        #expect(try error(of: example.folder, against: golden) <= 5e-5)
      }
    } catch let error as CheckpointError {
      #expect(example.expected != "valid", "\(error)")
      #expect(error.description.hasPrefix(path), "\(error)")
      #expect(!error.description.contains("\n"))
    }
  }
}
