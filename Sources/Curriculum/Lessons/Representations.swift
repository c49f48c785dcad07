import Foundation

extension Lesson {
  /// One-hot, bag of words, TF-IDF, static embedding: four ways that give a word one vector for all its
  /// sentences.
  static let representations = Lesson(
    "representations", "From words to vectors",
    "One-hot vectors, counts and embeddings give “bank” the same numbers in every sentence."
  ) { sheet in
    sheet.say(
      "A computer needs numbers for words. Here are four ways, each better than the one before, and all "
        + "with the same fault. The two sentences are “money bank grows” and “river bank flows”.")
    let documents = ["money bank grows", "river bank flows"].map {
      $0.split(separator: " ").map(String.init)
    }
    let vocabulary = Set(documents.joined()).sorted()

    sheet.section("1. One-hot: a 1 in the word's own place")
    func oneHot(_ word: String) -> [Double] { vocabulary.map { $0 == word ? 1 : 0 } }
    sheet.numbers("word", vocabulary.map(oneHot), rows: vocabulary, columns: vocabulary, places: 0)
    sheet.say(
      "Any two different words have the dot product \(digits(dot(oneHot("bank"), oneHot("money")))): “bank” is as "
        + "far from “money” as from “flows”.")

    sheet.section("2. Bag of words and TF-IDF: counts for a sentence")
    let bags = documents.map { words in
      vocabulary.map { word in Double(words.count { $0 == word }) }
    }
    sheet.numbers("sentence", bags, rows: ["1", "2"], columns: vocabulary, places: 0)
    sheet.say(
      "The order is lost: “grows bank money” has the counts of “money bank grows”. TF-IDF multiplies each "
        + "count by ln(N / df): N sentences, df of which contain the word. (There are other variants of it.)"
    )
    func inverseFrequency(_ word: String) -> Double {
      log(Double(documents.count) / Double(documents.count { $0.contains(word) }))
    }
    sheet.check(
      "ref.tfidf",
      [
        Figure("vocabulary", Shown(vocabulary.joined(separator: "  "))),
        Figure("bow doc 1", Shown(bags[0]), label: "counts of sentence 1"),
        Figure("bow doc 2", Shown(bags[1]), label: "counts of sentence 2"),
        Figure("tfidf bank (both)", Shown(inverseFrequency("bank")), label: "TF-IDF of bank"),
        Figure("tfidf money (doc 1)", Shown(inverseFrequency("money")), label: "TF-IDF of money"),
      ], .supplied, "“bank” stands in both sentences, so it has one number for both: 0.")

    sheet.section("3. Embedding: a row of a table for each word")
    sheet.say(
      "An embedding is a short vector of learned numbers. The documents print these for three words:"
    )
    let king = [0.6, 0.2, 0.1, 0.9, 0.3], queen = [0.6, 0.2, 0.1, 0.8, 0.4]
    let cricket = [0.1, 0.9, 0.8, 0.2, 0.1]
    sheet.numbers("word", [king, queen, cricket], rows: ["king", "queen", "cricket"], places: 1)
    sheet.check(
      "003.king-queen-cricket", printed: "similar words have similar vectors",
      [
        Figure("dot king.queen", Shown(dot(king, queen)), label: "king · queen"),
        Figure("dot king.cricket", Shown(dot(king, cricket)), label: "king · cricket"),
        Figure("dot queen.cricket", Shown(dot(queen, cricket)), label: "queen · cricket"),
        Figure("cos king,queen", Shown(cosine(king, queen)), label: "cosine king, queen"),
        Figure("cos king,cricket", Shown(cosine(king, cricket)), label: "cosine king, cricket"),
        Figure("cos queen,cricket", Shown(cosine(queen, cricket)), label: "cosine queen, cricket"),
      ], .exact, "the neighbour of “king” is “queen”.")

    sheet.say(
      "Another example labels the dimensions of Apple: Tech 0.5, Fruit 0.8, Food 0.3, Smart 0.9, Natural 0.2, "
        + "Sweet 0.6. Learned dimensions have no such names; these are for the eye.")
    sheet.check(
      "001.apple-50-50", printed: "Apple = 50% Tech + 50% Fruit",
      [
        Figure(
          "Tech:Fruit share from the two named numbers", Shown(shares([0.5, 0.8])),
          label: "Tech : Fruit"),
        Figure(
          "tech share of labelled numbers (Tech+Smart vs Fruit+Food+Natural+Sweet)",
          Shown(shares([0.5 + 0.9, 0.8 + 0.3 + 0.2 + 0.6])), label: "tech words : fruit words"),
      ], .inconsistent, "the printed vector is 38 to 62, by its two named numbers.")

    sheet.section("The fault: one vector for every sentence")
    let table = ["bank": [0.25, 0.968246, 0], "money": [1, 0, 0], "river": [0, 0.1, 1]]
    let first = table["bank"] ?? [], second = table["bank"] ?? []
    sheet.say(
      "The table has one row for “bank”. Looked up in “money bank grows” and in “river bank flows” it gives "
        + "the same row; the distance of the two is \(digits(distance(first, second))).")
    sheet.values["distance of static banks"] = distance(first, second)
    let counts = [9_000.0, 1_000.0]
    sheet.say(
      "Training makes that row a compromise. If 9,000 of 10,000 sentences are about money and 1,000 about "
        + "rivers, money pulls nine times as often:")
    sheet.check(
      "003.bank-9000-1000", printed: "the embedding is biased to finance",
      [
        Figure("finance_share", Shown(shares(counts)[0]), label: "finance"),
        Figure("river_share", Shown(shares(counts)[1]), label: "river"),
        Figure("sum", Shown(Int(counts.reduce(0, +))), label: "sentences"),
      ], .exact, "though a trained vector is only roughly the average of its uses.")
    sheet.recap(
      [
        "One-hot vectors know no likeness; counts know no order; embeddings know likeness.",
        "All of them give a word the same numbers in every sentence.",
      ], missing: "a vector of “bank” that depends on the words beside it. Next: lessons mixtures.")
  }
}
