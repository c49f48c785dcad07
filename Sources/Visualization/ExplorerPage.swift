public import Autograd
public import Checkpoints
import Foundation
public import Tokenization
public import Transformer

/// A page of its own, without network or libraries, in which a model runs and shows its attention.
public struct ExplorerPage: Sendable {
  /// The largest model that a page carries, in bytes of weights.
  public static let greatestWeights = 30_000_000

  /// The page, HTML in UTF-8.
  public let html: [UInt8]

  /// Puts a page together.
  ///
  /// - Parameters:
  ///   - model: the model that runs in it; its weights are carried as float32.
  ///   - tokenizer: what cuts the reader's text.
  ///   - title: what the model is called.
  ///   - prompt: the text with which the page begins.
  ///   - film: how its attention changed while it learned.
  ///   - curve: the loss at some steps of the training, in nats per token.
  /// - Throws: ``ExplorerError``
  public init(
    _ model: GPT<Float>, tokenizer: any Tokenizer, title: String, prompt: String,
    film: AttentionFilm? = nil, curve: [(step: Int, loss: Double)] = []
  ) throws {
    let count = model.parameters.count
    guard count * 4 <= Self.greatestWeights else { throw ExplorerError.tooLarge(bytes: count * 4) }
    var weights = Data(capacity: count * 4)
    var tensors: [JSON] = []
    for parameter in model.parameters.all {
      let scalars = parameter.tensor.scalars
      tensors.append([
        "name": .string(parameter.name), "offset": .integer(Int64(weights.count / 4)),
        "count": .integer(Int64(scalars.count)),
      ])
      for scalar in scalars {
        unsafe withUnsafeBytes(of: scalar.bitPattern.littleEndian) {
          unsafe weights.append(contentsOf: $0)
        }
      }
    }
    let data: JSON = [
      "title": .string(title), "prompt": .string(prompt),
      "config": Self.json(model.configuration, parameters: count), "tensors": .array(tensors),
      "tokenizer": try Self.json(tokenizer), "film": film.map { Self.json($0, curve) } ?? .null,
    ]
    let scripts = [
      PackageResources.tokenizers_js, PackageResources.model_js, PackageResources.pictures_js,
      PackageResources.explorer_js, PackageResources.controls_js,
    ]
    html = Self.fill(
      PackageResources.page_html,
      [
        "/*STYLE*/": PackageResources.page_css, "/*DATA*/": try Self.escaped(data),
        "/*WEIGHTS*/": Array(weights.base64EncodedData()), "/*SCRIPT*/": scripts.reduce([], +),
      ])
  }

  private static func json(_ configuration: GPTConfiguration, parameters: Int) -> JSON {
    func number(_ value: Int) -> JSON { .integer(Int64(value)) }
    return [
      "layers": number(configuration.layers), "heads": number(configuration.heads),
      "width": number(configuration.width), "hidden": number(configuration.hiddenWidth),
      "context": number(configuration.contextLength),
      "vocabulary": number(configuration.vocabularySize),
      "positions": .string(configuration.positions.rawValue),
      "activation": .string(configuration.activation.rawValue),
      "epsilon": .double(configuration.layerNormEpsilon), "parameters": number(parameters),
    ]
  }

  private static func json(_ tokenizer: any Tokenizer) throws -> JSON {
    let ids = 0..<Int32(tokenizer.vocabularySize)
    switch tokenizer {
    case is WordTokenizer, is CharacterTokenizer:
      return [
        "kind": tokenizer is WordTokenizer ? "word" : "character",
        "tokens": .array(ids.map { .string(tokenizer.token($0)) }),
      ]
    case is ByteTokenizer, is BPETokenizer:
      let pairs = tokenizer as? BPETokenizer
      func numbers(_ ids: [Int32]) -> JSON { .array(ids.map { .integer(Int64($0)) }) }
      return [
        "kind": "bytes",
        // A token may be part of a character, so each of its bytes stands as U+0000 to U+00FF.
        "tokens": .array(
          ids.map { id in
            let scalars = tokenizer.bytes(of: id, after: nil).map { Unicode.Scalar($0) }
            return .string(String(String.UnicodeScalarView(scalars)))
          }),
        "merges": .array(pairs?.merges.map { numbers([$0.left, $0.right, $0.result]) } ?? []),
        "added": numbers(pairs?.addedTokens.map(\.id) ?? []),
      ]
    default: throw ExplorerError.tokenizer(String(describing: type(of: tokenizer)))
    }
  }

  private static func json(_ film: AttentionFilm, _ curve: [(step: Int, loss: Double)]) -> JSON {
    let points = curve.isEmpty ? film.frames.compactMap { f in f.loss.map { (f.step, $0) } } : curve
    let bytes = film.frames.flatMap { $0.weights.joined() }
    return [
      "texts": .array(film.sentences.map { .string($0.text) }),
      "sentences": .array(film.sentences.map { .array($0.tokens.map { .string($0) }) }),
      "steps": .array(film.frames.map { .integer(Int64($0.step)) }),
      "losses": .array(film.frames.map { $0.loss.map { .double($0) } ?? .null }),
      "curve": .array(points.map { [.integer(Int64($0.0)), .double($0.1)] }),
      "weights": .string(Data(bytes).base64EncodedString()),
    ]
  }

  /// JSON that may stand in a script element: no `<` can end it.
  private static func escaped(_ json: JSON) throws -> [UInt8] {
    try json.text(.compact, for: "the page").flatMap { byte in
      byte == UInt8(ascii: "<") ? Array(#"\u003c"#.utf8) : [byte]
    }
  }

  /// The template with each mark replaced.
  private static func fill(_ template: [UInt8], _ parts: [String: [UInt8]]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Substring(String(decoding: template, as: UTF8.self))
    while let start = rest.range(of: "/*"), let end = rest[start.upperBound...].range(of: "*/") {
      result += rest[..<start.lowerBound].utf8
      result += parts[String(rest[start.lowerBound..<end.upperBound])] ?? []
      rest = rest[end.upperBound...]
    }
    return result + rest.utf8
  }
}

/// Why a model cannot stand in a page.
public enum ExplorerError: ExplainedError, Equatable {
  /// Its weights take too many bytes.
  case tooLarge(bytes: Int)
  /// Nobody has taught the page this tokenizer.
  case tokenizer(String)

  /// The model is not of the right kind.
  public var cause: FailureCause { .badData }

  /// What was found and what to do instead.
  public var description: String {
    switch self {
    case .tooLarge(let bytes):
      "the model's weights take \(bytes / 1_000_000) MB, and a page carries at most "
        + "\(ExplorerPage.greatestWeights / 1_000_000) MB; look at given sentences with "
        + "inspect attention TEXT --format html instead"
    case .tokenizer(let name):
      "a page cannot cut text as \(name) does; look at given sentences with "
        + "inspect attention TEXT --format html instead"
    }
  }
}
