import Testing

@testable import Curriculum

/// `numpy.random.RandomState(42).randn(5)`, and the 700th deviate, behind the first twist.
@Test func drawsNumPysNumbers() {
  var random = NumPyRandom(seed: 42)
  let values = random.normals(700)
  let first = [
    0.4967141530112327, -0.13826430117118466, 0.6476885381006925, 1.5230298564080254,
    -0.23415337472333597,
  ]
  #expect(Array(values[..<5]) == first)
  #expect(values[699] == -0.18490213644298903)
}
