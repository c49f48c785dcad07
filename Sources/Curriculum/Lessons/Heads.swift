import Autograd
import Transformer

extension Lesson {
  /// Several heads side by side and the matrix that mixes them.
  static let heads = Lesson(
    "heads", "Several heads and W_O",
    "One head gives each word one mixture; several give several, and W_O puts them together."
  ) { sheet in
    sheet.lines(
      "headᵢ = Attention(X W_Qᵢ, X W_Kᵢ, X W_Vᵢ)", "MultiHead(X) = [head₁ … head_h] W_O")
    sheet.say(
      "The weights of a head sum to 1, so it cannot give two words 0.9 each. Two heads can, one word each. "
        + "Here they are set by hand: vectors that hold nothing but the position, a first head that looks "
        + "for the word before, a second that looks for the first word.")
    let words = ["I", "love", "Apple", "phones"], n = words.count
    func unit(_ place: Int) -> [Double] { (0..<n).map { $0 == place ? 1 : 0 } }
    let previous = (0..<n).map { unit(max($0 - 1, 0)) }, first = (0..<n).map { _ in unit(0) }
    // The heads lie side by side in the columns, four for each.
    let queries = zip(previous, first).map { $0 + $1 }, keys = (0..<n).map { unit($0) + unit($0) }
    func batch(_ rows: [[Double]]) -> Tensor<Double> { matrix(rows).reshaped([1, n, 2 * n]) }
    let weights = Tensor.attentionWeights(
      query: batch(queries), key: batch(keys), heads: 2, mask: .causal, scale: 6
    ).rows
    sheet.heatMap("head 1: the word before", words, Array(weights[..<n]))
    sheet.heatMap("head 2: the first word", words, Array(weights[n...]))
    sheet.values["head 1 on the word before"] = weights[3][2]
    sheet.values["head 2 on the first word"] = weights[n + 3][0]

    sheet.section("Shapes with eight heads")
    let scope = ParameterStore<Double>()
    let attention = MultiHeadAttention(
      width: 512, heads: 8, deviation: 0.04, in: scope.root["attention"])
    scope.initialize(seed: 1)
    let x = Tensor<Double>(normal: RandomStream(seed: 1, "x"), shape: [1, 3, 512])
    let y = attention(queries: x, mask: .none)
    let matrices = [attention.query, attention.key, attention.value, attention.output]
    sheet.table(
      ["what", "shape"],
      [
        ["X", Shown(shape: x.shape).lines[0]],
        ["Q, K, V of all heads", Shown(shape: attention.query(x).shape).lines[0]],
        ["Q of one head", "[1, 3, \(512 / attention.heads)]"],
        ["heads side by side", "[1, 3, 512]"],
        ["after W_O", Shown(shape: y.shape).lines[0]],
      ])
    sheet.check(
      "001.heads-8", printed: "8 heads are commonly used",
      [
        Figure("d_k", Shown(512 / attention.heads)),
        Figure("concat", Shown(attention.heads * (512 / attention.heads)), label: "side by side"),
        Figure("W^O", Shown(shape: attention.output.weight.shape), label: "W_O"),
        Figure(
          "parameters W_Q,W_K,W_V,W_O (no bias)",
          Shown(matrices.reduce(0) { $0 + $1.weight.count }),
          label: "parameters, no biases"),
      ], .supplied,
      "8 · 64 = 512: that is why one head has 64 numbers. The parameters are as many whatever "
        + "the number of heads, which must divide the width.")
    byHand(attention, x, y, on: &sheet)
    sheet.recap(
      [
        "Heads are found by training; nobody assigns “grammar” or “entities” to them, and some do nothing.",
        "W_O [512, 512] mixes what the heads found and brings the width back.",
      ], missing: "order. Next: lessons positions.")
  }

  /// Head by head with small operations, beside the one kernel.
  private static func byHand(
    _ attention: MultiHeadAttention<Double>, _ x: Tensor<Double>, _ y: Tensor<Double>,
    on sheet: inout LessonSheet
  ) {
    let sizes = [Int](repeating: 512 / attention.heads, count: attention.heads)
    func parts(_ linear: Linear<Double>) -> [Tensor<Double>] { linear(x).split(sizes, axis: 2) }
    let (q, k, v) = (parts(attention.query), parts(attention.key), parts(attention.value))
    let heads = q.indices.map { head in
      q[head].matmul(k[head], transposingOther: true).scaled(by: 1.0 / 8).softmax().matmul(v[head])
    }
    let output = attention.output(.concatenated(heads, axis: 2))
    let difference = largestDifference(y.rows, output.rows)
    sheet.values["difference of heads by hand"] = difference
    sheet.say(
      "Each head by itself with small operations, put side by side and multiplied by W_O: the largest "
        + "difference from the package's layer is \(digits(difference)).")
  }
}
