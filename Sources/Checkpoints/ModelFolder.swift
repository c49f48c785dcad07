public import Autograd
import Foundation
import Tokenization
public import Transformer

/// The model of a Hugging Face folder, checked in full and not loaded yet: `config.json`, and the
/// names, shapes and types of the tensors that it asks for.
///
/// Any folder of a GPT-2 is one: with the prefix `transformer.` or without, the head tied or not, in
/// float32, float16, bfloat16 or float64, in one file or in several.
public struct ModelFolder {
  /// What the configuration means.
  public let configuration: GPTConfiguration
  /// The id that ends a text, where the configuration names one.
  public let endOfText: Int32?
  /// `config.json` as it stands.
  public let json: JSON
  /// The tensors as they stand in the files.
  public var tensors: [SafetensorsFile.Entry] { files.places.map(\.entry) }
  /// How many numbers the model has.
  public var parameterCount: Int { sources.reduce(0) { $0 + $1.place.entry.count } }

  private let path: String
  private let files: ModelTensors
  /// Which tensor of the files is which of the model's.
  private let sources: [(tensor: GPT2Tensor, place: ModelTensors.Place)]

  /// Reads the configuration and the headers of a folder; no memory is taken for the model.
  ///
  /// - Throws: ``CheckpointError``; a tensor that is missing, left over, or of another shape or type
  ///   than the configuration asks for is named.
  public init(_ folder: String) throws(CheckpointError) {
    let file = try ConfigurationFile(readingFrom: folder)
    (configuration, endOfText, json) = (file.configuration, file.endOfText, file.json)
    path = folder
    files = try ModelTensors(in: folder)
    sources = try Self.matched(file.configuration, files)
  }

  /// Reads the values, straight to where the parameters lie.
  public func model<Scalar: SafetensorsScalar & TensorScalar>(
    of type: Scalar.Type = Scalar.self
  ) throws(CheckpointError) -> GPT<Scalar> {
    let model: GPT<Scalar>
    do throws(ConfigurationError) {
      model = try GPT(configuration)
    } catch {
      throw .damaged(path: ConfigurationFile.path(in: path), problem: error.description)
    }
    model.parameters.allocate()
    for (tensor, place) in sources { try model.read(tensor, from: place) }
    return model
  }

  /// Finds each tensor of the configuration in the files, and a use for each tensor of the files.
  private static func matched(
    _ configuration: GPTConfiguration, _ files: ModelTensors
  ) throws(CheckpointError) -> [(GPT2Tensor, ModelTensors.Place)] {
    let prefix = "transformer."
    let isBare = files["\(prefix)wte.weight"] == nil && files["wte.weight"] != nil
    var sources: [(GPT2Tensor, ModelTensors.Place)] = []
    var known: Set<NameKey> = []
    for tensor in GPT2Tensor.table(configuration) {
      let name =
        isBare && tensor.name.hasPrefix(prefix)
        ? String(tensor.name.dropFirst(prefix.count)) : tensor.name
      guard let place = files[name] else {
        throw .damaged(path: files.path, problem: "it has no tensor \(name.quoted(limit: 100))")
      }
      func damaged(_ found: String, expected: String) -> CheckpointError {
        .damaged(
          path: place.file.path, problem: "the tensor \(name) \(found); expected \(expected)")
      }
      guard place.entry.shape == tensor.shape else {
        throw damaged(
          "has the shape \(place.entry.shape)", expected: "\(tensor.shape) by config.json")
      }
      guard [.f32, .f16, .bf16, .f64].contains(place.entry.dtype) else {
        throw damaged("holds \(place.entry.dtype.rawValue)", expected: "F32, F16, BF16 or F64")
      }
      known.insert(NameKey(name))
      sources.append((tensor, place))
    }
    // Old exports carry the causal mask as buffers, and a tied head may come as a copy.
    let stranger = files.places.first {
      let name = $0.entry.name
      return !known.contains(NameKey(name)) && !name.hasSuffix(".attn.bias")
        && !name.hasSuffix(".attn.masked_bias")
        && !(configuration.isTied && name == "lm_head.weight")
    }
    if let stranger {
      throw .damaged(
        path: stranger.file.path,
        problem: "it has the tensor \(stranger.entry.name.quoted(limit: 100)), for which "
          + "config.json has no place")
    }
    return sources
  }
}

extension GPT where Scalar: SafetensorsScalar {
  /// Reads the model of a folder; see ``ModelFolder``.
  public init(from folder: String) throws(CheckpointError) {
    self = try ModelFolder(folder).model(of: Scalar.self)
  }
}
