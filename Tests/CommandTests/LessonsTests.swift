import Testing

/// `lessons` as a process.
@Suite struct LessonsTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  @Test func listsTheLessons() async throws {
    let outcome = try await place.run("lessons")
    #expect(outcome.status == 0, "\(outcome)")
    for name in ["representations", "scaled-dot-product", "reading-attention"] {
      #expect(outcome.output.contains(name))
    }
  }

  @Test func showsOneByNumberOrName() async throws {
    let named = try await place.run("lessons", "softmax")
    let numbered = try await place.run("lessons", "4")
    #expect(named.status == 0 && named.output == numbered.output, "\(numbered)")
    // exp(0.25) / (exp(0.25) + exp(1) + exp(0.05)), beside what the document prints.
    #expect(named.output.contains("0.254082  0.537892  0.208025"))
    #expect(named.output.contains("printed  0.2, 0.7, 0.1"))
  }

  @Test func plainIsASCII() async throws {
    let outcome = try await place.run(
      "lessons", "causal-mask", "--plain", environment: ["CLICOLOR_FORCE": "1"])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(!outcome.output.contains("\u{1B}"))
    let strange = Set(outcome.output.unicodeScalars.filter { !$0.isASCII })
    #expect(strange.isEmpty, "\(strange)")
  }

  @Test func writesPictures() async throws {
    let outcome = try await place.run("lessons", "causal-mask", "--svg", "mask.svg")
    #expect(outcome.status == 0, "\(outcome)")
    let svg = String(decoding: try place.bytes("mask.svg"), as: UTF8.self)
    #expect(svg.hasPrefix("<svg") && svg.contains("money") && svg.contains("0.68"))
    #expect(svg.matches(of: /<svg/).count == svg.matches(of: /<\/svg>/).count)
    let none = try await place.run("lessons", "order", "--svg", "order.svg")
    #expect(none.status == 64 && none.errors.contains("draws no heat map"), "\(none)")
    let nowhere = try await place.run("lessons", "causal-mask", "--svg", "/nowhere/mask.svg")
    #expect(nowhere.status == 73, "\(nowhere)")
  }

  @Test(arguments: [
    (["sofmax"], "did you mean softmax?"), (["99"], "numbered 1 to"), (["0"], "numbered 1 to"),
    (["zebra"], "'lessons' lists them"), (["explian", "query"], "did you mean explain?"),
    (["explain", "qeury"], "did you mean query?"),
    (["exercises", "77"], "numbered 1 to"), (["exercises", "one"], "numbered 1 to"),
    (["softmax", "--solutions"], "goes with"), (["softmax", "extra"], "unexpected argument"),
    (["softmax", "--trace"], "goes with"), (["--trace"], "goes with"),
    (["--svg", "x.svg"], "needs a lesson"), (["attend"], "the rows of E are missing"),
    (["attend", "1 2", "--query", "1 0"], "E is [1, 2] and W_Q [1, 2]"),
    (["softmax", "--key", "1"], "--key goes with 'lessons attend'"),
  ])
  func wrongUseIsExplained(arguments: [String], message: String) async throws {
    let outcome = try await place.start("lessons", arguments).outcome()
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.messages.count == 1 && outcome.errors.contains(message), "\(outcome)")
  }

  @Test func missingCheckpointIsOneLine() async throws {
    let outcome = try await place.run("lessons", "pipeline")
    #expect(outcome.status == 66, "\(outcome)")
    #expect(outcome.messages.count == 1)
  }

  @Test func asksAndMarks() async throws {
    let outcome = try await place.run(
      "lessons", "exercises", "10", input: "24\nhint\nthree\n24/8\n")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("Not yet: that is q·k before the division by √d_k."))
    #expect(outcome.output.contains("I cannot read that"))
    #expect(outcome.output.contains("√64 = 8."))
    #expect(outcome.output.contains("Right."))
    #expect(outcome.output.contains("1 of 1 right."))
  }

  @Test func asksAllUntilTheInputEnds() async throws {
    let outcome = try await place.run("lessons", "exercises", input: "0\n26\nskip\nquit\n")
    #expect(outcome.status == 0 && outcome.output.contains("2 of 3 right."), "\(outcome)")
  }

  @Test func showsSolutions() async throws {
    let outcome = try await place.run("lessons", "exercises", "--solutions")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("Answer: 0.045279, 0.045279, 0.909443"))
  }

  @Test func explains() async throws {
    let outcome = try await place.run("lessons", "explain", "causal mask")
    #expect(outcome.status == 0 && outcome.output.contains("13, causal-mask"), "\(outcome)")
    let all = try await place.run("lessons", "explain")
    #expect(all.status == 0 && all.output.contains("softmax"))
  }
}
