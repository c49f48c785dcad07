public import Autograd
import Foundation
public import Tokenization
public import Transformer

/// A trained model and its tokenizer, in a Hugging Face folder: `config.json`,
/// `generation_config.json`, `model.safetensors`, `tokenizer.json` and `tokenizer_config.json`.
public struct Checkpoint {
  /// The model.
  public let model: GPT<Float>
  /// What turns text into the model's ids and back; a folder may come without.
  public let tokenizer: (any Tokenizer)?
  /// The id that ends a text, if the model has learned one.
  public let endOfText: Int32?

  /// A checkpoint to be written.
  public init(model: GPT<Float>, tokenizer: (any Tokenizer)?, endOfText: Int32? = nil) {
    (self.model, self.tokenizer, self.endOfText) = (model, tokenizer, endOfText)
  }

  /// Whether `folder` holds a checkpoint, whole or damaged.
  public static func exists(at folder: String) -> Bool {
    FileManager.default.fileExists(atPath: ConfigurationFile.path(in: folder))
  }

  /// Reads a folder.
  ///
  /// - Parameter readsTokenizer: false leaves the tokenizer out, whatever it is.
  /// - Throws: ``CheckpointError``; names, shapes and types are compared with the configuration
  ///   before any memory is taken for the model.
  public init(from folder: String, readsTokenizer: Bool = true) throws(CheckpointError) {
    var isFolder = ObjCBool(false)
    guard unsafe FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw .missing(path: folder)
    }
    guard isFolder.boolValue else {
      throw .unreadable(path: folder, reason: "a checkpoint is a folder, and this is a file")
    }
    let contents = try ModelFolder(folder)
    let tokenizerPath = "\(folder)/tokenizer.json"
    tokenizer =
      readsTokenizer && FileManager.default.fileExists(atPath: tokenizerPath)
      ? try TokenizerFile.read(from: folder) : nil
    let vocabulary = contents.configuration.vocabularySize
    if let size = tokenizer?.vocabularySize, size > vocabulary {
      throw .damaged(
        path: tokenizerPath, problem: "it has \(size) tokens, and the model knows \(vocabulary)")
    }
    endOfText = contents.endOfText
    model = try contents.model()
  }

  /// Writes a folder, making it if need be.
  ///
  /// - Throws: ``CheckpointError``; what was there before then stays as it was, all of it.
  public func write(to folder: String) throws(CheckpointError) {
    try FolderUpdate.write(to: folder) { folder throws(CheckpointError) in
      try SafetensorsFile.write(
        GPT2Tensor.table(model.configuration).map { model.outgoing($0) },
        to: "\(folder)/model.safetensors")
      try ConfigurationFile(model.configuration, endOfText: endOfText).write(to: folder)
      if let tokenizer {
        try TokenizerFile.write(tokenizer, context: model.contextLength, to: folder)
      }
    }
  }
}
