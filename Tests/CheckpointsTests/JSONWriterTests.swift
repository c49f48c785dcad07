import Checkpoints
import Testing

@Suite struct JSONWriterTests {
  private let value: JSON = [
    "model_type": "gpt2", "n": [1, 2.5, 1e-05, 1e22, -0.0], "e": [:], "l": [],
    "s": "a\"\\\n\t\u{1}\u{8}é😀/", "t": true, "x": nil,
  ]

  /// As Python's `json.dumps(value, indent=2, ensure_ascii=False)` writes it.
  @Test func prettyIsAsPythonWritesIt() throws {
    let expected = #"""
      {
        "model_type": "gpt2",
        "n": [
          1,
          2.5,
          1e-05,
          1e+22,
          -0.0
        ],
        "e": {},
        "l": [],
        "s": "a\"\\\n\t\u0001\bé😀/",
        "t": true,
        "x": null
      }
      """#
    #expect(String(decoding: try value.text(.pretty, for: ""), as: UTF8.self) == expected)
  }

  @Test func compactIsOneLine() throws {
    let expected =
      #"{"model_type":"gpt2","n":[1,2.5,1e-05,1e+22,-0.0],"e":{},"l":[],"#
      + #""s":"a\"\\\n\t\u0001\bé😀/","t":true,"x":null}"#
    #expect(String(decoding: try value.text(.compact, for: ""), as: UTF8.self) == expected)
  }

  @Test(arguments: [
    0.1, 1 / 3, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, -1e16,
    123456789012345680,
  ]) func numbersReadBackAsTheSameBits(number: Double) throws {
    for layout in [JSON.Layout.compact, .pretty] {
      let text = try JSON.double(number).text(layout, for: "")
      #expect(try JSON(parsing: text, from: "") == .double(number))
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func whatIsNotFiniteIsRefused(number: Double) {
    #expect(
      throws: CheckpointError.cannotWrite(
        path: "f", reason: "the number \(number) cannot be written as JSON")
    ) {
      try JSON.array([.double(number)]).text(.compact, for: "f")
    }
  }

  @Test func everyControlCharacterReadsBack() throws {
    let string = String(String.UnicodeScalarView((0..<0x80).map { Unicode.Scalar($0) }))
    let text = try JSON.string(string).text(.compact, for: "")
    #expect(try JSON(parsing: text, from: "") == .string(string))
  }
}
