import TestSupport
import Testing

@testable import Tokenization

@Suite struct HeapTests {
  @Test func givesOutTheLeastFirst() {
    var random = TestRandom(seed: 6)
    for size in 0..<40 {
      let numbers = (0..<size).map { _ in random.below(20) }
      var heap = Heap<Int>()
      for number in numbers { heap.insert(number) }
      var sorted: [Int] = []
      while let number = heap.popLeast() { sorted.append(number) }
      #expect(sorted == numbers.sorted())
    }
  }
}
