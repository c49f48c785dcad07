import Testing
import Visualization

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("Every effort", 12), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("한글", 4),
    ("\u{1112}\u{1161}\u{11AB}", 2), ("ﾊﾝｶｸ", 4), ("ＡＢ", 4), ("🙂", 2), ("👩‍👩‍👧", 2),
    ("🇩🇪", 2), ("❤", 1), ("❤️", 2), ("→", 1), ("█⣿…", 3), ("\n\u{7}", 0), ("\u{200B}", 0),
    ("\u{AD}", 1),
    ("का", 2), ("𠀀", 2),
  ])
  func textsHaveTheWidthOfATerminal(text: String, width: Int) {
    #expect(displayWidth(text) == width)
  }

  @Test func textsAreFitted() {
    #expect(fitted("ab", to: 4) == "ab  ")
    #expect(fitted("ab", to: 4, .right) == "  ab")
    #expect(fitted("日本", to: 5, .right) == " 日本")
    #expect(fitted("日本語", to: 4) == "日… ")
    #expect(fitted("abcdef", to: 4) == "abc…")
    #expect(fitted("abc", to: -1).isEmpty)
    #expect(cropped("abc", to: 3) == "abc")
    #expect(cropped("abc", to: 1) == "…")
    #expect(cropped("abc", to: 0).isEmpty)
  }

  @Test(arguments: [
    ("you", "you"), ("\n", "⏎"), ("a\tb", "a⇥b"), (" you", "␣you"), ("  ", "␣␣"),
    ("to you ", "to you␣"), ("\u{1B}[31m", "␛[31m"), ("\u{7F}", "␡"), ("\0", "␀"), ("\r\n", "␍⏎"),
  ])
  func tokensBecomeVisible(token: String, picture: String) {
    #expect(visible(token) == picture)
  }
}
