import Checkpoints
import Testing

@testable import Tokenization

@Suite struct GPT2PiecesTests {
  private func pieces(of text: String) -> [[UInt8]] {
    let bytes = Array(text.utf8)
    let cutter = GPT2Pieces(of: bytes[...])
    var pieces: [[UInt8]] = []
    var place = 0
    while place < bytes.count {
      let end = cutter.end(from: place)
      pieces.append(Array(bytes[place..<end]))
      place = end
    }
    return pieces
  }

  /// What Python's `regex` gives with GPT-2's pattern.
  @Test func areTheMatchesOfThePattern() throws {
    let lines = try Golden.lines(Golden.folder + "/pieces.jsonl")
    #expect(lines.count > 50)
    for line in lines {
      let expected = try line.member("pieces").elements().map { Array(try $0.string().utf8) }
      #expect(try pieces(of: line.member("text").string()) == expected)
    }
  }

  @Test func classes() {
    #expect("aZéǅʰ日".unicodeScalars.allSatisfy { ScalarClass($0) == .letter })
    #expect("09½٣Ⅷ²".unicodeScalars.allSatisfy { ScalarClass($0) == .number })
    #expect(
      " \t\n\u{B}\u{C}\r\u{85}\u{A0}\u{1680}\u{2000}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}"
        .unicodeScalars.allSatisfy { ScalarClass($0) == .space && $0.isSpace })
    // Marks, zero-width spaces and the separators of ASCII are none of these.
    #expect(
      "_'\u{301}\u{200B}\u{FEFF}\u{1C}\u{1F}\u{180E}🎉".unicodeScalars.allSatisfy {
        ScalarClass($0) == .other && !$0.isSpace
      })
  }
}
