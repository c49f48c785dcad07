import Testing

@testable import Tokenization

@Suite struct ExplainedErrorTests {
  @Test func quotingKeepsAMessageOnOneLine() {
    #expect("don't".quoted() == "\"don't\"")
    #expect("a\nb\r\t\u{7}\u{2028}\u{200B}".quoted() == #""a\nb\r\t\u{7}\u{2028}\u{200B}""#)
  }

  @Test func quotingCutsLongTexts() {
    #expect("abcdef".quoted(limit: 6) == "\"abcdef\"")
    #expect("abcdefg".quoted(limit: 6) == "\"abcdef…\"")
  }
}
