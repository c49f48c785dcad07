import Testing

@testable import Curriculum

/// The numbers of NumPy 2.4 and PyTorch 2.13.
@Suite struct RandomTests {
  /// `numpy.random.RandomState(42).randn(700)`: the first five, and the last, behind the first twist.
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

  /// `numpy.random.default_rng(0).standard_normal(700_000)`; number 303 lies beyond the last layer.
  @Test func drawsNumPysNewerNumbers() {
    var random = NumPyGenerator()
    let values = random.normals(700_000)
    for (index, expected) in [
      (0, 0.1257302210933933), (1, -0.1321048632913019), (2, 0.6404226504432821),
      (3, 0.10490011715303971), (303, -3.772275156122734), (699_999, -0.45116125036689747),
    ] {
      #expect(abs(values[index] - expected) < 1e-11, "\(index): \(values[index])")
    }
  }

  /// `torch.manual_seed(3)`, then `torch.randn(1, 3, 512)` and `torch.randn(512, 64)`.
  @Test func drawsPyTorchsNumbers() {
    var random = PyTorchRandom(seed: 3)
    let first = random.normals(3 * 512), second = random.normals(512 * 64)
    for (value, expected) in [
      (first[0], -0.07664429396390915), (first[3], 0.07152773439884186),
      (first[8], -0.05168096348643303), (second[0], -2.660592794418335),
      (second[512 * 64 - 1], -1.4858206510543823),
    ] as [(Float, Float)] {
      #expect(abs(value - expected) < 2e-6)
    }
  }
}
