import Console
import MiniTransformer

/// What is to be generated, and how.
struct Settings {
  let prompt: String
  let checkpoint: String
  let tokens: Int
  let sampling: SamplingOptions
  let shownProbabilities: Int
  let usesCache: Bool
  let precision: ComputePrecision
  let isQuiet: Bool

  init(_ options: inout Options) throws {
    let folder = try options.text(
      "checkpoint", otherwise: "\(Self.own), else \(Self.bundled)", as: "DIR",
      "the model: a Hugging Face GPT-2 folder")
    tokens = try options.value("tokens", default: 40, in: 1..., "how many tokens to generate")
    let temperature = try options.value(
      "temperature", default: 0.8, in: 0.0...100.0, "0 always takes the likeliest token")
    let topK = try options.value(
      "top-k", otherwise: "all", in: 1..., "draw from the K likeliest tokens only")
    let topP = try options.value(
      "top-p", default: 1.0, in: .above(0.0, through: 1.0),
      "draw from the likeliest tokens that reach this probability together")
    let seed = try options.value("seed", default: 1337, in: 0..., "seed of the draws")
    sampling = SamplingOptions(
      temperature: temperature, topK: topK, topP: topP, seed: UInt64(seed))
    precision = try options.choice(
      "precision", default: ComputePrecision.float32, "the numbers that matrix products multiply")
    let threads = try options.value(
      "threads", default: ComputeThreads.available, in: 1...256,
      "threads of the kernels; the text does not depend on it")
    shownProbabilities = try options.value(
      "probabilities", default: 0, in: 0..., "show the K likeliest next tokens at each step")
    usesCache = try !options.flag("no-cache", "compute every token anew; the text is the same")
    isQuiet = try options.flag("quiet", "no messages")
    let operand = options.operand("PROMPT", "the text to continue, or - to read standard input")
    try options.finish()
    ComputeThreads.count = threads

    guard let operand else {
      throw UsageError("the PROMPT is missing; write the text to continue, in quotes")
    }
    prompt = operand == "-" ? try Self.standardInput() : operand
    guard !prompt.allSatisfy(\.isWhitespace) || prompt.contains("\n") else {
      throw UsageError("the prompt is empty; write the text to continue")
    }
    checkpoint = try folder ?? Self.defaultCheckpoint()
  }

  private static let own = "checkpoints/run"
  private static let bundled = "checkpoints/every-effort"

  private static func defaultCheckpoint() throws -> String {
    for folder in [own, bundled] where Checkpoint.exists(at: folder) { return folder }
    throw NoCheckpoint(folders: [own, bundled])
  }

  /// All of standard input, without the line end that a shell puts behind it.
  private static func standardInput() throws -> String {
    var bytes: [UInt8] = []
    while let line = readLine(strippingNewline: false) { bytes += line.utf8 }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// No model was trained yet, and none is there by default.
struct NoCheckpoint: ExplainedError {
  let folders: [String]

  var cause: FailureCause { .missingInput }

  var description: String {
    "there is no checkpoint in \(folders.joined(separator: " or ")); train one with "
      + "'swift run -c release train', or name a folder with --checkpoint"
  }
}
