import Testing
import Transformer

@Suite struct ModelTests {
  @Test func aBatchKnowsItsLength() {
    let batch = TokenBatch(inputs: [1, 2, 3, 4, 5, 6], targets: [2, 3, 4, 5, 6, 7], sequences: 2)
    #expect(batch.length == 3)
  }

  @Test func aBatchOfUnequalPartsIsRefused() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = TokenBatch(inputs: [1, 2, 3], targets: [2, 3, 4], sequences: 2)
    }
    #expect(lastWords(result).contains("token batch: 3 inputs and 3 targets for 2 sequences"))
  }
}
