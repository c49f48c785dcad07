import Autograd

extension Lesson {
  /// Why one vector is not enough: symmetric scores, and three learned matrices as the cure.
  static let queryKeyValue = Lesson(
    "query-key-value", "Query, key and value",
    "Three learned matrices let a word look for one thing, offer another and hand over a third."
  ) { sheet in
    sheet.say(
      "In softmax(E Eᵀ) E each vector plays three roles. As the row that asks it is the query; as the column "
        + "that is compared it is the key; as what is added up it is the value. One vector for three roles "
        + "makes every score symmetric: “apple” matches “juice” exactly as “juice” matches “apple”."
    )
    let result = selfAttention(Examples.juiceVectors)
    sheet.numbers(
      "S", result.scores, rows: Examples.juiceWords, columns: Examples.juiceWords, places: 0)
    sheet.check(
      "001.equal-pull", printed: "both words pull each other equally, like gravity",
      [
        Figure("W[apple->juice]", Shown(result.weights[1][2]), label: "weight apple → juice"),
        Figure("W[juice->apple]", Shown(result.weights[2][1]), label: "weight juice → apple"),
      ], .wrong,
      "scores are symmetric, weights are not: each row is divided by its own sum. apple moves half way to "
        + "juice, juice stays.")
    let weights = matrix(Examples.bankScores).softmax().rows
    sheet.check(
      "003.asymmetric-weights",
      [
        Figure("W[money->bank]", Shown(weights[0][1]), label: "money → bank"),
        Figure("W[bank->money]", Shown(weights[1][0]), label: "bank → money"),
      ], .supplied, "The same in “money bank grows”, where both scores are 0.25.")

    sheet.section("The cure: Q = E W_Q, K = E W_K, V = E W_V")
    sheet.say(
      "With W_Q = [[1, 0], [0, 1]] and W_K = [[1, 2], [0, 1]], the scores Q · K of two words differ:"
    )
    let identity = [[1.0, 0], [0, 1]], wK = [[1.0, 2], [0, 1]]
    // Normal deviates, the same for everybody.
    let randomQ = [
      [0.345584192064786, 0.8216181435011584], [0.33043707618338714, -1.303157231604361],
    ]
    let randomK = [
      [0.9053558666731177, 0.4463745723640113], [-0.5369532353602852, 0.5811181041963531],
    ]
    func score(_ a: [Double], _ b: [Double], _ q: [[Double]] = identity, _ k: [[Double]] = wK)
      -> Shown
    {
      Shown(dot(matrix([a]).matmul(matrix(q)).scalars, matrix([b]).matmul(matrix(k)).scalars))
    }
    let (apple, juice, phones) = (Examples.apple, Examples.juice, Examples.phones)
    sheet.check(
      "001.qk-asymmetry", printed: "Apple → phones and phones → Apple are not equal",
      [
        Figure("Apple->juice", score(apple, juice), label: "Apple → juice"),
        Figure("juice->Apple", score(juice, apple), label: "juice → Apple"),
        Figure("Apple->phones", score(apple, phones), label: "Apple → phones"),
        Figure("phones->Apple", score(phones, apple), label: "phones → Apple"),
        Figure(
          "Apple->phones, random W_Q,W_K", score(apple, phones, randomQ, randomK),
          label: "→, random matrices"),
        Figure(
          "phones->Apple, same", score(phones, apple, randomQ, randomK), label: "←, the same"),
      ], .inconsistent,
      "true of juice, never of the document's phones, whose vector is Apple's: equal vectors give equal "
        + "scores with every W_Q and W_K.")

    lookup(on: &sheet)
    sheet.section("What can be learned")
    sheet.table(
      ["step", "without parameters", "with"],
      [
        ["1 scores", "E Eᵀ", "(E W_Q)(E W_K)ᵀ"],
        ["2 softmax", "nothing to learn", "(a temperature)"],
        ["3 mixture", "W E", "W (E W_V)"],
      ], leftColumns: 3)
    let e = matrix(Examples.catVectors), i = matrix(identity)
    let same = (e.matmul(i)).matmul(e.matmul(i), transposingOther: true).softmax().matmul(
      e.matmul(i))
    let difference = largestDifference(same.rows, selfAttention(Examples.catVectors).outputs)
    sheet.say(
      "With all three matrices the identity (and no scaling) nothing has changed: difference "
        + "\(digits(difference)) on cat, sat, mat.")
    let twice = (0..<2).map { _ in
      Tensor.attention(
        query: e.matmul(matrix(Examples.wQ)).reshaped([1, 3, 2]),
        key: e.matmul(matrix(Examples.wK)).reshaped([1, 3, 2]),
        value: e.matmul(matrix(Examples.wV)).reshaped([1, 3, 2]), heads: 1
      ).scalars
    }
    sheet.check(
      "003.kqv-same-output", printed: "without parameters: same input, same output every time",
      [
        Figure(
          "with trained W_Q,W_K,W_V at inference",
          Shown(twice[0] == twice[1] ? "also the same every time" : "different"),
          label: "with W_Q, W_K, W_V")
      ], .overstated, "true, but no fault. The fault is that training cannot change the output.")
    sheet.recap(
      [
        "Query: what a word looks for. Key: what it can be found by. Value: what it hands over.",
        "W_Q, W_K and W_V are learned and the same for every word.",
      ], missing: "Which shapes do these matrices have? Next: lessons shapes.")
  }

  /// A dictionary as attention with sharp scores.
  private static func lookup(on sheet: inout LessonSheet) {
    sheet.section("A soft dictionary")
    sheet.say(
      "{'A': 2, 'B': 3, 'C': 4}['A'] compares the query 'A' with the keys and returns the value of the one "
        + "that matches. Attention does the same softly. With one-hot keys and the query β A:")
    let keys = matrix([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), values = matrix([[2], [3], [4]])
    func look(_ beta: Double) -> Double {
      matrix([[beta, 0, 0]]).matmul(keys, transposingOther: true).softmax().matmul(values).scalar
    }
    let dictionary = ["A": 2, "B": 3, "C": 4]
    sheet.check(
      "003.dictionary", printed: "2",
      [Figure("exact lookup", Shown(dictionary["A"] ?? 0))]
        + [0, 1, 5, 10, 50].map {
          Figure(
            "soft lookup (one-hot keys, query = beta*A)/\($0)", Shown(look(Double($0))),
            label: "β = \($0)")
        }, .exact,
      "attention begins at the mean, 3, and comes to 2 as β grows. A key that is missing raises an error "
        + "in a dictionary; attention then returns a mixture all the same.")
  }
}
