import Autograd
import Transformer

extension Lesson {
  /// An encoder and a decoder: sequences written backwards, and three sentences put into Hindi.
  static let translation = Lesson(
    "translation", "Reading one sequence, writing another",
    "An encoder reads, a decoder writes and attends to what was read: reversal, and English to Hindi."
  ) { sheet in
    sheet.lines(
      "encoder  x = x + attention(norm(x))       both directions",
      "         x = x + feedForward(norm(x))",
      "decoder  y = y + attention(norm(y))       causal",
      "         y = y + attention(norm(y), x)    queries of y, keys and values of x",
      "         y = y + feedForward(norm(y))")
    sheet.say(
      "The middle line of the decoder is cross-attention: its weights have a row for each word that is "
        + "written and a column for each word that was read. One layer of each, width 32.")
    reversal(on: &sheet)
    hindi(on: &sheet)
    sheet.recap(
      [
        "Cross-attention: queries from what is written, keys and values from what was read.",
        "The encoder needs no mask; the decoder's own attention is causal, for it must write.",
        "Three sentences learned by heart are no translator; real ones learn from millions.",
      ], missing: "all of it together, in a model that writes. Next: lessons pipeline.")
  }

  private static func reversal(on sheet: inout LessonSheet) {
    sheet.section("Backwards")
    let letters = ["a", "b", "c", "d"], length = 4
    // All words of four letters; every eighth is kept from training.
    let words = (0..<256).map { number in
      (0..<length).map { letters[number >> (2 * $0) & 3] }
    }
    let unseen = words.indices.filter { $0 % 8 == 5 }.map { words[$0] }
    let seen = words.indices.filter { $0 % 8 != 5 }.map { words[$0] }
    let model = EncoderDecoder(from: letters, to: letters, layers: 1, seed: 1)
    let random = RandomStream(seed: 1, "batches")
    descend(model.parameters, steps: sheet.isBrief ? 150 : 400, rate: 0.005) { step in
      let batch = (0..<32).map { seen[random.integer(below: seen.count, at: 32 * step + $0)] }
      return model.loss(batch, batch.map { $0.reversed() })
    }
    let right = unseen.count { model.translation(of: $0) == $0.reversed() }
    sheet.values["unseen words reversed"] = Double(right) / Double(unseen.count)
    sheet.say(
      "Task: write four letters in reverse. It is trained on \(seen.count) of the 256 words; of the other "
        + "\(unseen.count), \(right) come out right, letter by letter.")
    let source = unseen[9], target = model.translation(of: source)
    sheet.grid(
      "\(source.joined()) → \(target.joined()): what each letter, as it is written, attends to",
      queries: target + ["end"], keys: source, model.crossWeights(source, target))
    sheet.say("The weights run from the last letter to the first: it learned where to look.")
  }

  private static func hindi(on sheet: inout LessonSheet) {
    sheet.section("English to Hindi")
    let pairs = [
      ("How are you ?", "कैसे हो ?"), ("I am good", "मैं बढ़िया हूं"), ("This is easy", "यह आसान है"),
    ].map { pair in
      (
        source: pair.0.split(separator: " ").map(String.init),
        target: pair.1.split(separator: " ").map(String.init)
      )
    }
    let model = EncoderDecoder(
      from: Set(pairs.flatMap(\.source)).sorted(), to: Set(pairs.flatMap(\.target)).sorted(),
      layers: 1, seed: 2)
    descend(model.parameters, steps: sheet.isBrief ? 60 : 150, rate: 0.005) { step in
      let pair = pairs[step % pairs.count]
      return model.loss([pair.source], [pair.target])
    }
    let written = pairs.map { model.translation(of: $0.source) }
    sheet.values["pairs translated"] = Double(
      zip(pairs, written).count { $0.target.map { Array($0.utf8) } == $1.map { Array($0.utf8) } })
    sheet.table(
      ["read", "written", ""],
      zip(pairs, written).map { pair, words in
        [
          pair.source.joined(separator: " "), words.joined(separator: " "),
          words == pair.target ? "✓" : "✗ not \(pair.target.joined(separator: " "))",
        ]
      }, leftColumns: 3)
  }
}
