import Autograd
import Testing
import Transformer

@Suite struct ParameterStoreTests {
  private func plan() -> ParameterStore<Float> {
    let store = ParameterStore<Float>()
    _ = store.root["a"].parameter("weight", [3, 5], .normal(deviation: 2))
    _ = store.root["a"]["inner"][7].parameter("bias", [5], .zeros)
    _ = store.root.parameter("gain", [1], .ones)
    return store
  }

  @Test func aPlanHasNamesAndShapesAndNoMemory() {
    let store = plan()
    #expect(store.all.map(\.name) == ["a.weight", "a.inner.7.bias", "gain"])
    #expect(store.all.map(\.tensor.shape) == [[3, 5], [5], [1]])
    #expect(store.count == 21)
    #expect(store.values == nil)
    #expect(store["a.inner.7.bias"] === store.all[1].tensor)
    #expect(store["a.inner"] == nil)
  }

  @Test func allocatedParametersAreZeroAndLieInOnePiece() {
    let store = plan()
    store.allocate()
    #expect(store.all.allSatisfy { $0.tensor.scalars.allSatisfy { $0 == 0 } })
    for parameter in store.all {
      parameter.tensor.scalars = parameter.tensor.scalars.map { _ in 1 }
      #expect(parameter.offset % 16 == 0, "a cache line")
    }
    let values = store.values?.scalars ?? []
    #expect(values.reduce(0, +) == 21)
    for parameter in store.all {
      let own = values[parameter.offset..<parameter.offset + parameter.tensor.count]
      #expect(own.allSatisfy { $0 == 1 })
    }
  }

  /// A parameter's numbers depend on the seed and its name alone, not on the others.
  @Test func initialNumbersDependOnSeedAndName() {
    let (store, again, other) = (plan(), plan(), plan())
    store.initialize(seed: 1)
    again.initialize(seed: 1)
    other.initialize(seed: 2)
    let alone = ParameterStore<Float>()
    _ = alone.root["a"].parameter("weight", [3, 5], .normal(deviation: 2))
    alone.initialize(seed: 1)
    let weights = store.all[0].tensor.scalars
    #expect(again.all[0].tensor.scalars == weights)
    #expect(alone.all[0].tensor.scalars == weights)
    #expect(other.all[0].tensor.scalars != weights)
    let renamed = ParameterStore<Float>()
    _ = renamed.root["b"].parameter("weight", [3, 5], .normal(deviation: 2))
    renamed.initialize(seed: 1)
    #expect(renamed.all[0].tensor.scalars != weights)
    #expect(store.all[1].tensor.scalars == [0, 0, 0, 0, 0])
    #expect(store.all[2].tensor.scalars == [1])
  }

  @Test func frozenParametersGetNoGradient() {
    let store = plan()
    store.initialize(seed: 1)
    store.freeze { $0.hasPrefix("a.inner") }
    let (weight, bias) = (store.all[0].tensor, store.all[1].tensor)
    (weight + bias).sum().backward()
    #expect(weight.gradient?.scalars == Array(repeating: 1, count: 15))
    #expect(bias.gradient == nil)
    store.clearGradients()
    #expect(weight.gradient == nil)
    store.freeze { _ in false }
    (weight + bias).sum().backward()
    #expect(bias.gradient?.scalars == [3, 3, 3, 3, 3])
  }

  @Test func refusesANameTwice() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let store = ParameterStore<Float>()
      _ = store.root["a"].parameter("weight", [1], .zeros)
      _ = store.root["a"].parameter("weight", [1], .zeros)
    }
    #expect(lastWords(result).contains("two parameters are named a.weight"))
  }

  @Test func refusesToComputeWithParametersWithoutMemory() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let store = ParameterStore<Float>()
      let weight = store.root["a"].parameter("weight", [2], .zeros)
      _ = weight.scaled(by: 2)
    }
    #expect(lastWords(result).contains("the parameter a.weight has no memory yet"))
  }
}
