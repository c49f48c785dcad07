import Autograd
import Checkpoints
import Foundation
import TestSupport
import Testing
import Transformer

/// Folders that transformers wrote or reads, sound and broken.
@Suite struct ImportTests {
  static let variants = GoldenModel.fixtures.appending(path: "gpt2-parity/variants-of-d1")
  static let broken = GoldenModel.fixtures.appending(path: "bad-config")

  private let place = TestFolder()

  /// The logits of a folder, and those of a file with PyTorch's for the same ids.
  private func error(of folder: URL, against file: URL) throws -> Double {
    let golden = GoldenNumbers(file: try SafetensorsFile(path: file.path))
    let model = try GPT<Float>(from: folder.path)
    let sequences = try golden.file.entry("input_ids").shape[0]
    let logits = model(try golden.ids("input_ids"), sequences: sequences)
    return largestDifference(logits.scalars, try golden("logits"))
  }

  /// Other precisions, the names of the hub with the mask's buffers, several files, and a head that
  /// stands twice.
  @Test(arguments: ["f16", "bf16", "f64", "hub-names", "sharded", "with-lm-head"])
  func otherExports(_ name: String) throws {
    let folder = Self.variants.appending(path: name)
    let own = folder.appending(path: "golden.safetensors")
    let shared = URL(filePath: GoldenModel.smallest.folder).appending(path: "golden.safetensors")
    let golden = FileManager.default.fileExists(atPath: own.path) ? own : shared
    #expect(try error(of: folder, against: golden) <= 5e-5)
  }

  // MARK: Several files

  /// The sharded model with another text in its index.
  private func folder(index change: (String) -> String) throws -> String {
    let folder = "\(place.path)/sharded"
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.copyItem(
      atPath: Self.variants.appending(path: "sharded").path, toPath: folder)
    let index = "\(folder)/model.safetensors.index.json"
    let text = try String(contentsOfFile: index, encoding: .utf8)
    try change(text).write(toFile: index, atomically: true, encoding: .utf8)
    return folder
  }

  @Test(arguments: [
    (
      "\"weight_map\"", "\"weights\"",
      ".index.json is damaged: the JSON text lacks the key \"weight_map\""
    ),
    (
      "\"model-00004-of-00004.safetensors\"", "4",
      "\"weight_map.transformer.wte.weight\" is a whole number"
    ),
    (
      "model-00004-of", "../model-00004-of",
      "the tensor \"transformer.wte.weight\" should lie in \"../model-00004-of-00004.safetensors\""
    ),
    ("model-00004-of-00004", "model-00005", "model-00005.safetensors does not exist"),
    (
      "model-00004-of", "model-00001-of",
      "model-00001-of-00004.safetensors is damaged: it has no tensor \"transformer.wte.weight\""
    ),
    (
      "transformer.ln_f.bias", "transformer.ln_f.bios",
      "model-00003-of-00004.safetensors is damaged: it has no tensor \"transformer.ln_f.bios\""
    ),
    (
      "\"transformer.ln_f.bias\": \"model-00003-of-00004.safetensors\",", "",
      ".index.json is damaged: it has no tensor \"transformer.ln_f.bias\""
    ),
  ])
  func anIndexThatIsWrong(_ sound: String, _ change: String, _ message: String) throws {
    let folder = try folder { $0.replacing(sound, with: change) }
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(from: folder) }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }

  /// The single file counts where there are both, as for transformers.
  @Test func oneFileBesideAnIndex() throws {
    let folder = try folder { _ in "{}" }
    try FileManager.default.copyItem(
      atPath: "\(GoldenModel.smallest.folder)/model.safetensors",
      toPath: "\(folder)/model.safetensors")
    #expect(try ModelFolder(folder).tensors.count == 16)
  }

  // MARK: What the folder is, before it is loaded

  @Test func theContents() throws {
    let contents = try ModelFolder(Self.variants.appending(path: "hub-names").path)
    #expect(contents.configuration.width == 16)
    #expect(contents.endOfText == 60)
    #expect(contents.parameterCount == 4_544)
    #expect(contents.tensors.contains { $0.name == "h.0.attn.bias" })
    let model: GPT<Double> = try contents.model()
    #expect(model.parameters.count == 4_544)
  }

  /// Joined tensors are read by strips of rows; here there are several, the last one shorter.
  @Test func wideTensors() throws {
    let configuration = GPTConfiguration(
      vocabularySize: 3, contextLength: 2, width: 160, layers: 1, heads: 1)
    let model = try GPT<Float>(configuration, seed: 5)
    try Checkpoint(model: model, tokenizer: nil).write(to: place.path)
    let file = try SafetensorsFile(path: "\(place.path)/model.safetensors")
    let joined: [Float] = try file.read(try file.entry("transformer.h.0.attn.c_attn.weight"))
    let read = try GPT<Float>(from: place.path)
    for (part, name) in ["query", "key", "value"].enumerated() {
      let weight = try #require(read.parameters["blocks.0.attention.\(name).weight"])
      let columns = joined.indices.filter { $0 % 480 / 160 == part }.map { joined[$0] }
      #expect(weight.scalars == columns)
    }
  }

  // MARK: Broken ones

  struct Case: Sendable, CustomTestStringConvertible {
    let folder: URL
    let expected: String
    let why: String
    var testDescription: String { "\(folder.lastPathComponent): \(why)" }
  }

  static func cases() throws -> [Case] {
    let manifest = try JSONField(readingFile: broken.appending(path: "manifest.json").path)
    return try manifest.member("cases").elements().map { field in
      Case(
        folder: broken.appending(path: try field.member("folder").string()),
        expected: try field.member("expected").string(), why: try field.member("why").string())
    }
  }

  @Test(arguments: try Self.cases()) func manifest(_ example: Case) throws {
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
