import Console
import MiniTransformer

/// What a run is about to do, and what losses are normal for its text.
struct Plan {
  let settings: Settings
  let text: TrainingText
  let statistics: CorpusStatistics
  /// The least loss that a model with this context can reach on the text it learns from.
  let floor: Double?
  private let configuration: GPTConfiguration
  private let memory: MemoryEstimate
  private let parts: [(name: String, count: Int)]

  /// How many tokens are counted to say which losses are normal.
  private static let countedTokens = 1_000_000

  init(_ settings: Settings, _ text: TrainingText, _ model: GPT<Float>) throws {
    (self.settings, self.text) = (settings, text)
    configuration = model.configuration
    statistics = CorpusStatistics(
      ids: try text.training.prefix(Self.countedTokens),
      vocabularySize: configuration.vocabularySize)
    // It is a property of small corpora: in a large one hardly any window comes twice.
    floor =
      text.validation.isEmpty && !settings.overfits && text.training.count <= 100_000
      ? statistics.entropyFloor(context: text.context) : nil
    var seen = configuration
    seen.contextLength = text.context
    memory = MemoryEstimate(
      seen, parameterCount: model.parameters.count, batchSize: settings.batchSize)
    var parts: [(name: String, count: Int)] = []
    for parameter in model.parameters.all {
      let path = parameter.name.split(separator: ".")
      let name = path[0] == "blocks" ? String(path[2]) : String(path[0])
      if let index = parts.firstIndex(where: { $0.name == name }) {
        parts[index].count += parameter.tensor.count
      } else {
        parts.append((name, parameter.tensor.count))
      }
    }
    self.parts = parts
  }

  /// Refuses a run that would not fit.
  func checkMemory() throws {
    guard let available = MemoryEstimate.availableBytes, memory.totalBytes > available else {
      return
    }
    throw NotEnoughMemory(needed: memory.totalBytes, available: available)
  }

  /// The plan in lines of at most `width` columns.
  func description(width: Int) -> String {
    let total = parts.reduce(0) { $0 + $1.count }
    let details = parts.map { "\($0.name) \(Format.grouped($0.count))" }.joined(separator: ", ")
    let shrunk =
      text.context < settings.configuration.contextLength
      ? " (the text is shorter than a context of "
        + "\(Format.grouped(settings.configuration.contextLength)))" : ""
    let held =
      !text.validation.isEmpty
      ? " to learn from, \(Format.grouped(text.validation.count)) to validate on"
      : settings.validation > 0 ? " (too few to keep any to validate on)" : ""
    func nats(_ value: Double) -> String { Format.decimal(value, places: 3) }
    var normal =
      "loss ln V = \(nats(statistics.uniformEntropy)) untrained, "
      + "\(nats(statistics.unigramEntropy)) by frequency"
    if let bigram = statistics.bigramEntropy { normal += ", \(nats(bigram)) by the token before" }
    if let floor { normal += ", \(nats(floor)) at best" }
    if text.training.count > Self.countedTokens {
      normal += " (of the first \(Format.grouped(Self.countedTokens)) tokens)"
    }
    let beginning =
      switch settings.start {
      case .anew: ""
      case .checkpoint(_, _, let folder): ", beginning with the weights in \(folder)"
      case .state(let state, let folder):
        ", of which \(folder) has \(Format.grouped(state.progress.step))"
      }
    let rows =
      [
        "model":
          "\(configuration.layers) layers, \(configuration.heads) heads, width "
          + "\(Format.grouped(configuration.width)), context \(Format.grouped(text.context))\(shrunk), "
          + "\(configuration.positions.rawValue) positions",
        "parameters": "\(Format.grouped(total)): \(details)",
        "text":
          "\(settings.corpus.joined(separator: ", ")): "
          + "\(Format.grouped(text.training.count)) tokens\(held), "
          + "\(Format.grouped(configuration.vocabularySize)) different \(text.tokenizer.unit.rawValue)",
        "training":
          "\(Format.grouped(settings.steps)) steps of "
          + "\(Format.grouped(settings.batchSize * settings.accumulation * text.context)) tokens"
          + beginning,
        "memory":
          "\(Format.bytes(memory.totalBytes)): parameters, gradients and averages "
          + "\(Format.bytes(memory.parameterBytes)), activations "
          + "\(Format.bytes(memory.activationBytes))",
        "normal": normal,
      ] as KeyValuePairs
    return rows.map { Self.row($0, $1, width: width) }.joined(separator: "\n")
  }

  /// A name and what there is to say about it, beside the name also where it takes several lines.
  static func row(_ name: String, _ text: String, width: Int) -> String {
    let margin = String(repeating: " ", count: 12)
    let lines = Format.lines(of: text, width: min(width, 100) - margin.count)
    return name + margin.dropFirst(name.count) + lines.joined(separator: "\n" + margin)
  }
}

/// A model and a batch that do not fit into memory.
struct NotEnoughMemory: ExplainedError {
  let needed: Int
  let available: Int

  var cause: FailureCause { .wrongUse }

  var description: String {
    "training needs about \(Format.bytes(needed)) of memory and \(Format.bytes(available)) are "
      + "free; choose a smaller --batch (with --accumulate), --width, --layers or --context"
  }
}
