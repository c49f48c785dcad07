import Testing
import Tokenization

@testable import Console

private let command = Command("inspect", "Shows.")
private let subcommands = [
  Subcommand("tokens", "Shows a text.") { options in
    let isLoud = try options.flag("loud", "in capitals")
    let text = options.operand("TEXT", "the text")
    try options.finish()
    try StandardStream.output.print(isLoud ? text?.uppercased() ?? "" : text ?? "")
  },
  Subcommand("model", "Shows a model.") { try $0.finish() },
]

@Suite struct SubcommandTests {
  private func output(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
  }

  private func errors(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func theFirstArgumentChooses() async {
    let result = await #expect(
      processExitsWith: .exitCode(0), observing: [\.standardOutputContent]
    ) {
      command.run(["tokens", "model", "--loud"], subcommands: subcommands)
    }
    #expect(output(result).contains("MODEL\n"))
  }

  @Test func eachHasItsHelp() async {
    let result = await #expect(
      processExitsWith: .exitCode(0), observing: [\.standardOutputContent]
    ) {
      command.run(["tokens", "--help"], subcommands: subcommands)
    }
    #expect(
      output(result).contains("Usage: swift run -c release inspect tokens [OPTIONS] [TEXT]\n"))
    #expect(output(result).contains("--loud"))
  }

  @Test func allAreListedInTheHelpOfTheCommand() async {
    let result = await #expect(
      processExitsWith: .exitCode(0), observing: [\.standardOutputContent]
    ) {
      command.run(["--help"], subcommands: subcommands)
    }
    #expect(
      output(result).contains(
        """
        Usage: swift run -c release inspect SUBCOMMAND [OPTIONS]

        Subcommands, each with its own --help
          tokens                    Shows a text.
          model                     Shows a model.

        """))
  }

  @Test func aMisspelledOneIsCorrected() async {
    let result = await #expect(
      processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
    ) {
      command.run(["token"], subcommands: subcommands)
    }
    #expect(
      errors(result).hasPrefix("inspect: there is no inspect \"token\"; did you mean tokens?"))
  }

  @Test func noneIsWrongUse() async {
    let result = await #expect(
      processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
    ) {
      command.run([], subcommands: subcommands)
    }
    #expect(
      errors(result).hasPrefix("inspect: say first what to do: tokens, model. Try 'swift run"))
  }
}
