import Autograd
import Testing

@testable import Sampling

@Suite struct StopStringsTests {
  /// What comes through of pieces, and the string that was found.
  private func pass(_ pieces: [String], stops: [String]) -> (text: [String], found: String?) {
    var strings = StopStrings(stops)
    var text = pieces.map { strings.pass($0) }
    text.append(strings.finish())
    return (text, strings.found)
  }

  @Test func holdsBackWhatMayBegin() {
    #expect(pass(["a", "b", "c"], stops: ["bcd"]).text == ["a", "", "", "bc"])
    #expect(pass(["ab", "xa", "by"], stops: ["aba"]).text == ["", "abx", "aby", ""])
    let found = pass(["one st", "o", "p more"], stops: ["stop"])
    #expect(found.text == ["one ", "", "", ""])
    #expect(found.found == "stop")
  }

  @Test func theFirstToBeComplete() {
    #expect(pass(["abcd"], stops: ["abcd", "bc"]).found == "bc")
    #expect(pass(["xab"], stops: ["b", "ab"]) == (["x", ""], "ab"))
    #expect(pass(["aab"], stops: ["ab"]) == (["a", ""], "ab"))
  }

  @Test func nothingToStopAt() {
    #expect(pass(["a", ""], stops: []) == (["a", "", ""], nil))
    #expect(pass(["a"], stops: [""]) == (["a", ""], nil))
  }

  /// Bytes decide: Å as one scalar is not A with a ring, and half a character is never let through.
  @Test func comparesBytes() {
    #expect(pass(["A\u{30A}!"], stops: ["\u{C5}"]).found == nil)
    #expect(pass(["हि", "न्दी"], stops: ["हिम"]).text == ["", "हिन्दी", ""])
    #expect(pass(["👩‍👩‍👧"], stops: ["👩‍👩‍👦"]).text.joined() == "👩‍👩‍👧")
    #expect(pass(["a👩‍👩", "‍👦b"], stops: ["👩‍👩‍👦"]) == (["a", "", ""], "👩‍👩‍👦"))
  }

  /// However a text is cut into pieces, what comes through ends before the first place where a
  /// string is complete, and at no time is more let through.
  @Test func randomCuts() {
    let stream = RandomStream(seed: 5, "stop strings")
    var next = 0
    func random(_ bound: Int) -> Int {
      next += 1
      return stream.integer(below: bound, at: next)
    }
    func word(_ length: Int) -> String {
      String((0..<length).map { _ in ["a", "b", "é"][random(3)] })
    }
    for _ in 0..<2_000 {
      let text = word(random(12))
      let stops = (0...random(3)).map { _ in word(1 + random(4)) }
      // The longest of those that are complete at the first place where one is.
      let prefixes = (0...text.count).map { String(text.prefix($0)) }
      let cut = prefixes.first { prefix in stops.contains { prefix.hasSuffix($0) } }
      let stop = stops.filter { cut?.hasSuffix($0) ?? false }.max { $0.count < $1.count }
      let expected = cut.map { String($0.dropLast(stop?.count ?? 0)) } ?? text

      var pieces = [""]
      for character in text {
        if random(2) == 0 { pieces.append("") }
        pieces[pieces.count - 1].append(character)
      }
      let found = pass(pieces, stops: stops)
      #expect(found.text.joined() == expected)
      #expect(found.found == stop)
    }
  }
}
