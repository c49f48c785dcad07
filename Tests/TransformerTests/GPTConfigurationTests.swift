import Testing
import Transformer

@Suite struct GPTConfigurationTests {
  private static let sound = GPTConfiguration(
    vocabularySize: 5, contextLength: 4, width: 12, layers: 1, heads: 2)

  /// A change that makes it impossible, and the line that says so.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let message: String
    let make: @Sendable (inout GPTConfiguration) -> Void
    var testDescription: String { message }
  }

  private static let mistakes = [
    Mistake(message: "the vocabulary must be in 1...16777216; found 0") { $0.vocabularySize = 0 },
    Mistake(message: "the context must be in 1...1048576; found 1048577") {
      $0.contextLength = (1 << 20) + 1
    },
    Mistake(message: "the number of layers must be in 1...16777216; found -1") { $0.layers = -1 },
    Mistake(message: "the number of heads must be in 1...16777216; found 0") { $0.heads = 0 },
    Mistake(
      message: "5 heads do not divide the width 12; choose a width that is a multiple of 5"
    ) { $0.heads = 5 },
    Mistake(
      message: "rotary positions need heads of even size; the width 12 and 4 heads give 3"
    ) { ($0.heads, $0.positions) = (4, .rotary) },
    Mistake(message: "dropout must be in 0..<1; found 1.0") { $0.dropout = 1 },
    Mistake(message: "dropout must be in 0..<1; found nan") { $0.dropout = .nan },
    Mistake(message: "layer norm's epsilon must be above 0; found 0.0") {
      $0.layerNormEpsilon = 0
    },
  ]

  @Test func aSoundOne() throws {
    try Self.sound.validate()
    #expect(Self.sound.hiddenWidth == 48)
  }

  @Test(arguments: mistakes) func aWrongOne(_ mistake: Mistake) {
    var configuration = Self.sound
    mistake.make(&configuration)
    let error = #expect(throws: ConfigurationError.self) { try GPT<Float>(configuration) }
    #expect(error?.description == mistake.message)
  }
}
