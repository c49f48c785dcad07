import Testing
import Tokenization

@testable import Console

@Suite struct CheckpointOptionTests {
  @Test func whatIsNamedIsTaken() throws {
    var options = Options(["--checkpoint", "some/where"], of: Command("generate", "Generates."))
    let checkpoint = try options.checkpoint()
    try options.finish()
    #expect(try checkpoint.folder() == "some/where")
  }

  @Test func theMessageSaysWhereItWasLookedFor() {
    #expect(
      NoCheckpoint(folders: ["a", "b"]).description
        == "there is no checkpoint in a or b; train one with 'swift run -c release train', or name a "
        + "folder with --checkpoint")
    #expect(NoCheckpoint(folders: []).cause == .missingInput)
  }
}
