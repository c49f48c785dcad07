public import Autograd
import Foundation
public import Tokenization
public import Transformer

/// A trained model and its tokenizer, in a Hugging Face folder: `config.json`,
/// `model.safetensors`, `tokenizer.json` and `tokenizer_config.json`.
public struct Checkpoint {
  /// The model.
  public let model: GPT<Float>
  /// What turns text into the model's ids and back; a folder may come without.
  public let tokenizer: (any Tokenizer)?

  /// A checkpoint to be written.
  public init(model: GPT<Float>, tokenizer: (any Tokenizer)?) {
    (self.model, self.tokenizer) = (model, tokenizer)
  }

  /// Whether `folder` holds a checkpoint, whole or damaged.
  public static func exists(at folder: String) -> Bool {
    FileManager.default.fileExists(atPath: ConfigurationFile.path(in: folder))
  }

  /// Reads a folder.
  ///
  /// - Throws: ``CheckpointError``; names, shapes and types are compared with the configuration
  ///   before any memory is taken for the model.
  public init(from folder: String) throws(CheckpointError) {
    var isFolder = ObjCBool(false)
    guard unsafe FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw .missing(path: folder)
    }
    guard isFolder.boolValue else {
      throw .unreadable(path: folder, reason: "a checkpoint is a folder, and this is a file")
    }
    model = try GPT(from: folder)
    let tokenizerPath = "\(folder)/tokenizer.json"
    tokenizer =
      FileManager.default.fileExists(atPath: tokenizerPath)
      ? try TokenizerFile.read(from: folder) : nil
    if let size = tokenizer?.vocabularySize, size > model.vocabularySize {
      throw .damaged(
        path: tokenizerPath,
        problem: "it has \(size) tokens, and the model knows \(model.vocabularySize)")
    }
  }

  /// Writes a folder, making it if need be; each file is replaced as a whole.
  public func write(to folder: String) throws(CheckpointError) {
    try makeFolder(folder)
    try model.write(to: folder)
    if let tokenizer {
      try TokenizerFile.write(tokenizer, context: model.contextLength, to: folder)
    }
  }
}

extension GPT where Scalar: SafetensorsScalar {
  /// Reads the `config.json` and `model.safetensors` of a folder.
  public init(from folder: String) throws(CheckpointError) {
    let configuration = try ConfigurationFile.read(from: folder)
    let path = "\(folder)/model.safetensors"
    let index = "\(path).index.json"
    if FileManager.default.fileExists(atPath: index)
      && !FileManager.default.fileExists(atPath: path)
    {
      throw .unsupported(
        path: index, problem: "its tensors lie in several files; join them in model.safetensors")
    }
    let file = try SafetensorsFile(path: path)
    let sources = try Self.matched(configuration, file)
    do throws(ConfigurationError) {
      try self.init(configuration)
    } catch {
      throw .damaged(path: ConfigurationFile.path(in: folder), problem: error.description)
    }
    parameters.allocate()
    for (tensor, entry) in sources { try load(tensor, from: entry, of: file) }
  }

  /// Which tensor of the file is which of the model's.
  private static func matched(
    _ configuration: GPTConfiguration, _ file: SafetensorsFile
  ) throws(CheckpointError) -> [(GPT2Tensor, SafetensorsFile.Entry)] {
    let prefix = "transformer."
    let isBare = file["\(prefix)wte.weight"] == nil && file["wte.weight"] != nil
    var sources: [(GPT2Tensor, SafetensorsFile.Entry)] = []
    var known: Set<[UInt8]> = []
    for tensor in GPT2Tensor.table(configuration) {
      let name =
        isBare && tensor.name.hasPrefix(prefix)
        ? String(tensor.name.dropFirst(prefix.count)) : tensor.name
      let entry = try file.entry(name)
      guard entry.shape == tensor.shape else {
        throw .damaged(
          path: file.path,
          problem: "the tensor \(name) has the shape \(entry.shape); expected \(tensor.shape) by "
            + "config.json")
      }
      guard [.f16, .bf16, .f32, .f64].contains(entry.dtype) else {
        throw .damaged(
          path: file.path,
          problem: "the tensor \(name) holds \(entry.dtype.rawValue); expected floating point")
      }
      known.insert(Array(name.utf8))
      sources.append((tensor, entry))
    }
    // Old exports carry the causal mask as buffers, and a tied head may come as a copy.
    let isExpected = { (name: String) in
      name.hasSuffix(".attn.bias") || name.hasSuffix(".attn.masked_bias")
        || (configuration.isTied && name == "lm_head.weight")
    }
    let stranger = file.entries.first {
      !known.contains(Array($0.name.utf8)) && !isExpected($0.name)
    }
    if let stranger {
      throw .damaged(
        path: file.path,
        problem: "it has the tensor \(stranger.name), for which config.json has no place")
    }
    return sources
  }

  private func load(
    _ tensor: GPT2Tensor, from entry: SafetensorsFile.Entry, of file: SafetensorsFile
  ) throws(CheckpointError) {
    let parts = tensor.parameters.map { self.parameter($0) }
    if parts.count == 1 {
      try unsafe parts[0].elements.withUnsafeElements { elements throws(CheckpointError) in
        try unsafe file.read(entry, into: elements)
      }
      return
    }
    let joined = Storage<Scalar>(count: entry.count)
    try unsafe joined.withUnsafeElements { elements throws(CheckpointError) in
      try unsafe file.read(entry, into: elements)
    }
    forEachPart(parts) { part, start, width, rows, stride in
      Kernels.copy(
        .init(joined, from: start, stride: stride), to: .init(part.elements, stride: width),
        count: rows, width: width)
    }
  }

  /// Writes `config.json` and `model.safetensors`.
  func write(to folder: String) throws(CheckpointError) {
    let tensors = GPT2Tensor.table(configuration).map { tensor in
      OutgoingTensor(name: tensor.name, shape: tensor.shape, of: Scalar.self) {
        write throws(CheckpointError) in
        let storage = joined(tensor)
        try storage.withSpan { span throws(CheckpointError) in try write(span) }
      }
    }
    try SafetensorsFile.write(tensors, to: "\(folder)/model.safetensors")
    let path = ConfigurationFile.path(in: folder)
    let text = try ConfigurationFile.json(configuration).text(.pretty, for: path)
    try AtomicFile.write(text, to: path)
  }

  private func joined(_ tensor: GPT2Tensor) -> Storage<Scalar> {
    let parts = tensor.parameters.map { self.parameter($0) }
    if parts.count == 1 { return parts[0].elements }
    let joined = Storage<Scalar>(count: tensor.shape.reduce(1, *))
    forEachPart(parts) { part, start, width, rows, stride in
      Kernels.copy(
        .init(part.elements, stride: width), to: .init(joined, from: start, stride: stride),
        count: rows, width: width)
    }
    return joined
  }

  /// Parameters side by side: where each begins in a row, how wide it is, how many rows there are and
  /// how long a row of all is.
  private func forEachPart(
    _ parts: [Tensor<Scalar>],
    _ body: (_ part: Tensor<Scalar>, _ start: Int, _ width: Int, _ rows: Int, _ stride: Int) -> Void
  ) {
    let widths = parts.map { $0.shape[$0.rank - 1] }
    let stride = widths.reduce(0, +)
    var start = 0
    for (part, width) in zip(parts, widths) {
      body(part, start, width, part.count / width, stride)
      start += width
    }
  }

  private func parameter(_ name: String) -> Tensor<Scalar> {
    guard let tensor = parameters[name] else { fatalError("the model has no parameter \(name)") }
    return tensor
  }
}
