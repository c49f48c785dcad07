import Testing

@testable import Console

@Suite struct HelpTests {
  @Test func theHelpIsMadeFromTheDeclarations() throws {
    enum Schedule: String, CaseIterable { case constant, linear, cosine }
    let command = Command(
      "train", "Trains a small transformer on a text and saves it.",
      examples: ["swift run -c release train --steps 100"])
    var options = Options(["--help"], of: command)
    _ = try options.list("corpus", default: ["a.txt"], as: "FILE…", "the text to learn")
    options.group("Training")
    _ = try options.value("steps", default: 2_500, in: 1..., "optimizer updates")
    _ = try options.value("learning-rate", default: 1.0, in: .above(0), "the rate")
    _ = try options.value(
      "layers", otherwise: "by preset", in: 1..., "transformer blocks, as many of them as you like")
    _ = try options.choice("schedule", default: Schedule.cosine, "the schedule")
    _ = try options.flag("quiet", "show no progress")
    _ = options.operand("PROMPT", "the text to continue")
    let printout = #expect(throws: Printout.self) { try options.finish() }
    #expect(
      printout?.text == """
        Trains a small transformer on a text and saves it.

        Usage: swift run -c release train [OPTIONS] [PROMPT]

        Arguments
          PROMPT                    the text to continue

        Options
          --corpus FILE…            the text to learn [a.txt]

        Training
          --steps N                 optimizer updates [2500]
          --learning-rate X         the rate [1]
          --layers N                transformer blocks, as many of them as you like
                                    [by preset]
          --schedule constant|linear|cosine
                                    the schedule [cosine]
          --quiet                   show no progress

        General
          -h, --help                show this help
          --version                 show the version

        Examples
          swift run -c release train --steps 100
        """)
  }

  @Test func noLineIsLongerThanTheWidth() throws {
    var help = Help(Command("train", String(repeating: "word ", count: 60)))
    help.addOption("name", value: "N", standing: "one two", String(repeating: "abc ", count: 60))
    let lines = help.text(width: 60).split(separator: "\n")
    #expect(lines.count > 15)
    #expect(lines.allSatisfy { $0.count <= 60 })
  }
}
