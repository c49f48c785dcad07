import Autograd

extension Lesson {
  /// The same sentence with and without the causal mask.
  static let bidirectional = Lesson(
    "bidirectional", "Both directions, or backwards only",
    "Most examples of context need words that come later, which a causal model cannot see."
  ) { sheet in
    let words = Examples.appleSentence.split(separator: " ").map(String.init)
    sheet.say(
      "\(Examples.appleSentence). Which words may “Apple” attend to? It is the first word. The weights "
        + "below are those of random vectors: they show who sees whom, not meaning.")
    let e = Tensor<Double>(
      normal: RandomStream(seed: 3, "words"), deviation: 0.4, shape: [1, words.count, 16])
    func weights(_ mask: AttentionMask) -> [[Double]] {
      Tensor.attentionWeights(query: e, key: e, heads: 1, mask: mask, scale: 1).rows
    }
    let both = weights(.none), causal = weights(.causal)
    sheet.heatMap("bidirectional (an encoder, as BERT)", words, both)
    sheet.heatMap("causal (a decoder, as GPT)", words, causal)
    sheet.check(
      "003.apple-causal",
      [
        Figure(
          "bidirectional: words Apple may attend to", Shown(both[0].count { $0 > 0 }),
          label: "words seen, both ways"),
        Figure(
          "causal: words Apple may attend to", Shown(causal[0].count { $0 > 0 }),
          label: "words seen, causal"),
        Figure(
          "causal weight of Apple on itself", Shown(causal[0][0]), label: "its weight on itself"),
      ], .supplied,
      "Under a causal mask “Apple” cannot see “phone”.")
    sheet.section("Which of the documents' examples need both directions")
    sheet.table(
      ["sentence", "word", "what decides", "needs"],
      [
        ["I love Apple phones", "Apple", "phones, after it", "both"],
        ["I love apple juice", "apple", "juice, after it", "both"],
        ["Apple launched a new phone …", "Apple", "launched, phone", "both"],
        ["The animal … it was too tired", "it", "tired, after it", "both"],
        ["The bank by the river …", "bank", "river, slopes", "both"],
        ["money bank grows", "bank", "money, before it", "either"],
        ["I love Apple watch", "watch", "Apple, before it", "either"],
      ], leftColumns: 4)
    sheet.say(
      "A causal model is not helpless: a later word can look back at “Apple” and take what it needs. But "
        + "the row of “Apple” itself cannot change any more.")
    sheet.recap(
      [
        "Bidirectional: every word sees every word; for understanding a text that is there.",
        "Causal: words see what came before; for writing. One model object, one mask more.",
      ], missing: "one attention gives each word one mixture. Next: lessons heads.")
  }
}
