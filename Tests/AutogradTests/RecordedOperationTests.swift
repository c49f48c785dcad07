import Autograd
import Testing

@Suite struct RecordedOperationTests {
  @Test func eachOperationIsListedOnceWithItsInputs() {
    let x = Tensor<Float>([1, 2], shape: [2], requiresGradient: true)
    let y = x.exp()
    let operations = (y * y + x).recordedOperations
    #expect(operations.map(\.name).sorted() == ["add", "exp", "multiply"])
    #expect(operations.first { $0.name == "exp" }?.inputs.first === x)
  }

  @Test func lookingLeavesTheGraphWalkable() {
    let x = Tensor<Float>([1, 2], shape: [2], requiresGradient: true)
    let y = (x * x).sum()
    #expect(y.recordedOperations.count == 2)
    y.backward()
    #expect(x.gradient?.scalars == [2, 4])
    #expect(y.recordedOperations.isEmpty)
  }
}
