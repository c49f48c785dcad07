import Testing

@testable import Console

@Suite struct SettledOptionsTests {
  private let settled = SettledOptions(
    [
      "width": ["32"], "rate": ["0.001"], "untied": nil, "overfit": [], "kind": ["word"],
      "corpus": ["a", "b"], "steps": ["20"],
    ], changeable: ["steps"], by: "the run in r", advice: "leave it out")

  private func options(_ arguments: String...) -> Options {
    var options = Options(arguments, of: Command("test", "Tests."))
    options.settle(settled)
    return options
  }

  @Test func standInForWhatIsNotGiven() throws {
    var options = options()
    #expect(try options.value("width", default: 8, in: 1..., "") == 32)
    #expect(try options.value("rate", in: 0.0..., "") == 0.001)
    #expect(try !options.flag("untied", ""))
    #expect(try options.flag("overfit", ""))
    #expect(try options.text("kind", default: "x", as: "X", "") == "word")
    #expect(try options.list("corpus", as: "X", "") == ["a", "b"])
    #expect(try options.value("other", default: 5, in: 1..., "") == 5)
    try options.finish()
  }

  @Test func mayBeRepeatedAndSomeChanged() throws {
    var options = options("--width", "3_2", "--rate=1e-3", "--overfit", "--steps", "30")
    #expect(try options.value("width", default: 8, in: 1..., "") == 32)
    #expect(try options.value("rate", in: 0.0..., "") == 0.001)
    #expect(try options.flag("overfit", ""))
    #expect(try options.value("steps", in: 1..., "") == 30)
    try options.finish()
  }

  @Test func contradictionsAreNamed() {
    func message(_ arguments: String...) -> String? {
      var options = Options(arguments, of: Command("test", "Tests."))
      options.settle(settled)
      let error = #expect(throws: UsageError.self) {
        _ = try options.flag("untied", "")
        _ = try options.list("corpus", as: "X", "")
        _ = try options.value("width", in: 1..., "")
      }
      return error?.description
    }
    #expect(
      message("--width", "64")
        == "--width 64 contradicts the run in r, which has 32; leave it out")
    #expect(
      message("--untied")
        == "--untied contradicts the run in r, which does not have it; leave it out")
    #expect(
      message("--corpus", "b", "a")
        == "--corpus b a contradicts the run in r, which has a b; leave it out")
  }
}
