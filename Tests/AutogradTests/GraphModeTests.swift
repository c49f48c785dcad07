import Autograd
import Testing

@Suite struct GraphModeTests {
  @Test func nothingIsRecordedWithoutGradients() {
    let x = Tensor<Double>([2], shape: [1], requiresGradient: true)
    let y = withoutGradients { x * x }
    #expect(y.scalars == [4])
    #expect(!y.requiresGradient)
    #expect(y.recordedOperations.isEmpty)
    #expect((x * x).requiresGradient)
  }

  @Test func otherTasksGoOnRecording() async {
    let isRecording = await withoutGradientsInThisTask {
      await Task.detached {
        (Tensor<Double>(1, requiresGradient: true) * 2).requiresGradient
      }.value
    }
    #expect(isRecording)
  }

  private func withoutGradientsInThisTask(_ body: () async -> Bool) async -> Bool {
    let task = withoutGradients {
      Task.detached { (Tensor<Double>(1, requiresGradient: true) * 2).requiresGradient }
    }
    let other = await task.value
    return await body() && other
  }

  // MARK: Numbers that are not finite

  @Test func finiteComputationsAreNotReported() {
    let failure = FiniteWatch.firstFailure {
      let x = Tensor<Float>([1, 2], shape: [2], requiresGradient: true)
      (x * x).sum().backward()
    }
    #expect(failure == nil)
  }

  @Test func theFirstOperationToFailIsNamed() {
    let failure = FiniteWatch.firstFailure {
      let x = Tensor<Float>([100, 0], shape: [2])
      _ = (x.exp() + x).sum()
    }
    #expect(failure == "the result of exp, of shape [2], holds inf")
  }

  @Test func aGradientThatFailsIsNamed() {
    let failure = FiniteWatch.firstFailure {
      let x = Tensor<Float>([0, 1], shape: [2], requiresGradient: true)
      x.power(0.5).sum().backward()
    }
    #expect(failure == "the gradient that power sends to its input [2] holds inf")
  }
}
