/// Merges the bytes of pieces to tokens, and remembers what became of short pieces: a text consists
/// of few distinct ones.
struct BPEEncoder {
  /// Longer pieces hardly come twice.
  private static let longestKept = 32
  private static let mostKept = 1 << 18

  private let tokenizer: BPETokenizer

  private var kept = ByteStringTable()
  private var keptIDs: [Int32] = []
  private var keptEnds: [Int] = []

  /// The tokens of the piece at hand, each at the place of its first byte; −1 where none begins.
  private var symbols: [Int32] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []
  /// Ranks in the upper half, places in the lower: the first learned comes first, then the leftmost.
  private var candidates = Heap<UInt64>()

  init(_ tokenizer: BPETokenizer) { self.tokenizer = tokenizer }

  /// Appends the ids of a text.
  mutating func encode(
    _ text: ArraySlice<UInt8>, into ids: inout [Int32], unknown: inout UnknownTokens
  ) {
    let pieces = GPT2Pieces(of: text)
    var place = text.startIndex
    while place < text.endIndex {
      let end = pieces.end(from: place)
      encode(piece: text[place..<end], into: &ids, unknown: &unknown)
      place = end
    }
  }

  private mutating func encode(
    piece: ArraySlice<UInt8>, into ids: inout [Int32], unknown: inout UnknownTokens
  ) {
    if piece.count == 1, let byte = piece.first, tokenizer.byteIDs[Int(byte)] >= 0 {
      ids.append(tokenizer.byteIDs[Int(byte)])
      return
    }
    guard piece.count <= Self.longestKept && kept.count < Self.mostKept else {
      return merge(piece, into: &ids, unknown: &unknown)
    }
    let (number, isNew) = kept.insert(piece)
    if isNew {
      let start = ids.count
      merge(piece, into: &ids, unknown: &unknown)
      keptIDs.append(contentsOf: ids[start...])
      keptEnds.append(keptIDs.count)
      return
    }
    for place in (number == 0 ? 0 : keptEnds[number - 1])..<keptEnds[number] {
      ids.append(keptIDs[place])
    }
  }

  /// - Complexity: O(*n* log *n*) for *n* bytes.
  private mutating func merge(
    _ piece: ArraySlice<UInt8>, into ids: inout [Int32], unknown: inout UnknownTokens
  ) {
    symbols.removeAll(keepingCapacity: true)
    for place in piece.indices {
      let id = tokenizer.byteIDs[Int(piece[place])]
      if id >= 0 { symbols.append(id) } else { unknown.note(piece[place...place]) }
    }
    guard let count = Int32(exactly: symbols.count), count > 0 else { return }
    next = (1...count).map { $0 < count ? $0 : -1 }
    previous = (-1..<count - 1).map { $0 }
    for place in 0..<count - 1 { propose(place) }

    while let candidate = candidates.popLeast() {
      let place = Int(candidate & 0xFFFF_FFFF)
      let merge = tokenizer.merges[Int(candidate >> 32)]
      let right = Int(next[place])
      // What was merged in the meantime leaves candidates behind that are none any more.
      guard symbols[place] == merge.left, right >= 0, symbols[right] == merge.right else {
        continue
      }
      symbols[place] = merge.result
      symbols[right] = -1
      next[place] = next[right]
      if next[place] >= 0 {
        previous[Int(next[place])] = Int32(place)
        propose(Int32(place))
      }
      if previous[place] >= 0 { propose(previous[place]) }
    }
    ids.append(contentsOf: symbols.lazy.filter { $0 >= 0 })
  }

  /// Makes the token at a place and the one behind it a candidate if there is a merge for them.
  private mutating func propose(_ place: Int32) {
    let pair = TokenPair(symbols[Int(place)], symbols[Int(next[Int(place)])])
    if let rank = tokenizer.ranks[pair] {
      candidates.insert(UInt64(rank) << 32 | UInt64(place))
    }
  }
}
