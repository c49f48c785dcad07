import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

@Suite struct LearningRateScheduleTests {
  /// nanoGPT's cosine with its warm-up, and PyTorch's cosine without: step by step. That of
  /// transformers warms up from 0 instead of peak / (warmup + 1) and rises again after its end; ours
  /// is nanoGPT's, so only its part without warm-up is compared.
  @Test func others() throws {
    let path = GoldenModel.fixtures.appending(path: "ops-golden/lr_schedules.json").path
    var kinds: [String: Int] = [:]
    for field in try JSONField(readingFile: path).elements() {
      let (kind, arguments) = (try field.member("kind").string(), try field.member("arguments"))
      let warmup = try arguments.optionalMember("warmup")?.integer() ?? 0
      if kind == "hf_cosine_with_warmup" && warmup > 0 { continue }
      let steps = try arguments.optionalMember("decay_steps") ?? arguments.member("total_steps")
      let schedule = LearningRateSchedule(
        .cosine, peak: try arguments.member("lr").double(),
        minimum: try arguments.optionalMember("min_lr")?.double() ?? 0, warmup: warmup,
        steps: try steps.integer())
      let expected = try field.member("lr_at_step_0_1_2").elements().map { try $0.double() }
      let found = expected.indices.map { schedule.rate(at: $0) }
      #expect(largestDifference(found, expected) <= 1e-15 * schedule.peak, "\(kind)")
      kinds[kind, default: 0] += 1
    }
    #expect(
      kinds == ["nanogpt_cosine": 2, "hf_cosine_with_warmup": 1, "torch_cosine_annealing": 1])
  }

  @Test func constantAndLinear() {
    let constant = LearningRateSchedule(.constant, peak: 8, minimum: 2, warmup: 3, steps: 9)
    #expect((0..<6).map { constant.rate(at: $0) } == [2, 4, 6, 8, 8, 8])
    let linear = LearningRateSchedule(.linear, peak: 8, minimum: 2, warmup: 1, steps: 4)
    #expect((0..<7).map { linear.rate(at: $0) } == [4, 8, 6, 4, 2, 2, 2])
  }

  /// A run that ends inside its warm-up divides by nothing.
  @Test func warmupAsLongAsTheRun() {
    let schedule = LearningRateSchedule(.cosine, peak: 1, minimum: 0.5, warmup: 4, steps: 4)
    #expect((0..<6).map { schedule.rate(at: $0) } == [0.2, 0.4, 0.6, 0.8, 1, 0.5])
  }
}
