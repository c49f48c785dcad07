import Checkpoints
import Testing
import Tokenization

@Suite struct JSONParserTests {
  private func parse(_ text: String) throws(CheckpointError) -> JSON {
    try JSON(parsing: Array(text.utf8), from: "a.json")
  }

  @Test(
    arguments: [
      ("null", nil), (" [true ,\tfalse]\r\n", [true, false]), ("-0", 0), ("0", 0), ("12", 12),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .double(9223372036854775808)), ("1.0", 1.0), ("1e2", 100.0),
      ("-1.5E-3", -0.0015), ("0.1", 0.1), ("5e-324", .double(.leastNonzeroMagnitude)),
      ("1e-400", 0.0),
      ("{}", [:]), ("[]", []), (#"{"b":1,"a":[{}]}"#, ["b": 1, "a": [[:]]]), ("\"\"", ""),
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
      (#""\u0041\u00e9\uD83D\ude00\u0000""#, "Aé😀\u{0}"),
      ("\"é😀\u{7F}\u{2028}\"", "é😀\u{7F}\u{2028}"), ("{\"\":1}", ["": 1]),
      ("{\"\u{C5}\":1,\"\u{212B}\":2}", ["\u{C5}": 1, "\u{212B}": 2]),
    ] as [(String, JSON)])
  func accepts(text: String, expected: JSON) throws {
    #expect(try parse(text) == expected)
  }

  @Test(arguments: [
    ("", "its end where a value belongs at byte 0"),
    ("nul", "\"n\" where a value belongs at byte 0"),
    ("é", "\"é\" where a value belongs at byte 0"), ("NaN", "\"N\" where a value"),
    ("1 2", "\"2\" where the end belongs at byte 2"),
    ("[1,]", "\"]\" where a value belongs at byte 3"), ("[1 2]", "\"2\" where a comma or ]"),
    ("[", "its end where a value"),
    ("{\"a\"}", "\"}\" where a colon"), ("{a:1}", "\"a\" where a key"),
    ("{\"a\":1,}", "\"}\" where a key"),
    ("{\"a\":1", "its end where a comma or }"), ("01", "\"1\" where the end"),
    ("-", "its end where a digit"),
    ("+1", "\"+\" where a value"), ("1.", "its end where a digit"), (".5", "\".\" where a value"),
    ("1e", "its end where a digit"),
    ("1e400", "the number \"1e400\", which is beyond the range at byte 0"),
    ("'a'", "\"'\" where a value"),
    ("\"a", "its end where a quotation mark"),
    ("\"a\nb\"", "a control character in a string at byte 2"),
    (#""\x""#, "an escape that JSON does not have at byte 1"),
    (#""\u12g4""#, "\"g\" where a hexadecimal digit"),
    (#""\ud800""#, "half of a surrogate pair at byte 1"),
    (#""\ud800\n""#, "half of a surrogate pair"),
    (#""\ud800\u0041""#, "half of a surrogate pair"),
    (#""a\udc00""#, "half of a surrogate pair at byte 2"),
    (#"{"a":1,"b":2,"a":3}"#, "the key \"a\" for the second time at byte 13"),
    (#"{"a":1,"\u0061":3}"#, "the key \"a\" for the second time"),
    ("\u{FEFF}1", "where a value belongs at byte 0"),
    ("// c\n1", "\"/\" where a value"), ("\u{0}", "where a value"), ("1\u{0}", "where the end"),
  ])
  func refuses(text: String, problem: String) throws {
    let error = try #require(throws: CheckpointError.self) { try parse(text) }
    #expect(error.cause == .badData)
    #expect(error.description.hasPrefix("a.json is damaged: its JSON has "))
    #expect(error.description.contains(problem))
    #expect(!error.description.contains("\n"))
  }

  @Test func refusesWhatIsNotUTF8() {
    #expect(throws: CheckpointError.damaged(path: "b", problem: "its JSON is not UTF-8 at byte 2"))
    {
      try JSON(parsing: [0x22, 0x61, 0xFF, 0x22], from: "b")
    }
  }

  /// A few keys are compared one by one, many are looked up.
  @Test func keysOfALargeObjectStandOnce() throws {
    let keys = (0..<40).map { "\"k\($0)\":\($0)" }
    func object(_ members: [String]) -> String { "{\(members.joined(separator: ","))}" }
    guard case .object(let members) = try parse(object(keys)) else {
      Issue.record("it is no object")
      return
    }
    #expect(members.map(\.key) == (0..<40).map { "k\($0)" })
    for (first, second) in [(0, 1), (0, 7), (0, 8), (7, 8), (8, 9), (3, 39), (38, 39)] {
      var keys = keys
      keys[second] = keys[first]
      let error = #expect(throws: CheckpointError.self) { try parse(object(keys)) }
      #expect(error?.description.contains("the key \"k\(first)\" for the second time") == true)
    }
  }

  @Test func nestingIsLimited() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(throws: Never.self) { try parse(nested(64)) }
    #expect(throws: CheckpointError.self) { try parse(nested(65)) }
    #expect(throws: CheckpointError.self) {
      try parse(String(repeating: "{\"a\":", count: 100_000))
    }
    // Values beside one another are not nested.
    #expect(throws: Never.self) { try parse("[" + String(repeating: "[],", count: 200) + "0]") }
  }
}
