/// One lesson: a subject, and what computes and writes its pages.
///
///     var sheet = LessonSheet()
///     try Lesson.all[0].write(on: &sheet)
///     print(sheet.text)
public struct Lesson: Sendable {
  /// The name by which it is asked for, as `causal-mask`.
  public let name: String
  /// What it is about, in a few words.
  public let title: String
  /// What one learns from it, in a sentence.
  public let summary: String

  private let body: @Sendable (inout LessonSheet) throws -> Void

  init(
    _ name: String, _ title: String, _ summary: String,
    body: @escaping @Sendable (inout LessonSheet) throws -> Void
  ) {
    (self.name, self.title, self.summary, self.body) = (name, title, summary, body)
  }

  /// All lessons, in the order in which they build on each other.
  public static let all: [Lesson] = [
    representations, mixtures, dotProduct, softmax, contextualEmbeddings, contextCompetition,
    matrices, order, queryKeyValue, shapes, scaledDotProduct, initialization, causalMask,
    bidirectional, heads, positions, block, recurrence, gradients, trainingStep, learning, polysemy,
    pronouns, maskedWords, translation, pipeline, fineTuning, readingAttention,
  ]

  /// Its place among all, from 1.
  public var number: Int { (Self.all.firstIndex { $0.name == name } ?? 0) + 1 }

  /// The lesson that a person asks for by its number or its name; capitals, spaces and underscores in
  /// a name make no difference.
  public static func find(_ request: String) -> Lesson? {
    if let number = Int(request) { return all.indices.contains(number - 1) ? all[number - 1] : nil }
    let name = request.lowercased().replacing(" ", with: "-").replacing("_", with: "-")
    return all.first { $0.name == name }
  }

  /// Computes the lesson and writes it.
  ///
  /// - Throws: what reading a checkpoint throws, in the lessons that use one.
  public func write(on sheet: inout LessonSheet) throws {
    sheet.begin("Lesson \(number): \(title)")
    try body(&sheet)
  }
}
