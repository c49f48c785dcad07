public import Autograd
public import Tokenization
public import Transformer

/// How a prompt is continued.
public struct GenerationOptions: Sendable, Equatable {
  /// How many tokens are generated at most.
  public var tokens: Int
  /// How each is chosen.
  public var sampling: SamplingOptions
  /// Strings before which the text ends.
  public var stops: [String]
  /// Whether earlier tokens are remembered rather than computed again; the text is the same.
  public var usesCache: Bool

  /// Options; see the properties.
  public init(
    tokens: Int = 40, sampling: SamplingOptions = SamplingOptions(), stops: [String] = [],
    usesCache: Bool = true
  ) {
    (self.tokens, self.sampling) = (tokens, sampling)
    (self.stops, self.usesCache) = (stops, usesCache)
  }
}

/// Why a text ended.
public enum FinishReason: Sendable, Equatable {
  /// It has as many tokens as were asked for.
  case length
  /// The model has put the token that marks the end of a text.
  case endOfText
  /// This string came up.
  case stop(String)
}

/// What one more token adds to a text.
public struct TextPiece<Scalar: TensorScalar>: Sendable {
  /// The token.
  public let token: GeneratedToken<Scalar>
  /// The text that is certain now: whole characters, and nothing that may begin a stop string.
  /// Often empty.
  public let text: String
  /// Why the text ends here, if it does.
  public let finish: FinishReason?
}

/// The texts with which a model continues a prompt, piece by piece.
///
/// Each step yields a piece for every sample that has not ended.
///
/// ```swift
/// for pieces in TextGenerator(model, tokenizer, prompt: ids, options: GenerationOptions()) {
///   print(pieces[0].text, terminator: "")
/// }
/// ```
public struct TextGenerator<M: SequenceModel>: Sequence, IteratorProtocol {
  private let tokenizer: (any Tokenizer)?
  private let limit: Int
  private var generator: ParallelGenerator<M>
  private var texts: [SampleText]
  private var running: Set<Int>
  private var count = 0

  /// A generator of `samples` texts behind `prompt`, which has at least one token.
  ///
  /// - Parameters:
  ///   - tokenizer: Turns tokens into text; without one, the text is the ids with commas.
  ///   - previous: The token that the text is read on from, nil at the start of a line: a tokenizer
  ///     of words puts a space between them.
  public init(
    _ model: M, _ tokenizer: (any Tokenizer)?, prompt: [Int32], samples: Int = 1,
    after previous: Int32? = nil, options: GenerationOptions
  ) {
    self.tokenizer = tokenizer
    limit = options.tokens
    generator = ParallelGenerator(
      model, prompt: prompt, samples: samples, options: options.sampling,
      usesCache: options.usesCache)
    let text = SampleText(tokenizer, after: previous, stops: options.stops)
    texts = Array(repeating: text, count: samples)
    running = Set(0..<samples)
  }

  /// The next piece of each text that goes on, in the order of the samples; nil when all have ended.
  public mutating func next() -> [TextPiece<M.Scalar>]? {
    guard !running.isEmpty, count < limit else { return nil }
    count += 1
    var ended: Set<Int> = []
    let pieces = generator.next().map { token in
      var finish: FinishReason?
      var text = ""
      if token.id == tokenizer?.endOfText {
        finish = .endOfText
      } else {
        text = texts[token.sample].append(token.id)
        finish = texts[token.sample].stop.map { .stop($0) } ?? (count == limit ? .length : nil)
      }
      if finish != nil {
        text += texts[token.sample].finish()
        ended.insert(token.sample)
      }
      return TextPiece(token: token, text: text, finish: finish)
    }
    running.subtract(ended)
    generator.finish(ended)
    return pieces
  }

  /// What is still held back of sample `sample` where nobody waits for its end.
  public mutating func rest(of sample: Int) -> String { texts[sample].finish() }
}

/// One text as it grows.
private struct SampleText {
  private var decoder: StreamingDecoder?
  private let vocabularySize: Int
  private var stops: StopStrings
  private var isEmpty = true

  init(_ tokenizer: (any Tokenizer)?, after previous: Int32?, stops: [String]) {
    decoder = tokenizer.map { StreamingDecoder($0, after: previous) }
    vocabularySize = tokenizer?.vocabularySize ?? 0
    self.stops = StopStrings(stops)
  }

  /// The stop string that has come up.
  var stop: String? { stops.found }

  /// The text that is certain once `id` is known.
  mutating func append(_ id: Int32) -> String {
    defer { isEmpty = false }
    // A model may have more ids than its tokenizer has tokens; those have no text.
    if decoder != nil && id >= vocabularySize { return "" }
    return stops.pass(decoder?.decode(id) ?? (isEmpty ? "\(id)" : ",\(id)"))
  }

  /// What is left when no more comes.
  mutating func finish() -> String {
    let rest = stops.pass(decoder?.finish() ?? "")
    return rest + stops.finish()
  }
}
