import Autograd
import Testing

@Suite struct MutationTests {
  /// The gradient of `x` for the product `a x` with `a = [[1, 2], [3, 4]]`, altered.
  private func gradient(_ mutation: Mutation) -> [Double]? {
    let x = Tensor<Double>([1, 1, 1, 1], shape: [2, 2], requiresGradient: true)
    let a = Tensor<Double>([1, 2, 3, 4], shape: [2, 2])
    mutation.during { (a * x + x).sum().backward() }
    return x.gradient?.scalars
  }

  @Test func onlyTheContributionOfTheNamedInputIsAltered() {
    func altered(_ alteration: Mutation.Alteration) -> [Double]? {
      gradient(Mutation(of: "multiply", input: 1, alteration))
    }
    #expect(altered(.negated) == [0, -1, -2, -3])
    #expect(altered(.omitted) == [1, 1, 1, 1])
    #expect(altered(.transposed) == [2, 4, 3, 5])
    #expect(altered(.scaled) == [1, 2, 3, 4].map { 1.001 * $0 + 1 })
  }

  @Test func otherOperationsAreLeftAlone() {
    #expect(gradient(Mutation(of: "divide", input: 1, .omitted)) == [2, 3, 4, 5])
    #expect(gradient(Mutation(of: "multiply", input: 2, .omitted)) == [2, 3, 4, 5])
  }
}
