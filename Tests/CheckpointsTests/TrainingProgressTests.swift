import Checkpoints
import Testing

@Suite struct TrainingProgressTests {
  @Test func theBestIsTheFirstOfTheLeast() {
    var progress = TrainingProgress()
    let losses = [3.0, 2, 2, .nan, .infinity, 1]
    let isBest = losses.enumerated().map { progress.note(.init(step: $0, loss: $1)) }
    #expect(isBest == [true, true, false, false, false, true])
    #expect(progress.best == .init(step: 5, loss: 1) && progress.evaluationsSinceBest == 0)
    let isBetter = progress.note(.init(step: 6, loss: 1))
    #expect(!isBetter)
    #expect(progress.evaluationsSinceBest == 1)
  }

  /// The vectors of the function's authors.
  @Test(arguments: [
    ("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8"),
  ])
  func fingerprint(text: String, hash: String) {
    let whole = Fingerprint(of: Array(text.utf8))
    #expect(whole.hexadecimal == hash && whole.count == text.utf8.count)
    var parts = Fingerprint()
    for byte in text.utf8 { parts.add([byte]) }
    #expect(parts == whole)
  }
}
