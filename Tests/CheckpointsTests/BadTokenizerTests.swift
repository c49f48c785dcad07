import Checkpoints
import TestSupport
import Testing
import Tokenization

/// Folders of which each breaks a tokenizer in one way; `manifest.json` says which are sound.
@Suite struct BadTokenizerTests {
  static let folder = Fixtures.directory + "/bad-tokenizer"

  static func cases() throws -> [String] {
    try JSONField(readingFile: "\(folder)/manifest.json").member("cases").elements().map {
      try $0.member("folder").string()
    }
  }

  @Test(arguments: try cases()) func theVerdictOfTheManifest(name: String) throws {
    let manifest = try JSONField(readingFile: "\(Self.folder)/manifest.json")
    let found = try manifest.member("cases").elements().first {
      try $0.member("folder").string() == name
    }
    let entry = try #require(found)
    if try entry.member("expected").string() == "valid" {
      let tokenizer = try TokenizerFile.read(from: "\(Self.folder)/\(name)")
      let ids = try manifest.member("sample").elements().map { try tokenizer.encode($0.string()) }
      let expected = try entry.member("sample_ids").elements().map { sample in
        try sample.elements().map { Int32(try $0.integer()) }
      }
      #expect(ids == expected)
    } else {
      let error = try #require(throws: CheckpointError.self) {
        try TokenizerFile.read(from: "\(Self.folder)/\(name)")
      }
      #expect(error.cause == (name == "merges-missing" ? .missingInput : .badData))
      #expect(!error.description.contains("\n") && error.description.contains(name))
    }
  }
}
