import Visualization

extension Lesson {
  /// The dot product as a measure of likeness, and what it does with length and sign.
  static let dotProduct = Lesson(
    "dot-product", "The dot product as similarity",
    "Multiply and add: large where two vectors point the same way, 0 at right angles, negative if opposed."
  ) { sheet in
    sheet.say(
      "Weights should be large for words that have to do with each other. So we need a number for how alike "
        + "two vectors are. The dot product multiplies them place by place and adds up.")
    sheet.lines("[6, 1] · [4, 2] = 6·4 + 1·2", "[6, 1] · [1, 5] = 6·1 + 1·5")
    sheet.check(
      "003.dot-26", printed: "26", Shown(dot([6, 1], [4, 2])), .exact,
      "the cosine is \(digits(cosine([6, 1], [4, 2]))): nearly the same direction.")
    sheet.check(
      "003.dot-11", printed: "11", Shown(dot([6, 1], [1, 5])), .exact,
      "the cosine is \(digits(cosine([6, 1], [1, 5]))).")

    sheet.section("Apple, phones, juice, love")
    let apple = Examples.apple, love = Examples.love, juice = Examples.juice,
      phones = Examples.phones
    sheet.lines("love (-4, 3)   Apple (2, 2)   phones (2, 2)   juice (4, 0)")
    sheet.plane([("love", love), ("Apple, phones", apple), ("juice", juice)])
    sheet.check(
      "001.dot-Apple-phones", printed: "Apple · phones = 8", Shown(dot(apple, phones)), .exact,
      "but the two vectors are equal, so mixing them will move nothing.")
    sheet.check("001.dot-Apple-love", printed: "Apple · love = -2", Shown(dot(apple, love)), .exact)
    sheet.check(
      "001.dot-Apple-juice", printed: "Apple · juice = 8", Shown(dot(apple, juice)), .exact)
    sheet.check(
      "001.dot-Apple-Apple", printed: "Apple · Apple = 8", Shown(dot(apple, apple)), .exact)
    sheet.check(
      "001.closer-is-similar",
      printed: "closer words are more similar, measured by the dot product",
      [
        Figure(
          "distance Apple-phones", Shown(distance(apple, phones)), label: "distance Apple, phones"),
        Figure(
          "distance Apple-juice", Shown(distance(apple, juice)), label: "distance Apple, juice"),
        Figure("distance Apple-love", Shown(distance(apple, love)), label: "distance Apple, love"),
        Figure("dot Apple-phones", Shown(dot(apple, phones)), label: "dot Apple, phones"),
        Figure("dot Apple-juice", Shown(dot(apple, juice)), label: "dot Apple, juice"),
        Figure("cosine Apple-phones", Shown(cosine(apple, phones)), label: "cosine Apple, phones"),
        Figure("cosine Apple-juice", Shown(cosine(apple, juice)), label: "cosine Apple, juice"),
        Figure("cosine Apple-love", Shown(cosine(apple, love)), label: "cosine Apple, love"),
      ], .wrong,
      "phones lies on Apple, juice 2.8 away, and both have the dot product 8. The dot product grows with "
        + "length; the cosine, which divides by both lengths, does not.")

    sheet.section("Sign and length")
    let a = [1.0, 0], long = [10.0, 10]
    sheet.check(
      "002.dot-sign", printed: "high = similar, zero = not similar",
      [
        Figure("a.same", Shown(dot(a, [1, 0])), label: "(1, 0) · (1, 0)"),
        Figure("a.right_angle", Shown(dot(a, [0, 1])), label: "(1, 0) · (0, 1)"),
        Figure("a.opposite", Shown(dot(a, [-1, 0])), label: "(1, 0) · (-1, 0)"),
        Figure("a.long", Shown(dot(a, long)), label: "(1, 0) · (10, 10)"),
        Figure("cos(a,long)", Shown(cosine(a, long)), label: "its cosine"),
      ], .supplied,
      "There is a third case: opposite vectors give a negative number. And a long vector beats a like one."
    )
    sheet.recap(
      [
        "a · b = Σ aᵢ bᵢ = |a| |b| cos(angle).",
        "It measures likeness and length together; attention uses it because it is one matrix product.",
      ],
      missing:
        "scores such as -2, 8, 8 are no weights: some are negative, and they do not sum to 1. Next: lessons softmax."
    )
  }
}

extension LessonSheet {
  /// Points of a plane, each a dot with its name, on axes of equal scale.
  mutating func plane(_ points: [(name: String, at: [Double])]) {
    let reach = Int((points.flatMap(\.at).map { abs($0) }.max() ?? 1).rounded(.up))
    let center = 4 * reach
    var rows = (-reach...reach).map { y in
      (-center...center).map { x in x == 0 && y == 0 ? "+" : x == 0 ? "|" : y == 0 ? "-" : " " }
    }
    for (name, at) in points {
      let row = reach + Int(at[1].rounded()), column = center + 4 * Int(at[0].rounded())
      let label = "● \(name)".map { String($0) }
      rows[row].replaceSubrange(
        column..<min(column + label.count, rows[row].count), with: label)
    }
    let dot = style.isASCII ? "o" : "●"
    lines(
      rows.reversed().map { row in
        let line = row.joined().replacing("●", with: dot)
        return String(line.reversed().drop { $0 == " " }.reversed())
      })
  }
}
