import Foundation
import Tokenization

/// How the attention of a model's heads changed while it learned: for a few probe sentences, every
/// head's weights at some steps, in 255ths.
///
/// On disk it is `film.jsonl`, a line for what stays the same and one for each frame, so that a run
/// appends to it and a resumed one can cut it back.
public struct AttentionFilm: Sendable, Equatable {
  /// A probe sentence.
  public struct Sentence: Sendable, Equatable {
    /// The text.
    public let text: String
    /// Its tokens as text, at most ``AttentionFilm/longestSentence``.
    public let tokens: [String]

    /// A sentence; see the properties.
    public init(text: String, tokens: [String]) { (self.text, self.tokens) = (text, tokens) }
  }

  /// The attention at one step.
  public struct Frame: Sendable, Equatable {
    /// How many updates were finished.
    public let step: Int
    /// The loss of the last of these updates, in nats per token; nil before the first.
    public let loss: Double?
    /// For each sentence the weights `[layer, head, query, key]`, 255 for 1.
    public let weights: [[UInt8]]

    /// A frame; see the properties.
    public init(step: Int, loss: Double?, weights: [[UInt8]]) {
      (self.step, self.loss, self.weights) = (step, loss, weights)
    }
  }

  /// The greatest number of tokens of a probe sentence.
  public static let longestSentence = 16

  /// The name of the file in a run's folder.
  public static let fileName = "film.jsonl"

  /// How many layers the model has.
  public let layers: Int
  /// How many heads a layer has.
  public let heads: Int
  /// The probe sentences.
  public let sentences: [Sentence]
  /// The frames, by rising step.
  public private(set) var frames: [Frame]

  /// A film without frames.
  public init(layers: Int, heads: Int, sentences: [Sentence]) {
    (self.layers, self.heads, self.sentences, frames) = (layers, heads, sentences, [])
  }

  /// Adds a frame, of a later step than the last.
  public mutating func append(_ frame: Frame) { frames.append(frame) }

  /// Reads the film of a run.
  ///
  /// - Returns: nil if `folder` has none.
  /// - Throws: ``CheckpointError``, with the number of the line that is damaged. An unfinished last
  ///   line, of a run that was killed, is passed over.
  public static func read(from folder: String) throws(CheckpointError) -> AttentionFilm? {
    let path = "\(folder)/\(fileName)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let file = try InputFile(path: path)
    var lines = try file.bytes(0..<file.count)
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    lines.removeLast()
    guard let first = lines.first else {
      throw .damaged(path: path, problem: "it is empty; train again with --film")
    }
    var film = try AttentionFilm(header: JSONField(parsing: Array(first), from: path))
    for (index, line) in lines.dropFirst().enumerated() {
      let field = try JSONField(parsing: Array(line), from: "\(path), line \(index + 2),")
      film.append(try film.frame(field))
    }
    return film
  }

  /// The weights of one head: rows of keys, shares of 1.
  public func weights(frame: Int, sentence: Int, layer: Int, head: Int) -> [[Float]] {
    let count = sentences[sentence].tokens.count
    let bytes = frames[frame].weights[sentence]
    let start = (layer * heads + head) * count * count
    return (0..<count).map { query in
      bytes[(start + query * count)..<(start + (query + 1) * count)].map { Float($0) / 255 }
    }
  }

  /// A row of weights in 255ths that sum to 255: each is rounded down, and what is missing goes to
  /// those that lost most (the method of largest remainders). An error is below 1/255.
  ///
  /// - Returns: zeros for a row that is not finite.
  public static func shades(of row: some Collection<Float>) -> [UInt8] {
    guard row.allSatisfy({ $0.isFinite }) else { return [UInt8](repeating: 0, count: row.count) }
    let exact = row.map { max(0, min($0, 1)) * 255 }
    var shades = exact.map { UInt8($0) }
    let missing = max(0, 255 - shades.reduce(0) { $0 + Int($1) })
    let losses = exact.indices.sorted {
      (exact[$1] - exact[$1].rounded(.down), $0) < (exact[$0] - exact[$0].rounded(.down), $1)
    }
    for index in losses.prefix(missing) { shades[index] += 1 }
    return shades
  }

  /// The first line of the file.
  public var header: JSON {
    [
      "layers": .integer(Int64(layers)), "heads": .integer(Int64(heads)),
      "sentences": .array(
        sentences.map { sentence in
          ["text": .string(sentence.text), "tokens": .array(sentence.tokens.map { .string($0) })]
        }),
    ]
  }

  /// The line of a frame.
  public static func line(_ frame: Frame) -> JSON {
    [
      "step": .integer(Int64(frame.step)), "loss": frame.loss.map { .double($0) } ?? .null,
      "weights": .array(frame.weights.map { .string(Data($0).base64EncodedString()) }),
    ]
  }

  private init(header: JSONField) throws(CheckpointError) {
    layers = try header.member("layers").integer(in: 1...1_000)
    heads = try header.member("heads").integer(in: 1...1_000)
    var sentences: [Sentence] = []
    for sentence in try header.member("sentences").elements() {
      var tokens: [String] = []
      for token in try sentence.member("tokens").elements() { tokens.append(try token.string()) }
      guard (1...Self.longestSentence).contains(tokens.count) else {
        throw sentence.damaged(
          "\(sentence.name) has \(tokens.count) tokens and should have 1 to \(Self.longestSentence)"
        )
      }
      sentences.append(Sentence(text: try sentence.member("text").string(), tokens: tokens))
    }
    self.sentences = sentences
    frames = []
  }

  private func frame(_ field: JSONField) throws(CheckpointError) -> Frame {
    let encoded = try field.member("weights").elements()
    guard encoded.count == sentences.count else {
      throw field.damaged("it has \(encoded.count) sentences and should have \(sentences.count)")
    }
    var weights: [[UInt8]] = []
    for (text, sentence) in zip(encoded, sentences) {
      let expected = layers * heads * sentence.tokens.count * sentence.tokens.count
      guard let data = Data(base64Encoded: try text.string()), data.count == expected else {
        throw text.damaged("\(text.name) should be \(expected) bytes in base64")
      }
      weights.append(Array(data))
    }
    let loss = try field.optionalMember("loss")?.double()
    return Frame(
      step: try field.member("step").integer(in: 0...Int.max), loss: loss, weights: weights)
  }
}
