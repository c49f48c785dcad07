extension Exercise {
  /// All exercises, from easy to hard. Numbers 5 to 9 are the documents'.
  public static let all: [Exercise] = first + documents + further

  private static let first: [Exercise] = [
    Exercise(
      "One-hot vectors",
      "Five words have one-hot vectors. What is the dot product of two different words?",
      answer: Answer(0), hint: "Where one vector has its 1, what has the other?",
      solution: "Each product has a 0 in it, so the sum is 0: one-hot vectors know no likeness.",
      mistakes: [Remark(Answer(1), "that is the product of a word with itself")]),
    Exercise(
      "Dot product", "What is [6, 1] · [4, 2]?",
      answer: Answer(dot([6, 1], [4, 2])), hint: "Multiply place by place, then add.",
      solution: "6·4 + 1·2 = 24 + 2 = 26.",
      mistakes: [
        Remark(Answer(24, 2), "those are the products; now add them"),
        Remark(Answer(16), "6·2 + 1·4 crosses the places; it is 6·4 + 1·2"),
        Remark(Answer(21), "(6 + 1)(4 + 2)/2 is something else; multiply place by place"),
        Remark(Answer(13), "that is the sum of all numbers; multiply place by place first"),
      ]),
    Exercise(
      "Equal scores", "Three words have the scores 0, 0, 0. Which weights does softmax give them?",
      answer: Answer(weighted([0, 0, 0])), hint: "exp(0) = 1.",
      solution: "exp gives 1, 1, 1; their sum is 3; each weight is 1/3.",
      mistakes: [
        Remark(Answer(0, 0, 0), "softmax never gives 0, and weights sum to 1"),
        Remark(Answer(1, 1, 1), "those are the exponentials before the division by their sum"),
      ]),
    Exercise(
      "A mixture", "Apple is (0.5, 0.5), phones is (1, 0). What is 0.6 Apple + 0.4 phones?",
      answer: Answer(mixture([0.6, 0.4], [[0.5, 0.5], [1, 0]])),
      hint: "Each coordinate by itself.",
      solution: "0.6·0.5 + 0.4·1 = 0.7 and 0.6·0.5 + 0.4·0 = 0.3: (0.7, 0.3).",
      mistakes: [
        Remark(Answer(0.75, 0.25), "that is the plain mean; the weights are 0.6 and 0.4"),
        Remark(Answer(0.8, 0.2), "the weights are the wrong way round"),
      ]),
  ]

  private static let cat = selfAttention(Examples.catVectors)
  private static let scaledCat = selfAttention(Examples.catVectors, scale: 0.5.squareRoot())

  private static let documents: [Exercise] = [
    Exercise(
      "Which words matter?",
      "“The bank by the river has steep slopes.” Which words should “bank” attend to most (beside itself), "
        + "so that its meaning becomes clear?",
      answer: .words(all: ["river", "slopes"], others: ["steep", "bank"]),
      hint: "Which words would you cover up to make the sentence ambiguous?",
      solution:
        "river and slopes, then steep: they make “bank” the ground beside a river. All come after "
        + "“bank”, so this needs attention in both directions; under a causal mask “bank” sees “The bank”.",
      mistakes: [
        Remark(.words(all: ["the"]), "“the” stands beside every noun and says nothing about it"),
        Remark(.words(all: ["river"]), "river belongs to it, but another word says the same"),
        Remark(.words(all: ["river", "has"]), "“has” says nothing about the meaning"),
      ]),
    Exercise(
      "Scores",
      "cat = [1, 2], sat = [3, 1], mat = [2, 3]. Which scores has “cat” with cat, sat and mat (dot products)?",
      answer: Answer(cat.scores[0]), hint: "cat · cat = 1·1 + 2·2.",
      solution: "cat·cat = 1·1 + 2·2 = 5; cat·sat = 1·3 + 2·1 = 5; cat·mat = 1·2 + 2·3 = 8.",
      alternatives: [
        Remark(
          Answer(scaledCat.scores[0]),
          "those are the scores divided by √2, as the whole formula has it")
      ],
      mistakes: [
        Remark(Answer(cat.scores[2]), "those are the scores of “mat”"),
        Remark(Answer(5, 8), "“cat” has a score with itself, too"),
      ]),
    Exercise(
      "Softmax", "The scores of “cat” are 5, 5, 8. Which weights are these?",
      answer: Answer(cat.weights[0]), hint: "Subtract 8 first: exp(-3) = 0.0498, exp(0) = 1.",
      solution:
        "exp(5-8), exp(5-8), exp(8-8) = 0.0498, 0.0498, 1; the sum is 1.0996; divided: 0.045, 0.045, "
        + "0.909. cat attends most to mat, which has the longer vector.",
      alternatives: [
        Remark(
          Answer(scaledCat.weights[0]),
          "with the scores divided by √2; without it: 0.045, 0.045, 0.909")
      ],
      mistakes: [
        Remark(
          Answer(shares(cat.scores[0])),
          "that is each score by their sum; take exp of the scores first"),
        Remark(
          Answer(0.049787, 0.049787, 1),
          "those are the exponentials before the division by their sum"),
        Remark(
          Answer(0, 0, 1), "that is the largest score alone; softmax is softer: 0.045, 0.045, 0.909"
        ),
      ]),
    Exercise(
      "The new vector", "What is the new vector of “cat”: 0.045 cat + 0.045 sat + 0.909 mat?",
      answer: Answer(cat.outputs[0]), hint: "cat = [1, 2], sat = [3, 1], mat = [2, 3].",
      solution: "0.045·1 + 0.045·3 + 0.909·2 = 2.00; 0.045·2 + 0.045·1 + 0.909·3 = 2.86.",
      alternatives: [
        Remark(
          Answer(scaledCat.outputs[0]), "with the scores divided by √2; without it: 2.00, 2.86")
      ],
      mistakes: [
        Remark(Answer(2, 2), "that is the plain mean; “mat” has nearly all the weight"),
        Remark(Answer(2, 3), "that is “mat” alone; the other two have 9% together"),
        Remark(Answer(1, 2), "that is the old vector of “cat”"),
      ]),
    Exercise(
      "Shapes",
      "20 words, embeddings of 512 numbers, queries, keys and values of 64. Which shapes have Q, the scores and "
        + "the output? (six numbers)",
      answer: Answer(20, 64, 20, 20, 20, 64), hint: "Scores are Q Kᵀ: [20, 64] times [64, 20].",
      solution:
        "Q = [20, 512][512, 64] = [20, 64]; scores = [20, 64][64, 20] = [20, 20]; output = [20, 20][20, 64] "
        + "= [20, 64]. Parameters: 3·512·64 = 98,304.",
      mistakes: [
        Remark(
          Answer(20, 64, 64, 64, 20, 64), "[64, 64] is Qᵀ K; scores are one for each pair of words"),
        Remark(Answer(20, 512, 20, 20, 20, 512), "512 is the width before W_Q; Q has 64 columns"),
        Remark(Answer(20, 64, 20, 20, 20, 512), "the output is weights · V, and V has 64 columns"),
        Remark(Answer(20, 64, 20, 64, 20, 64), "scores are Q Kᵀ: one for each pair of words"),
      ]),
  ]

  private static let further: [Exercise] = [
    Exercise(
      "The scale", "q · k = 24 and d_k = 64. What goes into softmax?",
      answer: Answer(24 / 64.0.squareRoot()), hint: "√64 = 8.", solution: "24 / √64 = 24 / 8 = 3.",
      mistakes: [
        Remark(Answer(24), "that is q·k before the division by √d_k"),
        Remark(Answer(0.375), "that is divided by d_k; the divisor is √d_k"),
        Remark(Answer(192), "that is multiplied by √d_k; divide"),
      ]),
    Exercise(
      "The causal mask",
      "Four words, all scores equal, a causal mask. Which weights has the third word? (four numbers)",
      answer: Answer(1.0 / 3, 1.0 / 3, 1.0 / 3, 0), hint: "It sees itself and what came before.",
      solution: "It sees three words; exp(−∞) = 0 for the fourth: 1/3, 1/3, 1/3, 0.",
      mistakes: [
        Remark(
          Answer(0.25, 0.25, 0.25, 0.25), "that lets it see the fourth word, which comes later"),
        Remark(Answer(0.5, 0.5, 0, 0), "a word sees itself, too"),
        Remark(
          Answer(0.25, 0.25, 0.25, 0), "masked after softmax, the row sums to 0.75; mask before it"),
      ]),
    Exercise(
      "Two directions",
      "Apple = [2, 2], juice = [4, 0], W_Q = [[1, 0], [0, 1]], W_K = [[1, 2], [0, 1]]. What is the score "
        + "(unscaled) of Apple, asking, with juice?",
      answer: Answer(dot([2, 2], mixture([4, 0], [[1, 2], [0, 1]]))),
      hint: "The key of juice is [4, 0] W_K.",
      solution: "q = [2, 2]; k = [4, 0] W_K = [4·1 + 0·0, 4·2 + 0·1] = [4, 8]; q·k = 8 + 16 = 24.",
      mistakes: [
        Remark(Answer(8), "that is without W_K, or juice asking Apple"),
        Remark(
          Answer(24 / 2.0.squareRoot()), "that is scaled by √2; the question wants it unscaled"),
      ]),
    Exercise(
      "Parameters",
      "Width 512, 8 heads. How many numbers have W_Q, W_K, W_V and W_O together, without biases?",
      answer: Answer(4 * 512 * 512), hint: "8 · 64 = 512: what is the shape of W_Q of all heads?",
      solution: "Each is [512, 512], whatever the number of heads: 4 · 512 · 512 = 1,048,576.",
      mistakes: [
        Remark(Answer(3 * 512 * 64), "that is W_Q, W_K and W_V of one head"),
        Remark(Answer(3 * 512 * 512), "W_O is missing"),
        Remark(Answer(8 * 4 * 512 * 512), "the heads share the 512 columns; they are not 512 each"),
        Remark(Answer(512 * 512), "that is one of the four"),
      ]),
    Exercise(
      "A step",
      "W = 0.3, ∂L/∂W = 2, learning rate 0.1. What is W after one step of gradient descent?",
      answer: Answer(0.1), hint: "Against the gradient.", solution: "0.3 − 0.1 · 2 = 0.1.",
      mistakes: [
        Remark(Answer(0.5), "that goes with the gradient, and the loss grows; go against it"),
        Remark(Answer(-1.7), "the learning rate is missing"),
        Remark(Answer(0.2), "that is the step itself, 0.1 · 2; subtract it from 0.3"),
      ]),
    Exercise(
      "Backwards through softmax",
      "Weights A = (0.5, 0.5), and ∂L/∂A = (1, 0). What is ∂L/∂S, for A = softmax(S)? (two numbers)",
      answer: Answer(0.25, -0.25), hint: "dS = A (dA − Σ dA A), element by element.",
      solution: "Σ dA A = 0.5; dS = (0.5·(1 − 0.5), 0.5·(0 − 0.5)) = (0.25, −0.25). It sums to 0.",
      mistakes: [
        Remark(
          Answer(0.5, 0), "that is A dA; subtract the mean Σ dA A first: a row of dS sums to 0"),
        Remark(
          Answer(0.25, 0.25), "the second must be negative: what one weight gains the other loses"),
        Remark(Answer(1, 0), "that is ∂L/∂A; softmax has a derivative of its own"),
      ]),
    Exercise(
      "Chance", "A model of 131 words knows nothing. What is its cross-entropy, in nats? (ln 131)",
      answer: Answer(4.875), hint: "−ln(1/131).",
      solution:
        "All words have the probability 1/131; −ln(1/131) = ln 131 = 4.875: where `train` begins.",
      mistakes: [
        Remark(Answer(1.0 / 131), "that is the probability; the loss is its negative logarithm"),
        Remark(Answer(-4.875), "the loss is the negative logarithm, which is positive"),
        Remark(Answer(7.033), "that is in bits (log₂ 131); nats use ln"),
      ]),
  ]
}
