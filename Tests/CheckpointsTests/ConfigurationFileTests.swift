import Foundation
import TestSupport
import Testing
import Transformer

@testable import Checkpoints

@Suite struct ConfigurationFileTests {
  private let place = TestFolder()

  /// Only what GPT-2 can express is labelled so: another tool would run the rest as what it is not.
  @Test(arguments: PositionalEncoding.allCases)
  func theLabel(_ positions: PositionalEncoding) throws {
    let configuration = GPTConfiguration(
      vocabularySize: 5, contextLength: 4, width: 6, layers: 1, heads: 3, positions: positions)
    let text = try ConfigurationFile(configuration, endOfText: nil).json.text(
      .compact, for: "config.json")
    let root = try JSONField(parsing: text, from: "config.json")
    let isGPT2 = positions == .learned
    #expect(try root.member("model_type").string() == (isGPT2 ? "gpt2" : "mini-transformer"))
    #expect(
      try root.optionalMember("positional_encoding")?.string()
        == (isGPT2 ? nil : positions.rawValue))
  }

  /// The names that transformers reads, of which it would silently replace a missing one.
  @Test func theFile() throws {
    let configuration = GPTConfiguration(
      vocabularySize: 5, contextLength: 4, width: 6, layers: 1, heads: 3, dropout: 0.25,
      initializerDeviation: 0.03)
    #expect(
      ConfigurationFile(configuration, endOfText: 4).json == [
        "activation_function": "gelu_new", "add_cross_attention": false,
        "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.25, "bos_token_id": 4,
        "dtype": "float32", "embd_pdrop": 0.25, "eos_token_id": 4, "initializer_range": 0.03,
        "layer_norm_epsilon": 1e-05, "model_type": "gpt2", "n_ctx": 4, "n_embd": 6, "n_head": 3,
        "n_inner": nil, "n_layer": 1, "n_positions": 4, "resid_pdrop": 0.25,
        "scale_attn_by_inverse_layer_idx": false, "scale_attn_weights": true,
        "tie_word_embeddings": true, "vocab_size": 5,
      ])
  }

  /// A model that has learned no end is not to get GPT-2's 50,256 by default.
  @Test(arguments: [nil, 4] as [Int32?]) func theEndOfText(_ id: Int32?) throws {
    let configuration = GPTConfiguration(
      vocabularySize: 5, contextLength: 4, width: 6, layers: 1, heads: 3)
    try ConfigurationFile(configuration, endOfText: id).write(to: place.path)
    #expect(try ConfigurationFile(readingFrom: place.path).endOfText == id)
    let generation = try JSONField(readingFile: "\(place.path)/generation_config.json")
    let value: JSON = id.map { .integer(Int64($0)) } ?? nil
    #expect(
      generation.value
        == ["_from_model_config": true, "bos_token_id": value, "eos_token_id": value])
  }

  @Test(
    arguments: [("[3, 4]", 3), ("[]", nil), ("5", nil), ("50256", nil), ("-1", nil)]
      as [(String, Int32?)])
  func otherEndsOfText(_ text: String, _ expected: Int32?) throws {
    let config =
      #"{"model_type":"gpt2","vocab_size":5,"n_positions":4,"n_embd":6,"n_layer":1,"n_head":3,"#
    _ = try place.file("config.json", (config + "\"eos_token_id\":\(text)}").utf8)
    #expect(try ConfigurationFile(readingFrom: place.path).endOfText == expected)
  }

  private func read(_ text: String) throws -> GPTConfiguration {
    _ = try place.file("config.json", text.utf8)
    return try ConfigurationFile(readingFrom: place.path).configuration
  }

  /// GPT-2's defaults stand in for what a file leaves out.
  @Test func defaults() throws {
    let read = try read(
      #"{"model_type":"gpt2","vocab_size":5,"n_positions":4,"n_embd":6,"n_layer":1,"n_head":3}"#)
    #expect(
      read
        == GPTConfiguration(
          vocabularySize: 5, contextLength: 4, width: 6, layers: 1, heads: 3,
          initializerDeviation: 0.02))
  }

  /// A change of a sound file, and what is said about it behind the path.
  @Test(arguments: [
    (
      #""n_head":3"#, #""n_head":4"#,
      " is damaged: 4 heads do not divide the width 6; choose a width that is a multiple of 4"
    ),
    (#""n_head":3"#, #""n_head":0"#, " is damaged: \"n_head\" is 0 and should be 1 to 16777216"),
    (
      #""n_layer":1"#, #""n_layer":1.5"#,
      " is damaged: \"n_layer\" is a number with a fraction or beyond 64 bits and should be a whole number"
    ),
    (
      #""n_layer":1"#, #""scale_attn_weights":false,"n_layer":1"#,
      " is not supported: scale_attn_weights is false; only true is understood"
    ),
    (
      #""n_layer":1"#, #""add_cross_attention":true,"n_layer":1"#,
      " is not supported: add_cross_attention is true; only false is understood"
    ),
    (
      #""n_layer":1"#, #""activation_function":"silu","n_layer":1"#,
      " is not supported: its activation_function is \"silu\"; expected gelu_new, gelu or relu"
    ),
    (#""gpt2""#, #""llama""#, " is not supported: its model_type is \"llama\"; expected \"gpt2\""),
    (
      #""gpt2""#, #""mini-transformer""#,
      " is damaged: the JSON text lacks the key \"positional_encoding\""
    ),
    (
      #""gpt2""#, #""mini-transformer","positional_encoding":"alibi""#,
      " is not supported: its positional_encoding is \"alibi\""
    ),
  ])
  func mistakes(_ sound: String, _ change: String, _ message: String) {
    let text =
      #"{"model_type":"gpt2","vocab_size":5,"n_positions":4,"n_embd":6,"n_layer":1,"n_head":3}"#
    let error = #expect(throws: CheckpointError.self) {
      try read(text.replacing(sound, with: change))
    }
    #expect(error?.description == "\(place.path)/config.json\(message)")
  }
}
