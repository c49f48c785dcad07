import Autograd
import Testing

/// Large enough for many pieces, odd enough for pieces of unequal size.
@Suite(.serialized) struct ComputeThreadsTests {
  /// The result and the gradients of a computation, as bits.
  private func bits(_ compute: ([Tensor<Float>]) -> Tensor<Float>, _ shapes: [[Int]]) -> [[UInt32]]
  {
    let inputs = shapes.enumerated().map { index, shape in
      Tensor<Float>(
        normal: RandomStream(seed: 5, "input \(index)"), shape: shape, requiresGradient: true)
    }
    let result = compute(inputs)
    result.backward(Tensor(normal: RandomStream(seed: 5, "upstream"), shape: result.shape))
    return ([result] + inputs.compactMap(\.gradient)).map { $0.scalars.map(\.bitPattern) }
  }

  private func expectSameBits(
    _ shapes: [[Int]], _ compute: ([Tensor<Float>]) -> Tensor<Float>
  ) {
    let found = [1, 2, 3].map { count in
      ComputeThreads.count = count
      return bits(compute, shapes)
    }
    ComputeThreads.count = ComputeThreads.available
    #expect(found[0].count == shapes.count + 1)
    #expect(found[0] == found[1] && found[0] == found[2])
  }

  @Test func productsDoNotDependOnThem() {
    expectSameBits([[301, 203], [203, 517], [517]]) { $0[0].linear($0[1], bias: $0[2]) }
    expectSameBits([[301, 203], [517, 203]]) { $0[0].matmul($0[1], transposingOther: true) }
    expectSameBits([[1, 700], [700, 1_201]]) { $0[0].linear($0[1]) }
    expectSameBits([[1, 700], [1_201, 700]]) { $0[0].linear($0[1], transposingWeight: true) }
  }

  @Test func productsInBFloat16DoNotDependOnThem() {
    withPrecision(.bfloat16) {
      expectSameBits([[301, 203], [203, 517], [517]]) { $0[0].linear($0[1], bias: $0[2]) }
      expectSameBits([[1, 700], [700, 1_201]]) {
        $0[1].keepPacked()
        return $0[0].linear($0[1])
      }
      expectSameBits([[3, 101, 64]]) {
        .attention(query: $0[0], key: $0[0], value: $0[0], heads: 4, mask: .causal)
      }
    }
  }

  @Test func rowsAndElementsDoNotDependOnThem() {
    expectSameBits([[531, 203], [203], [203]]) { $0[0].layerNorm(weight: $0[1], bias: $0[2]) }
    expectSameBits([[531, 203]]) { $0[0].gelu() + $0[0].exp() }
    expectSameBits([[531, 203]]) { x in
      x[0].tokenLosses((0..<531).map { Int32($0 % 203) })
    }
    expectSameBits([[300, 33], [4_501, 33]]) { x in
      x[0].crossEntropy(head: x[1], targets: (0..<300).map { Int32($0) }, dividedBy: 300)
    }
  }

  @Test func attentionDoesNotDependOnThem() {
    let shape = [3, 101, 64]
    expectSameBits([shape, shape, shape]) {
      .attention(query: $0[0], key: $0[1], value: $0[2], heads: 4, mask: .causal)
    }
    let keys = [1, 4_001, 64]
    expectSameBits([[1, 1, 64], keys, keys]) {
      .attention(query: $0[0], key: $0[1], value: $0[2], heads: 4, mask: .causal)
    }
  }

  /// An operation that has made room for its workers must not be joined by more of them.
  @Test func theirNumberMayChangeMeanwhile() async {
    let flipping = Task.detached {
      for turn in 0... {
        ComputeThreads.count = 1 + turn % 8
        if Task.isCancelled { break }
      }
    }
    let shape = [3, 101, 64]
    let first = bits(
      { .attention(query: $0[0], key: $0[1], value: $0[2], heads: 4) }, [shape, shape, shape])
    for _ in 0..<20 {
      let again = bits(
        { .attention(query: $0[0], key: $0[1], value: $0[2], heads: 4) }, [shape, shape, shape])
      #expect(again == first)
    }
    flipping.cancel()
    await flipping.value
    ComputeThreads.count = ComputeThreads.available
  }

  @Test func thereIsAtLeastOneAndNoneTooMany() {
    #expect(ComputeThreads.available >= 1)
    ComputeThreads.count = 0
    #expect(ComputeThreads.count == 1)
    ComputeThreads.count = ComputeThreads.available
  }
}
