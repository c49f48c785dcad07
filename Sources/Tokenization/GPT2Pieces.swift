/// Cuts text as GPT-2 does before it looks for tokens (Radford et al. 2019, section 2.2, and the
/// `encoder.py` published with it): no token reaches from one piece into the next.
///
/// The pieces are the matches of
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`, which together are
/// the whole text: a contraction's end; a run of letters, of numbers or of anything else but white
/// space, each with one space before it if there is one; and white space without the last of it
/// where something follows.
struct GPT2Pieces {
  private let text: ArraySlice<UInt8>

  /// The pieces of a text in UTF-8.
  init(of text: ArraySlice<UInt8>) { self.text = text }

  /// Where the piece ends that begins at `start`.
  func end(from start: Int) -> Int {
    if text[start] == UInt8(ascii: "'"), let end = endOfContraction(from: start) { return end }
    let (first, count) = classified(at: start)
    var place = start + count
    guard first == .space else { return endOfRun(of: first, from: place) }

    if text[start] == UInt8(ascii: " "), place < text.endIndex {
      let (following, count) = classified(at: place)
      if following != .space { return endOfRun(of: following, from: place + count) }
    }
    var last = start
    while place < text.endIndex {
      let (next, count) = classified(at: place)
      // The last white space stays for the next piece, unless it is all there is.
      if next != .space { return last > start ? last : place }
      last = place
      place += count
    }
    return place
  }

  private func endOfContraction(from start: Int) -> Int? {
    guard start + 1 < text.endIndex else { return nil }
    let second = start + 2 < text.endIndex ? text[start + 2] : 0
    switch (text[start + 1], second) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
      (UInt8(ascii: "d"), _):
      return start + 2
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return start + 3
    default: return nil
    }
  }

  private func endOfRun(of kind: ScalarClass, from start: Int) -> Int {
    var place = start
    while place < text.endIndex {
      let (next, count) = classified(at: place)
      guard next == kind else { break }
      place += count
    }
    return place
  }

  private func classified(at place: Int) -> (kind: ScalarClass, count: Int) {
    let (value, count) = scalar(at: place, in: text)
    return (ScalarClass(value), count)
  }
}
