import Foundation
import TestSupport
import Testing

@testable import Curriculum

/// What the lessons claim in words, judged by the numbers they computed.
@Suite struct LessonTests {
  private func value(_ lesson: String, _ name: String) throws -> Double {
    let sheet = try #require(WorkedNumbersTests.sheets.first { $0.name == lesson }).sheet
    return try #require(sheet.values[name], "\(lesson) computes no \(name)")
  }

  @Test func findsByNumberAndName() {
    #expect(Lesson.find("4")?.name == "softmax")
    #expect(Lesson.find("Causal mask")?.name == "causal-mask")
    #expect(Lesson.find("0") == nil && Lesson.find("99") == nil && Lesson.find("sofmax") == nil)
    #expect(Set(Lesson.all.map(\.name)).count == Lesson.all.count)
  }

  /// A page of 80 columns stays within them.
  @Test func keepsTheWidth() {
    for (name, sheet) in WorkedNumbersTests.sheets {
      for line in sheet.text.split(separator: "\n") where line.count > 80 {
        Issue.record("\(name): \(line)")
      }
    }
  }

  /// What the README quotes is what the lesson prints.
  @Test func theReadmeQuotesALesson() throws {
    let readme = try String(contentsOfFile: Fixtures.repository + "/README.md", encoding: .utf8)
    let start = try #require(readme.range(of: "Softmax turns any scores"))
    let end = try #require(readme.range(of: "```", range: start.lowerBound..<readme.endIndex))
    let sheet = try #require(WorkedNumbersTests.sheets.first { $0.name == "softmax" }).sheet
    #expect(sheet.text.contains(readme[start.lowerBound..<end.lowerBound]))
  }

  @Test func everyLessonSaysWhatToRemember() {
    for (name, sheet) in WorkedNumbersTests.sheets {
      #expect(sheet.text.contains("To remember"), "\(name)")
    }
  }

  @Test func staticVectorsAreTheSame() throws {
    #expect(try value("representations", "distance of static banks") == 0)
  }

  @Test func matricesAndLoopsAgree() throws {
    #expect(try value("matrices", "difference of loop and matrices") < 1e-12)
    #expect(try value("shapes", "difference of batch and single") < 1e-12)
    #expect(try value("heads", "difference of heads by hand") < 1e-10)
    #expect(try value("block", "difference of block by parts") < 1e-12)
  }

  @Test func laterWordsChangeNoEarlierRow() throws {
    #expect(try value("causal-mask", "change of earlier rows") == 0)
  }

  @Test func twoHeadsLookAtTwoWords() throws {
    #expect(try value("heads", "head 1 on the word before") > 0.9)
    #expect(try value("heads", "head 2 on the first word") > 0.9)
  }

  @Test func blockIsWhatItSays() throws {
    #expect(try value("block", "largest mean after norm") < 1e-12)
    #expect(try abs(value("block", "variance after norm") - 1) < 1e-3)
    #expect(try value("block", "feed-forward change of other words") == 0)
    #expect(try value("block", "difference of a zero block") == 0)
    #expect(try value("block", "gradient error of the block") < 1e-6)
  }

  @Test func gradientsAgreeByHandAndByDifferences() throws {
    #expect(try value("gradients", "difference by hand") < 1e-12)
    #expect(try value("gradients", "difference of slopes") < 1e-8)
  }

  @Test func stepLowersTheLoss() throws {
    #expect(try abs(value("training-step", "loss before") - 2.479807) < 1e-6)
    #expect(try value("training-step", "loss after") < 2)
    #expect(try value("training-step", "difference from W − η dW") < 1e-15)
  }

  @Test func attentionLearnsWhereToLook() throws {
    #expect(try value("learning", "apple on itself, before") > 0.2)
    #expect(try value("learning", "apple on itself, after") < 0.1)
    #expect(try value("learning", "accuracy") == 1)
    #expect(try value("learning", "probability of company") > 0.9)
    #expect(try value("learning", "verb task on the verb") > 0.8)
  }

  @Test func wordsGetVectorsOfTheirSense() throws {
    #expect(try value("polysemy", "bank, trained") < 0)
    #expect(try value("polysemy", "apple, trained") < 0)
    #expect(try value("polysemy", "apple, causal") > 0.999)
    #expect(try value("polysemy", "accuracy on apple") == 1)
    #expect(try value("polysemy", "causal accuracy on apple") == 0.5)
    #expect(try value("polysemy", "probability of company") > 0.9)
    #expect(try value("polysemy", "probability of fruit") > 0.9)
  }

  @Test func positionsTellWhoCameFirst() throws {
    #expect(try value("positions", "told first, without") <= 0.75)
    #expect(try value("positions", "told first, with") == 1)
  }

  @Test func aQueryChangesItsOwnRow() throws {
    #expect(try value("scaled-dot-product", "change of other rows") == 0)
  }

  @Test func attentionReachesTheFirstWord() throws {
    #expect(try value("recurrence", "first word, attention") > 0.95)
    #expect(try value("recurrence", "first word, RNN") < 0.9)
  }

  @Test func itFindsItsNoun() throws {
    #expect(try value("pronouns", "tired: animal over street") > 0.3)
    #expect(try value("pronouns", "wide: animal over street") < -0.3)
    #expect(try value("pronouns", "tired: probability") > 0.9)
    #expect(try value("pronouns", "wide: probability") > 0.9)
  }

  /// All three candidates for a gap make sentences of the text, or nearly so.
  @Test func gapsAreFilled() throws {
    #expect(try value("masked-words", "right words for the [MASK] by the river") == 2)
    #expect(try value("masked-words", "right words for the [MASK] from the bank") >= 1)
    #expect(try value("masked-words", "right words for the money in the [MASK]") >= 1)
  }

  @Test func oneSequenceBecomesAnother() throws {
    #expect(try value("translation", "unseen words reversed") == 1)
    #expect(try value("translation", "pairs translated") == 3)
  }

  @Test func goingOnIsFasterThanFromNothing() throws {
    let tuned = try value("fine-tuning", "tuned")
    #expect(try tuned < value("fine-tuning", "tuned, before") - 0.5)
    #expect(try tuned < value("fine-tuning", "from nothing") - 0.5)
    #expect(try value("fine-tuning", "change of attention") > 0.01)
  }

  @Test func aTracedStepLowersTheLoss() throws {
    var sheet = LessonSheet(checkpoint: WorkedNumbersTests.checkpoint, isTraced: true)
    try #require(Lesson.find("training-step")).write(on: &sheet)
    for stage in [
      "1 data", "2 model", "3 Q, K, V", "4 weights", "5 output", "6 loss", "7 backward", "8 update",
    ] {
      #expect(sheet.text.contains(stage), "\(stage)")
    }
    let before = try #require(sheet.values["traced loss before"])
    #expect(try #require(sheet.values["traced loss after"]) < before)
  }

  @Test func everyEffortMovesYou() throws {
    #expect(try value("pipeline", "probability of you") > 0.9)
    #expect(try value("pipeline", "difference of the fast path") < 1e-4)
    #expect(try value("pipeline", "difference of prefixes") < 1e-9)
    #expect(
      try abs(
        value("reading-attention", "probability with all") - value("pipeline", "probability of you")
      ) < 1e-4)
  }

  @Test func saysWhichCheckpointIsMissing() {
    var sheet = LessonSheet(checkpoint: "/nowhere/at-all")
    #expect(throws: (any Error).self) { try Lesson.find("pipeline")?.write(on: &sheet) }
  }
}
