import Autograd
import TestSupport
import Testing

@Suite struct GraphTests {
  @Test func aValueUsedTwiceGetsBothGradients() {
    let x = Tensor<Double>([3], shape: [1], requiresGradient: true)
    (x * x + x).backward()
    #expect(x.gradient?.scalars == [7])
  }

  /// Both sides of the diamond must be through before what they share is visited.
  @Test func aDiamondIsWalkedInOrder() {
    let x = Tensor<Double>([2], shape: [1], requiresGradient: true)
    let shared = x * x
    let short = shared.scaled(by: 3)
    let long = (shared * x).exp().log()
    (short * long).backward()  // 3x² · x³
    #expect(abs((x.gradient?.scalars[0] ?? 0) - 15 * 16) < 1e-9)
  }

  @Test func gradientsAddUpUntilTheyAreCleared() {
    let x = Tensor<Double>([1, 2], shape: [2], requiresGradient: true)
    (x * x).sum().backward()
    (x * x).sum().backward()
    #expect(x.gradient?.scalars == [4, 8])
    x.clearGradient()
    #expect(x.gradient == nil)
    (x * x).sum().backward()
    #expect(x.gradient?.scalars == [2, 4])
  }

  @Test func anUpstreamGradientIsTaken() {
    let x = Tensor<Double>([1, 2], shape: [2], requiresGradient: true)
    (x * x).backward(Tensor([10, 100], shape: [2]))
    #expect(x.gradient?.scalars == [20, 400])
  }

  @Test func whatWantsNoGradientGetsNone() {
    let x = Tensor<Double>([1], shape: [1], requiresGradient: true)
    let constant = Tensor<Double>([5], shape: [1])
    (x * constant * x.detached()).backward()
    #expect(constant.gradient == nil)
    #expect(x.gradient?.scalars == [5])
    #expect(!(constant * constant).requiresGradient)
  }

  // MARK: Memory

  @Test func intermediateResultsAreFreedOnTheWay() {
    let x = Tensor<Double>([1, 2], shape: [2], requiresGradient: true)
    weak var intermediate: Tensor<Double>?
    func loss() -> Tensor<Double> {
      let y = x.exp()
      intermediate = y
      return (y * y).sum()
    }
    let result = loss()
    #expect(intermediate != nil)
    result.backward()
    #expect(intermediate == nil)
  }

  @Test func gradientsOfIntermediateResultsAreFreed() {
    let x = Tensor<Double>([1, 2], shape: [2], requiresGradient: true)
    let y = x.exp()
    let loss = y.sum()
    loss.backward()
    #expect(y.gradient == nil && loss.gradient == nil)
    #expect(x.gradient != nil)
  }

  @Test func aGraphThatIsDroppedWithoutBackwardIsFreed() {
    weak var intermediate: Tensor<Double>?
    do {
      let x = Tensor<Double>([1, 2], shape: [2], requiresGradient: true)
      let y = x.exp()
      intermediate = y
      _ = (y + y).sum()
    }
    #expect(intermediate == nil)
  }

  @Test func aHundredThousandOperationsAreWalked() {
    let x = Tensor<Double>([1], shape: [1], requiresGradient: true)
    var y = x
    for _ in 0..<100_000 { y = -y }
    y.backward()
    #expect(x.gradient?.scalars == [1])
  }

  @Test func aHundredThousandOperationsAreDropped() {
    let x = Tensor<Double>([1], shape: [1], requiresGradient: true)
    weak var first: Tensor<Double>?
    do {
      var y = -x
      first = y
      for _ in 0..<100_000 { y = y + x }
      #expect(first != nil)
    }
    #expect(first == nil)
  }

  // MARK: Mistakes

  @Test func aSecondWalkStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor<Double>([1], shape: [1], requiresGradient: true)
      let y = x * x
      y.backward()
      y.backward()
    }
    #expect(message(of: result).contains("backward: this graph has been walked and freed already"))
  }

  @Test func aWalkThroughAFreedPartStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor<Double>([1], shape: [1], requiresGradient: true)
      let y = x * x
      y.exp().backward()
      y.log().backward()
    }
    #expect(message(of: result).contains("backward: this graph has been walked and freed already"))
  }

  @Test func aValueChangedInPlaceStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor<Double>([1, 2], shape: [2], requiresGradient: true)
      let y = (x * x).sum()
      x.scalars = [3, 4]
      y.backward()
    }
    #expect(
      message(of: result).contains(
        "backward: an input of multiply, one of the shapes [[2], [2]], was changed in place"))
  }

  @Test func aResultOfSeveralElementsNeedsAnUpstreamGradient() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor<Double>([1, 2], shape: [2], requiresGradient: true)
      (x * x).backward()
    }
    #expect(
      message(of: result).contains(
        "backward: the gradient it starts from must have the shape [2], found none"))
  }

  @Test func aConstantHasNothingToSendBack() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Tensor<Double>(1).exp().backward()
    }
    #expect(message(of: result).contains("backward: nothing that this tensor was computed from"))
  }
}
