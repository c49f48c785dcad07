import Autograd
import Transformer
import Visualization

extension Lesson {
  /// Sinusoidal positions: the table, and how it restores the order of words.
  static let positions = Lesson(
    "positions", "Positions",
    "Sines and cosines added to the embeddings make the order of words count."
  ) { sheet in
    sheet.lines(
      "PE[pos, 2i]   = sin(pos / 10000^(2i/d))", "PE[pos, 2i+1] = cos(pos / 10000^(2i/d))")
    let table: Tensor<Double> = sinusoidalPositions(length: 4, width: 4)
    sheet.check("ref.positional-encoding", Shown(table))
    sheet.say(
      "Left columns turn fast, right columns slowly. 12 positions, width 12 (0 is −1, 1 is +1):")
    let waves: Tensor<Double> = sinusoidalPositions(length: 12, width: 12)
    sheet.lines(waves.rows.map { row in row.map { sheet.shade(($0 + 1) / 2) }.joined() })

    sheet.section("The cure of lessons order")
    sheet.say(
      "“money bank grows” and “grows bank money” once more, a fourth column of zeros added and PE on top:"
    )
    let positions = Array(table.rows[..<3]), permutation = [2, 1, 0]
    let padded = Examples.bankVectors.map { $0 + [0] }
    func outputs(_ rows: [[Double]]) -> [[Double]] {
      selfAttention((matrix(rows) + matrix(positions)).rows).outputs
    }
    let y = outputs(padded), other = outputs(permutation.map { padded[$0] })
    let back = permutation.map { other[$0] }
    sheet.check(
      "ref.order-with-positions",
      [
        Figure("Y_money, order 1", Shown(y[0]), label: "money, as first word"),
        Figure("Y_money, order 2", Shown(other[2]), label: "money, as last word"),
        Figure(
          "max difference over words", Shown(largestDifference(y, back)),
          label: "largest difference"),
        Figure(
          "Y_bank unchanged position, difference", Shown(largestDifference([y[1]], [other[1]])),
          label: "of bank, same place"),
      ], .supplied, "Even “bank”, which did not move, changes: its neighbours did.")
    whichCameFirst(on: &sheet)
    sheet.say(
      "Other ways: learned vectors, one for each place (GPT-2; the default of this package), and rotary "
        + "positions, which turn queries and keys (train --positions rotary).")
    sheet.recap(
      [
        "Without positions, attention sees a bag of words; with them, a sequence.",
        "Sinusoidal positions have no parameters and go on for ever; learned ones end at the context.",
      ], missing: "attention only mixes. What works on each word? Next: lessons block.")
  }

  /// A task that cannot be learned without positions.
  private static func whichCameFirst(on sheet: inout LessonSheet) {
    sheet.section("Which word came first?")
    let animals = ["cat", "dog", "horse", "man"]
    let sentences = animals.indices.flatMap { first in
      animals.indices.filter { $0 != first }.map { second in
        Sense("\(animals[first]) \(animals[second]) *?*", Int32(first))
      }
    }
    let steps = sheet.isBrief ? 100 : 300
    let shares = [false, true].map { hasPositions in
      let model = SenseClassifier(
        sentences, senses: animals.count, mask: .none, hasPositions: hasPositions, seed: 1)
      model.train(on: sentences, steps: steps, every: steps) { _, _ in }
      return model.accuracy(on: sentences)
    }
    (sheet.values["told first, without"], sheet.values["told first, with"]) = (shares[0], shares[1])
    sheet.say(
      "One attention layer is trained to name the first of two animals, “dog man ?”, twelve sentences. "
        + "Without positions “dog man” and “man dog” are the same, so half is the best that it can do: "
        + "\(percent(shares[0], places: 0)). With them: \(percent(shares[1], places: 0)).")
  }
}

extension LessonSheet {
  /// Two columns of grey for a value from 0 to 1.
  func shade(_ value: Double) -> String {
    let steps = style.isASCII ? [" ", ".", "-", "+", "#"] : [" ", "░", "▒", "▓", "█"]
    let step = steps[min(steps.count - 1, max(0, Int(value * Double(steps.count))))]
    return step + step
  }
}
