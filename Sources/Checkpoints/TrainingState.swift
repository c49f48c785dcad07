public import Autograd
import Foundation
public import Tokenization
public import Transformer

/// `training_state.safetensors`: all that a run needs to go on as if it had never stopped.
///
/// It is the commit point of a run's folder. It holds the parameters (`parameters/NAME`), the
/// optimizer's averages (`mean/NAME`, `square/NAME`), the small files of the folder as they are
/// (`files/NAME`), and in the header's metadata how far the run has come. The other files of the
/// folder are made from it.
public struct TrainingState: Sendable {
  /// How far the run has come.
  public let progress: TrainingProgress
  /// `run.json`: the options of the run.
  public let run: JSONField
  /// The sizes and choices of the model.
  public let configuration: GPTConfiguration
  /// What turns text into the model's ids.
  public let tokenizer: any Tokenizer
  /// The id that ends a text, if the model has learned one.
  public let endOfText: Int32?

  private let file: SafetensorsFile

  private static let kind = "mini-transformer training state 1"

  /// The path of the file in a run's folder.
  public static func path(in folder: String) -> String { "\(folder)/training_state.safetensors" }

  /// Whether a folder has one, whole or damaged.
  public static func exists(in folder: String) -> Bool {
    FileManager.default.fileExists(atPath: path(in: folder))
  }

  /// Reads everything but the model and the optimizer's averages.
  ///
  /// - Throws: ``CheckpointError``
  public init(from folder: String) throws(CheckpointError) {
    let file = try SafetensorsFile(path: Self.path(in: folder))
    func remark(_ key: String) throws(CheckpointError) -> String {
      guard let entry = file.metadata.first(where: { $0.key.utf8.elementsEqual(key.utf8) }) else {
        throw .damaged(path: file.path, problem: "it is no training state: \(key) is missing")
      }
      return entry.value
    }
    let kind = try remark("kind")
    guard kind == Self.kind else {
      throw .unsupported(
        path: file.path,
        problem: "its kind is \(kind.quoted()); expected \(Self.kind.quoted())")
    }
    progress = try TrainingProgress(
      JSONField(parsing: Array(try remark("progress").utf8), from: file.path))
    self.file = file

    // The readers of these files want a folder.
    let copy = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try makeFolder(copy)
    defer { try? FileManager.default.removeItem(atPath: copy) }
    for entry in file.entries where entry.name.hasPrefix("files/") {
      let name = entry.name.dropFirst("files/".count)
      guard !name.contains("/"), !name.hasPrefix(".") else {
        throw .damaged(path: file.path, problem: "it holds a file named \(String(name).quoted())")
      }
      let bytes = try file.readIntegers(entry).map { UInt8(truncatingIfNeeded: $0) }
      try AtomicFile.write(bytes, to: "\(copy)/\(name)")
    }
    run = try JSONField(readingFile: "\(copy)/run.json")
    let configurationFile = try ConfigurationFile(readingFrom: copy)
    (configuration, endOfText) = (configurationFile.configuration, configurationFile.endOfText)
    tokenizer = try TokenizerFile.read(from: copy)
  }

  /// The model as it was, loaded after its names and shapes were compared with the configuration.
  ///
  /// - Throws: ``CheckpointError``
  public func model() throws(CheckpointError) -> GPT<Float> {
    let model: GPT<Float>
    do throws(ConfigurationError) {
      model = try GPT(configuration)
    } catch {
      throw .damaged(path: file.path, problem: error.description)
    }
    let entries = try entries("parameters", of: model.parameters)
    model.parameters.allocate()
    guard let values = model.parameters.values else { return model }
    try load(entries, of: model.parameters, into: values)
    return model
  }

  /// Loads the optimizer's averages, each laid out like the values of the parameters.
  package func load(
    _ averages: [(name: String, values: Storage<Float>)], of parameters: ParameterStore<Float>
  ) throws(CheckpointError) {
    for average in averages {
      try load(entries(average.name, of: parameters), of: parameters, into: average.values)
    }
  }

  private func entries(
    _ section: String, of parameters: ParameterStore<Float>
  ) throws(CheckpointError) -> [SafetensorsFile.Entry] {
    var entries: [SafetensorsFile.Entry] = []
    for parameter in parameters.all {
      let entry = try file.entry("\(section)/\(parameter.name)")
      guard entry.shape == parameter.tensor.shape, entry.dtype == .f32 else {
        throw .damaged(
          path: file.path,
          problem: "the tensor \(entry.name) is \(entry.dtype.rawValue) of the shape "
            + "\(entry.shape); expected F32 of the shape \(parameter.tensor.shape)")
      }
      entries.append(entry)
    }
    return entries
  }

  private func load(
    _ entries: [SafetensorsFile.Entry], of parameters: ParameterStore<Float>,
    into values: Storage<Float>
  ) throws(CheckpointError) {
    for (entry, parameter) in zip(entries, parameters.all) {
      let part = Storage(values, from: parameter.offset, count: entry.count)
      try unsafe part.withUnsafeElements { elements throws(CheckpointError) in
        try unsafe file.read(entry, into: elements)
      }
    }
  }

  /// Writes the file of a folder, atomically: with its new name the run has come this far.
  ///
  /// - Parameters:
  ///   - averages: The optimizer's, each laid out like the values of the parameters.
  ///   - files: The small files of the folder, `run.json` and those of model and tokenizer.
  /// - Throws: ``CheckpointError/cannotWrite(path:reason:)``; the state before stays as it was.
  package static func write(
    _ progress: TrainingProgress, _ parameters: ParameterStore<Float>,
    averages: [(name: String, values: Storage<Float>)], files: [(name: String, bytes: [UInt8])],
    to folder: String
  ) throws(CheckpointError) {
    let path = path(in: folder)
    var tensors = files.map {
      OutgoingTensor(name: "files/\($0.name)", shape: [$0.bytes.count], values: $0.bytes)
    }
    guard let values = parameters.values else { fatalError("the model has no memory yet") }
    for (section, storage) in [("parameters", values)] + averages {
      for parameter in parameters.all {
        let part = Storage(storage, from: parameter.offset, count: parameter.tensor.count)
        tensors.append(
          OutgoingTensor(
            name: "\(section)/\(parameter.name)", shape: parameter.tensor.shape, of: Float.self
          ) { write throws(CheckpointError) in
            try part.withSpan { span throws(CheckpointError) in try write(span) }
          })
      }
    }
    let remarks = try progress.json.text(.compact, for: path)
    try SafetensorsFile.write(
      tensors,
      metadata: [("kind", kind), ("progress", String(decoding: remarks, as: UTF8.self))],
      to: path)
  }
}
