import Autograd
import Testing
import Transformer

@Suite struct LayersTests {
  @Test func linear() {
    let store = ParameterStore<Double>()
    let layer = Linear(2, 3, in: store.root["layer"])
    store.allocate()
    layer.weight.scalars = [1, 2, 3, 10, 20, 30]
    layer.bias?.scalars = [100, 200, 300]
    #expect(layer(Tensor([1, 2], shape: [1, 2])).scalars == [121, 242, 363])
    #expect(store.all.map(\.name) == ["layer.weight", "layer.bias"])
    #expect(Linear(2, 3, bias: false, in: ParameterStore<Double>().root).bias == nil)
  }

  @Test func embedding() {
    let store = ParameterStore<Double>()
    let layer = Embedding(3, 2, in: store.root)
    store.allocate()
    layer.weight.scalars = [1, 2, 3, 4, 5, 6]
    let vectors = layer([2, 0, 2, 2], shape: [2, 2])
    #expect(vectors.shape == [2, 2, 2])
    #expect(vectors.scalars == [5, 6, 1, 2, 5, 6, 5, 6])
  }

  /// (1, 3) has mean 2 and variance 1: it becomes (−1, 1), times the gain, plus the shift.
  @Test func layerNorm() {
    let store = ParameterStore<Double>()
    let layer = LayerNorm(2, epsilon: 1e-12, in: store.root)
    store.allocate()
    layer.weight.scalars = [5, 7]
    layer.bias.scalars = [0.5, 0.25]
    let y = layer(Tensor([1, 3], shape: [1, 2])).scalars
    #expect(abs(y[0] - -4.5) < 1e-10 && abs(y[1] - 7.25) < 1e-10)
  }

  /// What is kept is divided by the share that is kept, so that the mean stays: of n elements, that
  /// varies by √(rate / (1 - rate) / n), of which 4 are allowed.
  @Test func dropout() {
    let layer = Dropout(0.25, in: ParameterStore<Double>().root["dropout"])
    let x = Tensor<Double>(repeating: 3, shape: [10, 1_000])
    let y = layer(x, StepContext(step: 0, seed: 1)).scalars
    #expect(Set(y) == [0, 4])
    let deviation = (1.0 / 3 / 10_000).squareRoot()
    let mean = y.reduce(0, +) / 30_000
    #expect(abs(mean - 1) < 4 * deviation)
    #expect(layer(x, nil).scalars == x.scalars)
  }

  /// Two dropouts of a model are named after their places and drop different elements.
  @Test func dropoutsDiffer() {
    let root = ParameterStore<Double>().root
    let x = Tensor<Double>(repeating: 1, shape: [1, 200])
    let context = StepContext(step: 0, seed: 1)
    let first = Dropout(0.5, in: root["first"])(x, context).scalars
    #expect(first == Dropout(0.5, in: root["first"])(x, context).scalars)
    #expect(first != Dropout(0.5, in: root["second"])(x, context).scalars)
  }
}
