import Autograd

extension Lesson {
  /// W = softmax(E Eᵀ), Y = W E: attention without a parameter, on the documents' sentences.
  static let contextualEmbeddings = Lesson(
    "contextual-embeddings", "Attention without parameters",
    "W = softmax(E Eᵀ), Y = W E: each word becomes a mixture, weighted by likeness."
  ) { sheet in
    sheet.say(
      "Put the words' vectors below each other as the rows of E. Then S = E Eᵀ has every dot product, "
        + "W = softmax(S) every weight, and Y = W E every mixture. There is nothing to learn in it: 0 "
        + "parameters.")
    sheet.section("money bank grows")
    let (words, scores) = (Examples.bankWords, Examples.bankScores)
    let result = selfAttention(Examples.bankVectors)
    sheet.numbers("S", scores, rows: words, columns: words, places: 2)
    sheet.heatMap("W = softmax(S), “money bank grows”", words, matrix(scores).softmax().rows)
    let claimed = [[0.65, 0.25, 0.1], [0.2, 0.7, 0.1], [0.15, 0.15, 0.7]]
    let weights = matrix(scores).softmax().rows
    sheet.check(
      "003.attention-matrix", printed: "0.65 0.25 0.10 / 0.20 0.70 0.10 / 0.15 0.15 0.70",
      [
        Figure("W", Shown(weights)),
        Figure(
          "claimed_row_sums", Shown(matrix(claimed).sum(axis: 1)), label: "sums of printed rows"),
        Figure(
          "max_abs_error", Shown(largestDifference(weights, claimed)), label: "largest error"),
      ], .wrong,
      "of nine cells one is right, money → bank; row 3 gives equal weights to unequal scores.")
    sheet.check(
      "003.attention-matrix-embeddings",
      [
        Figure(
          "E (Cholesky factor, E E^T = S)", Shown(Examples.bankVectors), label: "E with E Eᵀ = S"),
        Figure("Y = W E", Shown(result.outputs)),
        Figure("eigenvalues of S", Shown(eigenvalues(scores))),
      ], .supplied,
      "All eigenvalues are positive, so vectors with these dot products exist, and the example can be run."
    )
    sheet.section("In words")
    sheet.check(
      "003.analyze-money-bank",
      [Figure("", Shown(lines: attentionReport(weights, words)), label: "")])

    apple(on: &sheet)
    cat(on: &sheet)
    bank(on: &sheet)
    sheet.recap(
      [
        "S = E Eᵀ, W = softmax(S) row by row, Y = W E.",
        "Each row of W sums to 1; its columns need not.",
        "Long vectors win: “mat” gets more of “cat” than “cat” itself.",
      ],
      missing:
        "anything that could be learned. Before that: lessons context-competition, matrices, order."
    )
  }

  private static func apple(on sheet: inout LessonSheet) {
    sheet.section("I love Apple phones; I love apple juice (without the “I”)")
    let phones = selfAttention(Examples.phoneVectors)
    let juice = selfAttention(Examples.juiceVectors)
    let moved = (vector(phones.outputs[1]) - vector(Examples.apple)).scalars
    sheet.check(
      "001.apple-prime", printed: "Apple' = 0.0 love + 0.5 Apple + 0.5 phones",
      [
        Figure("weights", Shown(phones.weights[1])),
        Figure("Apple'", Shown(phones.outputs[1])),
        Figure("shift from Apple", Shown(moved)),
      ], .rounded, "but Apple stays where it was: phones has the same vector.")
    sheet.check(
      "001.apple-prime-juice",
      [
        Figure("weights", Shown(juice.weights[1])), Figure("apple'", Shown(juice.outputs[1])),
      ], .supplied, "With juice it moves, half way there: (2, 2) → (3, 1).")
    sheet.check(
      "001.weights-from-similarity", printed: "0.1, 0.5, 0.4 come from similarity",
      Shown(phones.weights[1]), .inconsistent, "the dot products -2, 8, 8 give these.")
    sheet.check(
      "001.love-prime", printed: "love attends 0.8, 0.1, 0.1", Shown(phones.weights[0]),
      .inconsistent,
      "its score with itself is 25, with the others -2.")
    sheet.check(
      "001.juice-prime", printed: "juice attends 0.1, 0.4, 0.5", Shown(juice.weights[2]),
      .inconsistent,
      "juice is longer than apple (16 against 8), so it keeps to itself.")
    func whole(_ id: String, _ vectors: [[Double]]) {
      let plain = selfAttention(vectors), scaled = selfAttention(vectors, scale: 0.5.squareRoot())
      sheet.check(
        id,
        [
          Figure("S", Shown(plain.scores)), Figure("W", Shown(plain.weights)),
          Figure("Y", Shown(plain.outputs)),
          Figure("W_scaled_by_sqrt2", Shown(scaled.weights), label: "W of S / √2"),
        ])
    }
    sheet.lines("all of love, Apple, phones:")
    whole("001.full-phones", Examples.phoneVectors)
    sheet.lines("all of love, apple, juice:")
    whole("001.full-juice", Examples.juiceVectors)
  }

