import Foundation
import TestSupport
import Testing

@testable import Curriculum

@Suite struct TermTests {
  /// Each term points at a lesson and at a file that has its symbol.
  @Test(arguments: Term.all.map(\.name)) func pointsAtWhatThereIs(name: String) throws {
    let term = try #require(Term.find(name))
    #expect(Lesson.find(term.lesson) != nil, "no lesson \(term.lesson)")
    let file = try String(
      contentsOfFile: "\(Fixtures.repository)/\(term.source.file)", encoding: .utf8)
    #expect(file.contains(term.source.symbol), "\(term.source)")
  }

  @Test func noNameStandsForTwoTerms() {
    let names = Term.all.flatMap { [$0.name] + $0.aliases }.map { $0.lowercased() }
    #expect(Set(names).count == names.count)
  }

  @Test func findsByAnyName() {
    #expect(Term.find("Query")?.name == "query")
    #expect(Term.find("q")?.name == "query")
    #expect(Term.find("layer-norm")?.name == "layer norm")
    #expect(Term.find("cross entropy")?.name == "loss")
    #expect(Term.find("quark") == nil)
  }

  @Test func explains() {
    #expect(
      Term.find("query")?.page() == """
        query (Q): What a word looks for.
          formula  Q = E W_Q
          shape    [n, d_k]
          lesson   9, query-key-value
          source   Sources/Transformer/MultiHeadAttention.swift: public let query
        """)
  }
}
