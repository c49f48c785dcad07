extension Lesson {
  /// Permuting the words permutes the result: attention alone does not know order.
  static let order = Lesson(
    "order", "Attention does not see the order of words",
    "“grows bank money” gives every word the same vector as “money bank grows”."
  ) { sheet in
    sheet.say(
      "Write the same three words in another order and compute Y = softmax(E Eᵀ) E again, with the vectors "
        + "of lessons contextual-embeddings.")
    let permutation = [2, 1, 0]
    let y = selfAttention(Examples.bankVectors).outputs
    let other = selfAttention(permutation.map { Examples.bankVectors[$0] }).outputs
    let words = Examples.bankWords
    sheet.numbers("money bank grows", y, rows: words)
    sheet.numbers("grows bank money", other, rows: permutation.map { words[$0] })
    let back = permutation.map { other[$0] }
    sheet.check(
      "003.order-same", printed: "same result, order does not matter",
      [
        Figure(
          "max |Y_bank - Y_bank'|", Shown(withoutNoise(largestDifference([y[1]], [other[1]]))),
          label: "difference of bank"),
        Figure(
          "max |Y - Y'| as matrices", Shown(largestDifference(y, other)), label: "of the matrices"),
        Figure(
          "max |Y - P^-1 Y'|", Shown(withoutNoise(largestDifference(y, back))),
          label: "rows put back in order"),
        Figure("Y_bank", Shown(y[1])),
      ], .rounded,
      "each word's vector is the same, in another row. That is called equivariance. W_Q, W_K and W_V do "
        + "not change it; positions do.")
    sheet.say(
      "So “dog bites man” and “man bites dog” would be one and the same. Adding to each vector something that "
        + "depends on its place cures it: lessons positions.")
    sheet.recap(
      ["Permuting the words permutes the rows of Y and changes nothing else."],
      missing: "The scores are symmetric too. Must they be? Next: lessons query-key-value.")
  }
}
