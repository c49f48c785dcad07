import Autograd

/// Attention over numbers that a person has typed: E, and as many of W_Q, W_K and W_V as are given.
public struct OwnNumbers {
  /// What is wrong with the numbers, in one line.
  public struct Problem: Error {
    /// The line.
    public let message: String
  }

  private let embeddings: Tensor<Double>
  private let query, key, value: Tensor<Double>?

  /// Reads matrices whose rows are separated by semicolons, such as "1 0; 0.5 1/2".
  ///
  /// - Parameters:
  ///   - embeddings: E, `[n, d]`: a row for each word.
  ///   - query: W_Q, `[d, d_k]`.
  ///   - key: W_K, `[d, d_k]`.
  ///   - value: W_V, `[d, d_v]`.
  /// - Throws: ``Problem`` if a text is no matrix, or if the shapes do not fit; it names both.
  public init(embeddings: String, query: String?, key: String?, value: String?) throws(Problem) {
    let e = try Self.matrix("E", embeddings)
    func weights(_ name: String, _ text: String?) throws(Problem) -> Tensor<Double>? {
      guard let text else { return nil }
      let w = try Self.matrix(name, text)
      guard w.shape[0] == e.shape[1] else {
        throw Problem(
          message:
            "E is \(Self.shape(e)) and \(name) \(Self.shape(w)); for E \(name), \(name) needs "
            + "\(e.shape[1]) rows, one for each column of E")
      }
      return w
    }
    self.embeddings = e
    self.query = try weights("W_Q", query)
    self.key = try weights("W_K", key)
    self.value = try weights("W_V", value)
    if let query = self.query, let key = self.key, query.shape[1] != key.shape[1] {
      throw Problem(
        message:
          "W_Q is \(Self.shape(query)) and W_K \(Self.shape(key)); for Q Kᵀ they need equally "
          + "many columns")
    }
  }

  /// Writes what follows from the numbers: Q, K and V, then the weights, then the output.
  public func write(on sheet: inout LessonSheet) {
    let words = (1...embeddings.shape[0]).map { "word \($0)" }
    func show(_ title: String, _ x: Tensor<Double>) {
      sheet.numbers("\(title) \(Self.shape(x))", x.rows, rows: words)
    }
    show("E", embeddings)
    let (q, k, v) = (project(query), project(key), project(value))
    for (title, x) in [("Q = E W_Q", q), ("K = E W_K", k), ("V = E W_V", v)] {
      if let x { show(title, x) }
    }
    guard let q, let k else { return }
    let size = q.shape[1]
    let scores = q.matmul(k, transposingOther: true).scaled(by: 1 / Double(size).squareRoot())
    sheet.numbers("Q Kᵀ / √\(size) \(Self.shape(scores))", scores.rows, rows: words, columns: words)
    let weights = scores.softmax()
    sheet.heatMap("weights, softmax of each row \(Self.shape(weights))", words, weights.rows)
    if let v { show("weights · V", weights.matmul(v)) }
  }

  private func project(_ weights: Tensor<Double>?) -> Tensor<Double>? {
    weights.map { embeddings.matmul($0) }
  }

  private static func shape(_ x: Tensor<Double>) -> String { Shown(shape: x.shape).lines[0] }

  private static func matrix(_ name: String, _ text: String) throws(Problem) -> Tensor<Double> {
    var rows: [[Double]] = []
    for row in text.split(separator: ";") {
      guard let numbers = Answer.numbers(in: String(row), count: 0) else {
        throw Problem(
          message:
            "\(name): “\(row)” is no row of numbers such as 0.5 1/2 -1; rows are separated by ;")
      }
      if let first = rows.first, first.count != numbers.count {
        throw Problem(
          message: "\(name): row \(rows.count + 1) has \(numbers.count) numbers, row 1 has "
            + "\(first.count)")
      }
      rows.append(numbers)
    }
    guard !rows.isEmpty else { throw Problem(message: "\(name) has no numbers") }
    return Curriculum.matrix(rows)
  }
}