  private static func cat(on sheet: inout LessonSheet) {
    sheet.section("An exercise of the documents: cat, sat, mat")
    let result = selfAttention(Examples.catVectors), scores = result.scores[0]
    let powers = (vector(scores) - vector([8, 8, 8])).exp()
    sheet.check(
      "001.ex2.scores",
      [
        Figure("order", Shown(Examples.catWords.joined(separator: "  "))),
        Figure("S", Shown(result.scores)),
      ])
    sheet.check(
      "001.ex2.softmax",
      [
        Figure("weights", Shown(result.weights[0]), label: "weights of cat"),
        Figure("exp(score - 8)", Shown(powers)), Figure("sum", Shown(powers.sum())),
        Figure("all rows", Shown(result.weights)),
      ], .supplied, "cat attends most to mat, not to itself.")
    sheet.check(
      "001.ex2.new-cat",
      [
        Figure("cat'", Shown(result.outputs[0])), Figure("all rows", Shown(result.outputs)),
      ], .supplied,
      "The first number is exactly 2: equal weights on 1 and 3, and mat has 2 as well.")
    sheet.heatMap("W of cat, sat, mat", Examples.catWords, result.weights)
  }

  private static func bank(on sheet: inout LessonSheet) {
    sheet.section("Another: the bank by the river has steep slopes")
    sheet.say("The vectors are made by hand: (finance, terrain, function word).")
    let function = [0.0, 0, 0.2], bank = [1.5, 1.5, 0.0]
    let words = ["The", "bank", "by", "the", "river", "has", "steep", "slopes"]
    let vectors = [
      function, bank, function, function, [0, 2, 0], function, [0, 1.5, 0], [0, 2, 0],
    ]
    let others = ["The", "bank", "by", "the", "has", "loan", "low", "fees"]
    let otherVectors = [
      function, bank, function, function, function, [2, 0, 0], [1.5, 0, 0], [2, 0, 0],
    ]
    let result = selfAttention(vectors), other = selfAttention(otherVectors)
    sheet.check(
      "001.ex1.bank",
      [
        Figure("words", Shown(words.joined(separator: "  "))),
        Figure("weights of 'bank'", Shown(result.weights[1]), label: "weights of bank"),
        Figure("bank'", Shown(result.outputs[1])),
        Figure("finance:terrain before", Shown(shares(Array(bank[..<2]))), label: "before"),
        Figure("after", Shown(shares(Array(result.outputs[1][..<2])))),
        Figure(
          "contrast words (loan, low, fees)", Shown(others.joined(separator: "  ")),
          label: "other words"),
        Figure("contrast weights", Shown(other.weights[1]), label: "their weights"),
        Figure("contrast after", Shown(shares(Array(other.outputs[1][..<2]))), label: "after"),
      ], .supplied,
      "The words around it turn “bank” from 50 : 50 to terrain, or with loan, low and fees to finance."
    )
  }
}

/// What each word attends to, from most to least; of equal weights the last word comes first.
func attentionReport(_ weights: [[Double]], _ words: [String]) -> [String] {
  weights.indices.flatMap { row in
    let order = words.indices.sorted {
      (weights[row][$0], $0) > (weights[row][$1], $1)
    }
    return ["When '\(words[row])' is asking 'what should I attend to?':"]
      + order.enumerated().map { place, word in
        let rank = place == 0 ? "MOST to" : place == order.count - 1 ? "LEAST to" : "to"
        return "  Attends \(rank) '\(words[word])': \(percent(weights[row][word]))"
      }
  }
}

/// The eigenvalues of a symmetric matrix in rising order, by Jacobi's rotations (1846).
func eigenvalues(_ symmetric: [[Double]]) -> [Double] {
  var a = symmetric
  let n = a.count
  for _ in 0..<50 {
    for p in 0..<n {
      for q in p + 1..<n where a[p][q] != 0 {
        // The rotation by the angle with tangent t makes a[p][q] zero.
        let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot(), s = t * c
        for k in 0..<n {
          (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
        }
        for k in 0..<n {
          (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
        }
      }
    }
  }
  return a.indices.map { a[$0][$0] }.sorted()
}
