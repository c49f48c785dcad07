import Autograd
import Foundation
import TestSupport
import Testing
import Verification

@Suite struct VerificationTests {
  /// Every derivative of the package; each row takes some tenths of a second.
  @Test(arguments: Verification.names)
  func everyDerivativeIsRight(_ name: String) throws {
    let report = Verification().run([name])
    let row = try #require(report.rows.first)
    #expect(row.areDerivativesRight, "\(row.worstTensor) is off by \(row.relativeError)")
    #expect(row.arePrecisionsAlike, "Float is off by \(row.precisionDifference)")
    #expect(row.missed == [])
    #expect(row.elements > 0 && row.mutants > 0)
  }

  /// Reads the names under which operations are recorded in the sources, so that a new operation
  /// without a row fails here.
  @Test func noOperationIsLeftOut() throws {
    let folder = Fixtures.repository + "/Sources/Autograd"
    let files = try #require(FileManager.default.enumerator(atPath: folder))
    var named: Set<String> = []
    for case let file as String in files where file.hasSuffix(".swift") {
      let source = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      // The function that records, and two helpers that hand a name on to it.
      for match in source.matches(of: /(?:recorded|reduced|alongLastAxis)\(\s*"([^"]+)"/) {
        named.insert(String(match.1))
      }
    }
    #expect(named.count >= 29)
    #expect(named.subtracting(Verification.operations) == [])
  }

  @Test func aWrongDerivativeIsReported() throws {
    let report = Mutation(of: "exp", input: 0, .scaled).during {
      Verification().run(["exp", "log"])
    }
    #expect(report.rows.map(\.areDerivativesRight) == [false, true])
    #expect(!report.isPassed && report.rows[1].isPassed)
    #expect(abs(report.rows[0].relativeError - 1e-3) < 1e-5)
  }

  /// With a tolerance above their effect the mutants of 0.1 % pass unnoticed, and are named.
  @Test func aMistakeThatIsNotNoticedIsReported() throws {
    let row = try #require(Verification(tolerance: 0.01).run(["divide"]).rows.first)
    #expect(row.missed == ["divide, input 0 scaled", "divide, input 1 scaled"])
    #expect(row.areDerivativesRight && !row.isPassed && row.caught == row.mutants - 2)
  }

  @Test func progressIsToldInOrder() {
    var told: [String] = []
    let report = Verification().run(["exp", "log"]) { name, index, count in
      told.append("\(index) of \(count): \(name)")
    }
    #expect(told == ["0 of 2: exp", "1 of 2: log"])
    #expect(report.elements == report.rows.reduce(0) { $0 + $1.elements } && report.isPassed)
  }

  @Test func namesAreDistinct() {
    #expect(Set(Verification.names).count == Verification.names.count)
  }
}
