/// Learns byte-pair encoding from a text (Sennrich, Haddow and Birch 2016, algorithm 1), with the
/// result of the `tokenizers` library's trainer of byte-level BPE.
///
/// It begins with the 256 bytes in the order of GPT-2's ids, then again and again makes the pair of
/// neighbours that occurs most often one new token. Of pairs that occur equally often the one whose
/// left token has the smaller id comes first, then the one whose right token has. A pair that occurs
/// only once is not merged, so a short text gives fewer tokens than were asked for. The last id is
/// that of `<|endoftext|>`.
///
/// Counts are kept up to date at the places that change: *n* bytes of distinct pieces take
/// O(*n* log *n*) steps in practice, and not a pass over the text for each merge.
public struct BPETrainer: TokenizerBuilder {
  /// The text of the token at the end of a text.
  public static let endOfText = "<|endoftext|>"
  /// The fewest tokens: the bytes and the end of a text.
  public static let smallestVocabulary = 257

  private let vocabularySize: Int
  private var pieces = ByteStringTable()
  private var counts: [Int] = []

  /// A trainer that has seen no text.
  ///
  /// - Parameter vocabularySize: The most tokens that it makes, at least 257.
  public init(vocabularySize: Int) {
    self.vocabularySize = max(vocabularySize, Self.smallestVocabulary)
  }

  /// Takes in a part of the text, in well-formed UTF-8.
  public mutating func add(utf8 text: ArraySlice<UInt8>) {
    let cutter = GPT2Pieces(of: text)
    var place = text.startIndex
    while place < text.endIndex {
      let end = cutter.end(from: place)
      let (number, isNew) = pieces.insert(text[place..<end])
      if isNew { counts.append(1) } else { counts[number] += 1 }
      place = end
    }
  }

  /// The tokenizer for what came so far.
  public func tokenizer() throws(TokenizationError) -> any Tokenizer { try bpeTokenizer() }

  /// The tokenizer for what came so far.
  public func bpeTokenizer() throws(TokenizationError) -> BPETokenizer {
    guard pieces.count > 0 else { throw .noTokens }
    var learner = PairLearner(pieces, counts)
    let merges = learner.learn(until: vocabularySize - 1)
    let mark = AddedToken(id: Int32(learner.tokens.count), isSpecial: true)
    return try BPETokenizer(
      tokens: learner.tokens + [Array(Self.endOfText.utf8)], merges: merges, addedTokens: [mark],
      endOfText: Self.endOfText)
  }
}

/// The distinct pieces as tokens, and which pairs of tokens stand where.
private struct PairLearner {
  /// A pair, and how often it stood there when it was proposed.
  private struct Candidate: Comparable {
    let count: Int
    let pair: TokenPair
    let number: Int

    /// The one that is merged first is the least.
    static func < (left: Candidate, right: Candidate) -> Bool {
      left.count != right.count ? left.count > right.count : left.pair < right.pair
    }
  }

  private(set) var tokens = ByteAlphabet.order.map { [$0] }
  private var known = ByteStringTable()

  // All pieces behind one another. A token stands at the place of its first byte; −1 where none does.
  private var symbols: [Int32] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []
  /// How often the piece of each place occurs in the text.
  private var weights: [Int] = []

  private var numbers = PairTable()
  private var counts: [Int] = []
  /// Where each pair stands or once stood.
  private var places: [[Int32]] = []

  init(_ pieces: ByteStringTable, _ occurrences: [Int]) {
    var ids = [Int32](repeating: 0, count: 256)
    for (id, byte) in ByteAlphabet.order.enumerated() {
      ids[Int(byte)] = Int32(id)
      _ = known.insert([byte])
    }
    for number in 0..<pieces.count {
      let piece = pieces[number]
      for (offset, byte) in piece.enumerated() {
        let place = Int32(symbols.count)
        symbols.append(ids[Int(byte)])
        previous.append(offset == 0 ? -1 : place - 1)
        next.append(offset == piece.count - 1 ? -1 : place + 1)
        weights.append(occurrences[number])
      }
    }
  }

  mutating func learn(until vocabularySize: Int) -> [BPETokenizer.Merge] {
    for place in symbols.indices where next[place] >= 0 { _ = addPair(at: place) }
    var candidates = Heap<Candidate>()
    func candidate(_ number: Int, _ pair: TokenPair) -> Candidate {
      Candidate(count: counts[number], pair: pair, number: number)
    }
    var isProposed = [Bool](repeating: false, count: counts.count)
    for place in symbols.indices where next[place] >= 0 {
      let pair = TokenPair(symbols[place], symbols[Int(next[place])])
      let number = Int(numbers[pair] ?? 0)
      if !isProposed[number] { candidates.insert(candidate(number, pair)) }
      isProposed[number] = true
    }

    var merges: [BPETokenizer.Merge] = []
    while tokens.count < vocabularySize, let best = candidates.popLeast() {
      // Counts of pairs that were proposed before only fall, so the best that is up to date is best.
      guard best.count == counts[best.number] else {
        if counts[best.number] > 1 { candidates.insert(candidate(best.number, best.pair)) }
        continue
      }
      guard best.count > 1 else { break }
      let (left, right) = (best.pair.left, best.pair.right)
      let bytes = tokens[Int(left)] + tokens[Int(right)]
      // Two pairs can make the same token.
      let (result, isNew) = known.insert(bytes[...])
      if isNew { tokens.append(bytes) }
      merges.append(.init(left: left, right: right, result: Int32(result)))
      for (number, pair) in merge(best, into: Int32(result)) {
        candidates.insert(candidate(number, pair))
      }
    }
    return merges
  }

  /// Makes a pair one token wherever it stands, and returns the pairs that this made.
  private mutating func merge(
    _ candidate: Candidate, into result: Int32
  ) -> [(number: Int, pair: TokenPair)] {
    let (left, right) = (candidate.pair.left, candidate.pair.right)
    var changed: [Int: TokenPair] = [:]
    // From left to right, which matters where the pair overlaps itself.
    let standing = places[candidate.number].sorted()
    places[candidate.number] = []
    for place in standing.lazy.map(Int.init) {
      let second = Int(next[place])
      guard symbols[place] == left, second >= 0, symbols[second] == right else { continue }
      let before = previous[place]
      let after = next[second]
      if before >= 0 { removePair(at: Int(before)) }
      if after >= 0 { removePair(at: second) }
      symbols[place] = result
      symbols[second] = -1
      next[place] = after
      if after >= 0 { previous[Int(after)] = Int32(place) }
      for start in [before, after >= 0 ? Int32(place) : -1] where start >= 0 {
        let number = addPair(at: Int(start))
        changed[number] = TokenPair(symbols[Int(start)], symbols[Int(next[Int(start)])])
      }
    }
    counts[candidate.number] = 0
    return changed.map { ($0, $1) }
  }

  private mutating func addPair(at place: Int) -> Int {
    let pair = TokenPair(symbols[place], symbols[Int(next[place])])
    let number = Int(numbers.insert(pair, Int32(counts.count)))
    if number == counts.count {
      counts.append(0)
      places.append([])
    }
    counts[number] += weights[place]
    places[number].append(Int32(place))
    return number
  }

  private mutating func removePair(at place: Int) {
    let pair = TokenPair(symbols[place], symbols[Int(next[place])])
    if let number = numbers[pair] { counts[Int(number)] -= weights[place] }
  }
}
