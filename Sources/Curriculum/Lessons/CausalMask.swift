import Autograd

extension Lesson {
  /// −∞ above the diagonal before softmax, and a slide's tables corrected.
  static let causalMask = Lesson(
    "causal-mask", "The causal mask",
    "−∞ before softmax hides the words to come; a slide's two tables, corrected."
  ) { sheet in
    sheet.say(
      "A model that predicts the next word must not see it. So before softmax every score right of the "
        + "diagonal becomes −∞: exp(−∞) = 0, and the row still sums to 1.")
    let words = Examples.bankWords
    let masked = matrix(Examples.bankScores).softmax(mask: .causal(queries: 3, keys: 3)).rows
    sheet.heatMap("“money bank grows”, causal", words, masked)
    sheet.check("ref.causal-first-row", Shown(masked))
    let later = [[1.0, 0.25, 9], [0.25, 1, -7], [0.1, 0.05, 1]]
    let changed = matrix(later).softmax(mask: .causal(queries: 3, keys: 3)).rows
    sheet.values["change of earlier rows"] = largestDifference(
      Array(masked[..<2]), Array(changed[..<2]))
    sheet.say(
      "A later word changes no earlier row. With other scores for “grows” the rows of “money” and “bank” "
        + "differ by \(digits(sheet.values["change of earlier rows"] ?? 1)).")
    slide(on: &sheet)
    empty(on: &sheet)
    training(on: &sheet)
    sheet.recap(
      [
        "Mask before softmax, with −∞; zeroing afterwards would leave rows that do not sum to 1.",
        "Row i sees the columns 0…i: itself and what came before.",
        "One pass over n words trains n predictions at once.",
      ], missing: "examples in which a word needs what comes after it. Next: lessons bidirectional."
    )
  }

  private static func slide(on sheet: inout LessonSheet) {
    sheet.section("A slide's scores")
    let none = -Double.infinity
    let printed = [
      [none, none, none, none], [1.2, 0.8, none, none], [2.1, -0.5, 3.0, 1.1],
      [0.2, 2.5, 0.9, 1.4],
    ]
    func cells(_ isWanted: (_ row: Int, _ column: Int) -> Bool) -> Shown {
      Shown(
        lines: (0..<4).flatMap { row in
          (0..<4).filter { isWanted(row, $0) }.map { "[\(row), \($0)]" }
        })
    }
    var repaired = printed
    repaired[0][0] = 0
    repaired[2][3] = none
    sheet.check(
      "002.mask-pre",
      printed: "− − − − / 1.2 0.8 − − / 2.1 -0.5 3.0 1.1 / 0.2 2.5 0.9 1.4 (− is −∞)",
      [
        Figure(
          "cells_that_leak_the_future_[row,col]", cells { $1 > $0 && printed[$0][$1].isFinite },
          label: "sees the future"),
        Figure(
          "cells_masked_though_allowed_[row,col]", cells { $1 <= $0 && printed[$0][$1].isInfinite },
          label: "hidden without need"),
        Figure(
          "repaired_pre_softmax (row 0 diagonal set to 0, any finite value does)", Shown(repaired),
          label: "repaired"),
      ], .wrong, "row 0 hides the first word even from itself; row 2 shows the last word.")

    sheet.section("The slide's weights")
    let claimed = [
      [0, 0, 0, 0], [0.4, 0.32, 0.7, 0], [0.1, 0.85, 0.85, 0.45], [0.08, 0.65, 0.35, 0.4],
    ]
    // The mask hides exactly the −∞ of the repaired scores; a row of nothing but −∞ has no softmax.
    let weights = matrix(repaired.map { $0.map { max($0, -1e9) } })
      .softmax(mask: .causal(queries: 4, keys: 4)).rows
    sheet.heatMap("the repaired scores after softmax", ["0", "1", "2", "3"], weights)
    sheet.check(
      "002.mask-post", printed: "0 0 0 0 / .40 .32 .70 0 / .10 .85 .85 .45 / .08 .65 .35 .40",
      [
        Figure(
          "claimed_row_sums", Shown(matrix(claimed).sum(axis: 1)), label: "sums of printed rows"),
        Figure(
          "softmax_of_printed_rows", Shown(printed.map(asWritten)), label: "softmax of the slide"),
        Figure("softmax_of_repaired_causal_matrix", Shown(weights), label: "softmax, repaired"),
        Figure(
          "claimed_positive_where_pre_is_-inf_[row,col]",
          cells { claimed[$0][$1] > 0 && printed[$0][$1].isInfinite },
          label: "weight of a hidden word"),
      ], .wrong, "no row is the softmax of the row beside it, and none sums to 1.")
  }

  /// exp(sᵢ) / Σ exp(sⱼ) as the formula stands.
  private static func asWritten(_ scores: [Double]) -> [Double] {
    let powers = vector(scores.map { $0.isFinite ? $0 : -1e9 }).exp()
    return (powers / powers.sum()).scalars
  }

  private static func empty(on sheet: inout LessonSheet) {
    sheet.section("A row with nothing to see")
    let none = -Double.infinity
    sheet.check(
      "002.softmax-neg-inf", printed: "softmax(−∞) ≈ 0",
      [
        Figure(
          "row_with_finite", Shown(asWritten([1.2, 0.8, none, none])), label: "(1.2, 0.8, −∞, −∞)"),
        Figure("row_all_neg_inf", Shown(asWritten([none, none, none, none])), label: "all −∞"),
      ], .rounded,
      "exactly 0 if one score of the row is finite; 0 / 0 if none is. This package's masked softmax and "
        + "attention refuse a row without a key, with a message, so that no NaN appears.")
  }

  private static func training(on sheet: inout LessonSheet) {
    sheet.section("Every effort moves → you")
    let words = ["Every", "effort", "moves", "you"]
    let allowed = Tensor<Double>(repeating: 0, shape: [3, 3])
      .softmax(mask: .causal(queries: 3, keys: 3)).rows.map { $0.map { $0 > 0 ? 1.0 : 0 } }
    sheet.check(
      "002.every-effort-moves",
      [
        Figure("mask_allowed", Shown(allowed), label: "may see"),
        Figure("n_predictions_in_one_pass", Shown(allowed.count), label: "predictions in one pass"),
        Figure(
          "training_pairs",
          Shown(lines: (1...3).map { words[..<$0].joined(separator: " ") + " → " + words[$0] }),
          label: "what each row learns"),
      ], .supplied, "The row that predicts “you” is the last, that of “moves”.")
  }
}
