/// A question with an answer that can be checked.
public struct Exercise: Sendable {
  /// What it is about.
  public let title: String
  /// The question.
  public let question: String
  /// A step towards the answer.
  public let hint: String
  /// The way to the answer.
  public let solution: String
  let answer: Answer
  /// Answers that are right by another reading, and what that is.
  let alternatives: [Remark]
  /// Answers that people give, and what is wrong with them.
  let mistakes: [Remark]

  /// An answer and what to say about it.
  struct Remark: Sendable {
    let answer: Answer
    let text: String

    init(_ answer: Answer, _ text: String) { (self.answer, self.text) = (answer, text) }
  }

  init(
    _ title: String, _ question: String, answer: Answer, hint: String, solution: String,
    alternatives: [Remark] = [], mistakes: [Remark] = []
  ) {
    (self.title, self.question, self.answer) = (title, question, answer)
    (self.hint, self.solution) = (hint, solution)
    (self.alternatives, self.mistakes) = (alternatives, mistakes)
  }

  /// How an answer is judged, and what to say.
  public enum Mark: Sendable, Equatable {
    /// It is right; a remark may follow.
    case right(String)
    /// It is wrong, for this reason.
    case wrong(String)
    /// It is no answer to such a question.
    case unreadable(String)
  }

  /// Judges an answer.
  public func mark(_ text: String) -> Mark {
    if answer.agrees(with: text) { return .right("") }
    if let other = alternatives.first(where: { $0.answer.agrees(with: text) }) {
      return .right(other.text)
    }
    if let mistake = mistakes.first(where: { $0.answer.agrees(with: text) }) {
      return .wrong(mistake.text)
    }
    if let complaint = answer.complaint(about: text) { return .unreadable(complaint) }
    return .wrong(explanation(of: text))
  }

  /// The right answer as one would write it.
  public var rightAnswer: String { answer.text }

  /// What can be said of an answer that nobody has foreseen.
  private func explanation(of text: String) -> String {
    switch answer {
    case .words(let all, let others):
      let found = Answer.words(in: text)
      let strange = found.subtracting(all).subtracting(others).sorted()
      let missing = all.subtracting(found)
      if !strange.isEmpty && missing.count < all.count {
        return "\(strange.joined(separator: ", ")) does not belong to it"
      }
      return missing.count < all.count
        ? "that is a part of it; something is missing" : "none of it is what is asked for"
    case .numbers(let expected):
      let found = Answer.numbers(in: text, count: expected.count) ?? []
      let right = zip(found, expected).count { abs($0 - $1) <= 0.005 * max(1, abs($1)) }
      if expected.count > 1,
        found.sorted().elementsEqual(expected.sorted(), by: { abs($0 - $1) < 0.005 })
      {
        return "these are the right numbers in another order"
      }
      if zip(found, expected).allSatisfy({ abs($0 + $1) < 0.005 }) { return "the sign is wrong" }
      if right > 0 { return "\(right) of \(expected.count) numbers are right" }
      let isDistribution = abs(expected.reduce(0, +) - 1) < 0.01 && expected.count > 1
      if isDistribution, abs(found.reduce(0, +) - 1) > 0.02 {
        return "weights sum to 1; these sum to \(decimal(found.reduce(0, +), 2))"
      }
      guard expected.count == 1 else { return "no number is right yet" }
      return found[0] < expected[0] ? "it is larger" : "it is smaller"
    }
  }
}
