public import Sampling
public import Tokenization
public import Training
public import Transformer
import Autograd
import Checkpoints

/// A model and its tokenizer, for a program that goes on with other work meanwhile: it continues
/// texts, learns from them, and is saved.
///
/// ```swift
/// let model = try LanguageModel(folder: "checkpoints/every-effort")
/// for try await piece in model.generate("Every effort moves") { print(piece, terminator: "") }
/// ```
/// It is an actor because the numbers of a model are not to be changed by two tasks at once. It
/// computes on a thread of its own (and the kernels on theirs), so it never holds up the threads on
/// which Swift runs all other tasks. Calls take turns after each token and each update: a text that
/// is generated during training comes from a model that learns meanwhile.
public actor LanguageModel {
  /// What turns text into the model's ids and back.
  public nonisolated let tokenizer: any Tokenizer
  /// The sizes and choices that the model was made with.
  public nonisolated let configuration: GPTConfiguration

  private let model: GPT<Float>
  private let executor = QueueExecutor(label: "MiniTransformer.LanguageModel")

  /// Where it computes.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Loads a checkpoint: a Hugging Face folder of a GPT-2 with its `tokenizer.json`.
  ///
  /// - Throws: `CheckpointError`, which names the file and what is wrong with it.
  public init(folder: String) throws {
    let checkpoint = try Checkpoint(from: folder)
    guard let tokenizer = checkpoint.tokenizer else {
      throw CheckpointError.missing(path: "\(folder)/tokenizer.json")
    }
    self.tokenizer = tokenizer
    model = checkpoint.model
    configuration = checkpoint.model.configuration
  }

  /// A model that has learned nothing yet.
  ///
  /// - Parameters:
  ///   - configuration: Its sizes; the size of the vocabulary is the tokenizer's.
  ///   - seed: The seed of the numbers that it begins with.
  /// - Throws: `ConfigurationError` if the sizes do not fit together.
  public init(
    tokenizer: any Tokenizer, configuration: GPTConfiguration, seed: UInt64 = 1337
  ) throws {
    var configuration = configuration
    configuration.vocabularySize = tokenizer.vocabularySize
    (self.tokenizer, self.configuration) = (tokenizer, configuration)
    model = try GPT(configuration, seed: seed)
  }

  /// A model of a preset's sizes that has learned nothing yet.
  public init(
    tokenizer: any Tokenizer, preset: TrainingPreset = .toy, seed: UInt64 = 1337
  ) throws {
    try self.init(
      tokenizer: tokenizer, configuration: preset.values.configuration, seed: seed)
  }

  /// The ids of the tokens of a text.
  ///
  /// - Throws: `TokenizationError`, which names the tokens that the vocabulary does not have.
  public nonisolated func encode(_ text: String) throws -> [Int32] { try tokenizer.encode(text) }

  /// The text of ids, which are below `tokenizer.vocabularySize`.
  public nonisolated func decode(_ ids: [Int32]) -> String { tokenizer.decode(ids) }

  /// Writes a checkpoint that ``init(folder:)`` and other tools read; files that are there are
  /// replaced.
  ///
  /// - Throws: `CheckpointError` if the folder cannot be written.
  public func save(to folder: String) throws {
    try Checkpoint(model: model, tokenizer: tokenizer).write(to: folder)
  }
}

// MARK: Generating

extension LanguageModel {
  /// Continues a prompt; the pieces of text come as they are made, and put behind the prompt they are
  /// the whole text.
  ///
  /// Generation begins at once. It stops when the task that reads the sequence is cancelled, and when
  /// the sequence is let go.
  ///
  /// - Throws: (while it is read) `TokenizationError` for tokens that the vocabulary does not have,
  ///   ``LanguageModelError/emptyPrompt``.
  public nonisolated func generate(
    _ prompt: String, options: GenerationOptions = GenerationOptions()
  ) -> AsyncThrowingStream<String, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          try await self.generate(prompt, options) { continuation.yield($0) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private func generate(
    _ prompt: String, _ options: GenerationOptions, _ yield: @Sendable (String) -> Void
  ) async throws {
    let ids = try tokenizer.encode(prompt)
    guard !ids.isEmpty else { throw LanguageModelError.emptyPrompt }
    var generator = TextGenerator(
      model, tokenizer, prompt: ids, after: ids.last, options: options)
    while let pieces = generator.next() {
      for piece in pieces where !piece.text.isEmpty { yield(piece.text) }
      await Task.yield()
      try Task.checkCancellation()
    }
  }
}

// MARK: Training

extension LanguageModel {
  /// Learns from texts, one after the other as one long text: between two of them stands the token
  /// that marks the end of a text or, where the tokenizer has none, a line end.
  ///
  /// Each call begins anew: with the first step of the schedule and without memory of earlier
  /// gradients.
  ///
  /// - Parameter progress: Is told of each update, on the thread of the model.
  /// - Throws: `CancellationError` where the task is cancelled, `TrainingError` where training
  ///   diverges; what was learned before is kept. `TokenizationError` for tokens that the vocabulary
  ///   does not have, ``LanguageModelError/tooLittleText(tokens:)``.
  public func train(
    on texts: [String], options: TrainingOptions,
    progress: @Sendable (UpdateReport) -> Void = { _ in }
  ) async throws {
    let ids = try joined(texts)
    guard ids.count >= 2 else { throw LanguageModelError.tooLittleText(tokens: ids.count) }
    let windows = TokenWindows(
      ids, context: min(model.contextLength, ids.count - 1), seed: options.seed)
    let trainer = Trainer(model, windows, options)
    while trainer.step < options.steps {
      try Task.checkCancellation()
      progress(try trainer.update())
      await Task.yield()
    }
  }

  private func joined(_ texts: [String]) throws -> [Int32] {
    guard let end = tokenizer.endOfText else {
      return try tokenizer.encode(texts.joined(separator: "\n"))
    }
    return try texts.flatMap { try tokenizer.encode($0) + [end] }
  }
}
