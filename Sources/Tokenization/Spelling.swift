import Foundation

/// Finds what somebody meant who misspelled a word or an option.
public enum Spelling {
  /// The edit distance of two words: the fewest insertions, deletions, substitutions and swaps of
  /// neighbours that make one from the other.
  ///
  /// This is the Damerau–Levenshtein distance in its optimal string alignment form (no part is
  /// edited twice), over Unicode scalars.
  ///
  /// - Complexity: O(*n* · *m*) time and O(*m*) memory for words of *n* and *m* scalars.
  public static func distance(_ first: String, _ second: String) -> Int {
    distance(Array(first.unicodeScalars), Array(second.unicodeScalars))
  }

  /// The candidates most like `word`, the best first.
  ///
  /// A difference of case or of Unicode normal form costs next to nothing, so "every" finds
  /// "Every". A candidate that needs more edits than a third of its letters is not offered.
  /// Candidates of equal likeness stand in the order of their UTF-8 bytes.
  ///
  /// - Complexity: O(*c* · *n* · *m*) for *c* candidates of *m* scalars.
  public static func closest(
    to word: String, among candidates: some Sequence<String>, limit: Int = 3
  ) -> [String] {
    let folded = fold(word)
    let matches = candidates.compactMap { candidate -> Match? in
      let other = fold(candidate)
      let longer = max(folded.count, other.count)
      // The difference in length is a lower bound of the distance, and costs nothing to compute.
      guard abs(folded.count - other.count) <= longer / 3 else { return nil }
      let edits = distance(folded, other)
      guard edits <= longer / 3 else { return nil }
      return Match(candidate: candidate, edits: edits, exactEdits: distance(word, candidate))
    }
    return matches.sorted().prefix(limit).map(\.candidate)
  }

  private struct Match: Comparable {
    let candidate: String
    let edits: Int
    let exactEdits: Int

    static func < (left: Match, right: Match) -> Bool {
      (left.edits, left.exactEdits) != (right.edits, right.exactEdits)
        ? (left.edits, left.exactEdits) < (right.edits, right.exactEdits)
        : left.candidate.utf8.lexicographicallyPrecedes(right.candidate.utf8)
    }
  }

  private static func fold(_ word: String) -> [Unicode.Scalar] {
    Array(word.lowercased().precomposedStringWithCanonicalMapping.unicodeScalars)
  }

  private static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
    // row[j] is the distance between the first i scalars of `first` and the first j of `second`.
    var beforePrevious: [Int] = []
    var previous = Array(0...second.count)
    for i in first.indices {
      var row = [i + 1]
      for j in second.indices {
        let substitution = previous[j] + (first[i] == second[j] ? 0 : 1)
        var best = min(substitution, previous[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
          best = min(best, beforePrevious[j - 1] + 1)
        }
        row.append(best)
      }
      (beforePrevious, previous) = (previous, row)
    }
    return previous[second.count]
  }
}
