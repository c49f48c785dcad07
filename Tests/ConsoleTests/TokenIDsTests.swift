import Testing

@testable import Console

@Suite struct TokenIDsTests {
  private func ids(_ arguments: String...) throws -> [Int32]? {
    var options = Options(arguments, of: Command("generate", "Generates."))
    let ids = try options.ids()
    try options.finish()
    return ids
  }

  @Test func areReadInOrder() throws {
    #expect(try ids("--ids", "3,14,15") == [3, 14, 15])
    #expect(try ids("--ids", "0, 2147483647") == [0, .max])
    #expect(try ids() == nil)
  }

  @Test(arguments: [
    ("3,,14", "\"\""), ("3,a", "\"a\""), ("-3,4", "\"-3\""), ("1.5", "\"1.5\""),
    ("2147483648", "\"2147483648\""), ("7,", "\"\""),
  ])
  func whatIsNoIDIsShown(text: String, found: String) {
    let error = #expect(throws: UsageError.self) { try ids("--ids=\(text)") }
    #expect(
      error?.description
        == "--ids must be whole numbers from 0 with commas between them, such as 3,14,15; found "
        + found)
  }

  @Test func anIDBeyondTheVocabularyIsNamed() throws {
    try checkVocabulary(of: [0, 60], size: 61)
    let error = #expect(throws: UsageError.self) { try checkVocabulary(of: [0, 61], size: 61) }
    #expect(error?.description == "--ids has 61, and the model's ids are 0 to 60")
  }
}
