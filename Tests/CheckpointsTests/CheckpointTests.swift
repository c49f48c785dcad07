import Autograd
import Checkpoints
import Foundation
import TestSupport
import Testing
import Tokenization
import Transformer

@Suite struct CheckpointTests {
  private let place = TestFolder()
  private let text = "one small step and then one more"

  /// A model that holds what rounding, formatting or a cast would change.
  private func model(_ configuration: GPTConfiguration) throws -> GPT<Float> {
    let model = try GPT<Float>(configuration, seed: 3)
    for (i, parameter) in model.parameters.all.enumerated() {
      var values = parameter.tensor.scalars
      values[0] = [.leastNonzeroMagnitude, -0.0, .greatestFiniteMagnitude, 1 / 3][i % 4]
      parameter.tensor.scalars = values
    }
    return model
  }

  private func bits(_ model: GPT<Float>) -> [[UInt32]] {
    model.parameters.all.map { $0.tensor.scalars.map(\.bitPattern) }
  }

  /// Everything that a configuration can say, and every number, comes back as it was.
  @Test(arguments: PositionalEncoding.allCases, Activation.allCases)
  func roundTrip(_ positions: PositionalEncoding, _ activation: Activation) throws {
    let tokenizer = try WordTokenizer(vocabularyOf: text)
    let configuration = GPTConfiguration(
      vocabularySize: tokenizer.vocabularySize, contextLength: 5, width: 12, layers: 2, heads: 3,
      hiddenWidth: 20, positions: positions, activation: activation,
      isTied: activation != .relu, dropout: 0.1, layerNormEpsilon: 3e-6,
      initializerDeviation: 0.07)
    let model = try model(configuration)
    let folder = "\(place.path)/made/by/writing"
    try Checkpoint(model: model, tokenizer: tokenizer).write(to: folder)

    let read = try Checkpoint(from: folder)
    #expect(read.model.configuration == configuration)
    #expect(read.model.parameters.all.map(\.name) == model.parameters.all.map(\.name))
    #expect(bits(read.model) == bits(model))
    #expect(try read.tokenizer?.encode(text) == tokenizer.encode(text))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(
      names == [
        "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
        "tokenizer_config.json",
      ])
  }

  @Test func withoutATokenizer() throws {
    let configuration = GPTConfiguration(
      vocabularySize: 3, contextLength: 2, width: 2, layers: 1, heads: 1)
    try Checkpoint(model: model(configuration), tokenizer: nil).write(to: place.path)
    #expect(try place.names == ["config.json", "generation_config.json", "model.safetensors"])
    #expect(try Checkpoint(from: place.path).tokenizer == nil)
  }

  /// A folder that PyTorch wrote comes back byte for byte in its tensors, names and layouts included.
  @Test(arguments: GoldenModel.all) func theTensorsOfTransformers(_ golden: GoldenModel) throws {
    let original = try SafetensorsFile(path: "\(golden.folder)/model.safetensors")
    let checkpoint = Checkpoint(model: try GPT<Float>(from: golden.folder), tokenizer: nil)
    try checkpoint.write(to: place.path)
    let written = try SafetensorsFile(path: "\(place.path)/model.safetensors")
    #expect(Set(written.entries.map(\.name)) == Set(original.entries.map(\.name)))
    for entry in original.entries {
      let copy = try written.entry(entry.name)
      #expect(copy.shape == entry.shape && copy.dtype == entry.dtype)
      let (a, b): ([Float], [Float]) = (try original.read(entry), try written.read(copy))
      #expect(a == b, "\(entry.name)")
    }
  }

  /// In each row of `c_attn` stand the query's columns, then the key's, then the value's.
  @Test func theJoinedColumns() throws {
    let folder = GoldenModel.smallest.folder
    let file = try SafetensorsFile(path: "\(folder)/model.safetensors")
    let model = try GPT<Float>(from: folder)
    let attention = model.blocks[0].attention
    let weights: [Float] = try file.read(try file.entry("transformer.h.0.attn.c_attn.weight"))
    let biases: [Float] = try file.read(try file.entry("transformer.h.0.attn.c_attn.bias"))
    for (part, layer) in [attention.query, attention.key, attention.value].enumerated() {
      let columns = weights.indices.filter { $0 % 48 / 16 == part }
      #expect(layer.weight.scalars == columns.map { weights[$0] })
      #expect(layer.bias?.scalars == Array(biases[part * 16..<part * 16 + 16]))
    }
  }

  // MARK: What cannot be

  private func verdict(_ folder: String) -> CheckpointError? {
    #expect(throws: CheckpointError.self) { try Checkpoint(from: folder) }
  }

  @Test func noSuchFolder() throws {
    #expect(verdict("\(place.path)/none") == .missing(path: "\(place.path)/none"))
    let file = try place.file("file", [1])
    #expect(
      verdict(file)?.description
        == "\(file) cannot be read: a checkpoint is a folder, and this is a file")
    #expect(verdict(place.path) == .missing(path: "\(place.path)/config.json"))
  }

  @Test func aTokenizerThatIsTooLarge() throws {
    let tokenizer = try WordTokenizer(vocabularyOf: text)
    let configuration = GPTConfiguration(
      vocabularySize: 3, contextLength: 2, width: 2, layers: 1, heads: 1)
    try Checkpoint(model: model(configuration), tokenizer: tokenizer).write(to: place.path)
    #expect(
      verdict(place.path)?.description == "\(place.path)/tokenizer.json is damaged: it has "
        + "\(tokenizer.vocabularySize) tokens, and the model knows 3")
  }

  @Test func aFileStandsInTheWay() throws {
    let file = try place.file("file", [1])
    let configuration = GPTConfiguration(
      vocabularySize: 3, contextLength: 2, width: 2, layers: 1, heads: 1)
    let checkpoint = Checkpoint(model: try model(configuration), tokenizer: nil)
    for folder in [file, "\(file)/inside"] {
      let error = #expect(throws: CheckpointError.self) { try checkpoint.write(to: folder) }
      #expect(error?.cause == .cannotWrite)
      #expect(
        error?.description
          == "\(file) cannot be written: a folder was expected there, and it is a file")
    }
    #expect(try contents(file) == [1])
  }

  /// What the file and the configuration disagree about is named, and nothing is made of it.
  @Test func tensorsThatDoNotFit() throws {
    let model = try model(
      GPTConfiguration(vocabularySize: 3, contextLength: 2, width: 2, layers: 1, heads: 1))
    try Checkpoint(model: model, tokenizer: nil).write(to: place.path)
    let path = "\(place.path)/model.safetensors"
    let file = try SafetensorsFile(path: path)
    func write(_ change: (SafetensorsFile.Entry) -> (name: String, shape: [Int])?) throws {
      var tensors: [OutgoingTensor] = []
      for entry in file.entries {
        guard let (name, shape) = change(entry) else { continue }
        let values = [Float](repeating: 1, count: shape.reduce(1, *))
        tensors.append(OutgoingTensor(name: name, shape: shape, values: values))
      }
      try SafetensorsFile.write(tensors, to: path)
    }
    let bias = "transformer.ln_f.bias"
    try write { $0.name == bias ? nil : ($0.name, $0.shape) }
    #expect(
      verdict(place.path)
        == .damaged(path: path, problem: "it has no tensor \"transformer.ln_f.bias\""))
    try write { ($0.name, $0.name == bias ? [3] : $0.shape) }
    #expect(
      verdict(place.path)
        == .damaged(
          path: path,
          problem: "the tensor transformer.ln_f.bias has the shape [3]; expected [2] by config.json"
        ))
    try write { ($0.name == bias ? "transformer.ln_f.stranger" : $0.name, $0.shape) }
    #expect(
      verdict(place.path)
        == .damaged(path: path, problem: "it has no tensor \"transformer.ln_f.bias\""))
  }
}
