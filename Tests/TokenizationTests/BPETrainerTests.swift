import Checkpoints
import Testing

@testable import Tokenization

@Suite struct BPETrainerTests {
  /// The same tokens, merges and ids that the trainer of `tokenizers` learned, ties included.
  @Test func learnsWhatTheLibraryLearns() throws {
    let expected = try Golden.tokenizer()
    var trainer = BPETrainer(vocabularySize: expected.vocabularySize)
    trainer.add(utf8: try Golden.corpus()[...])
    let learned = try trainer.bpeTokenizer()
    #expect(learned.merges == expected.merges)
    #expect(learned == expected)
  }

  /// By hand: "ab" and "bc" occur four times each; "a" has the smaller id, and after it "bc" is left
  /// once, which is too rare.
  @Test func tiesGoToTheSmallerIDs() throws {
    var trainer = BPETrainer(vocabularySize: 1_000)
    trainer.add(utf8: Array("abc abc".utf8)[...])
    trainer.add(utf8: Array("\nabc\nabc".utf8)[...])
    let tokenizer = try trainer.bpeTokenizer()
    #expect(tokenizer.merges.first.map { tokenizer.token($0.result) } == "ab")
    #expect(tokenizer.merges.map { tokenizer.token($0.result) } == ["ab", "abc"])
    #expect(tokenizer.vocabularySize == 259)
    #expect(tokenizer.endOfText == 258)
  }

  @Test func theSizeIsALimit() throws {
    var trainer = BPETrainer(vocabularySize: 260)
    #expect(throws: TokenizationError.noTokens) { try trainer.tokenizer() }
    trainer.add(utf8: try Golden.corpus()[...])
    #expect(try trainer.tokenizer().vocabularySize == 260)
  }
}
