import Console
import Curriculum
import Foundation
import MiniTransformer
import Visualization

/// Works through self-attention by numbers: parses, calls `Curriculum`, prints.
@main struct Main {
  static func main() {
    let command = Command(
      "lessons",
      "Works through self-attention by numbers that are computed while you look: lessons, exercises that "
        + "are marked, and a glossary.",
      examples: [
        "swift run -c release lessons", "swift run -c release lessons 4",
        "swift run -c release lessons causal-mask --svg causal.svg",
        "swift run -c release lessons all --plain",
        "swift run -c release lessons exercises 2", "swift run -c release lessons explain query",
        "swift run -c release lessons attend \"1 0 2; 0 1 1\" --query \"1 0; 0 1; 1 1\" "
          + "--key \"0 1; 1 0; 1 1\"",
      ])
    command.run { options in
      let isPlain = try options.flag("plain", "ASCII without colours, for a printed sheet")
      let picture = try options.text(
        "svg", as: "FILE", "write the heat maps and arcs of the lesson too")
      let showsSolutions = try options.flag(
        "solutions", "with exercises: show the solutions instead of asking")
      let isTraced = try options.flag(
        "trace", "with training-step: one step of the trained model too, in its eight stages")
      let checkpoint = try options.text(
        "checkpoint", default: "checkpoints/every-effort", as: "DIR",
        "the trained model of the lessons that show one")
      let weights = try (
        query: options.text("query", as: "ROWS", "with attend: W_Q, such as \"1 0; 0 1\""),
        key: options.text("key", as: "ROWS", "with attend: W_K"),
        value: options.text("value", as: "ROWS", "with attend: W_V")
      )
      let request = options.operand(
        "LESSON", "a number, a name, all, exercises, explain or attend; without it, a list")
      let detail = options.operand(
        "WHICH", "with exercises: a number; with explain: a term; with attend: rows of E")
      try options.finish()

      let output = StandardStream.output
      let style = PictureStyle(
        width: isPlain ? 80 : output.width,
        colors: isPlain ? .none : ColorSupport(colors: output.colors), isASCII: isPlain)
      let page = Page(style: style)
      if let picture, ["exercises", "explain", nil].contains(request) {
        throw UsageError("--svg \(picture.quoted()) needs a lesson; name one, or all")
      }
      if showsSolutions && request != "exercises" {
        throw UsageError("--solutions goes with 'lessons exercises'")
      }
      if isTraced, !["all", "training-step"].contains(request.map { Lesson.find($0)?.name ?? $0 }) {
        throw UsageError("--trace goes with 'lessons training-step'")
      }
      if request != "attend",
        let name = [
          ("query", weights.query), ("key", weights.key), ("value", weights.value),
        ].first(where: { $0.1 != nil })?.0
      {
        throw UsageError("--\(name) goes with 'lessons attend'")
      }
      let sheet = LessonSheet(style: style, checkpoint: checkpoint, isTraced: isTraced)
      switch request {
      case nil:
        try page.printList()
      case "exercises":
        try page.exercises(detail, showsSolutions: showsSolutions)
      case "explain":
        try page.explain(detail)
      case "attend":
        guard let detail else {
          throw UsageError(
            "the rows of E are missing; write a row for each word, such as 'lessons attend \"1 0; 0 1\"'"
          )
        }
        try page.print(Self.numbers(detail, weights), sheet, picture: picture)
      case let request?:
        if request != "all" { _ = try page.lesson(request) }
        if let detail { throw UsageError("unexpected argument \(detail.quoted())") }
        try page.printLessons(
          request, sheet, picture: picture)
      }
    }
  }

  private static func numbers(
    _ embeddings: String, _ weights: (query: String?, key: String?, value: String?)
  ) throws(UsageError) -> OwnNumbers {
    do throws(OwnNumbers.Problem) {
      return try OwnNumbers(
        embeddings: embeddings, query: weights.query, key: weights.key, value: weights.value)
    } catch {
      throw UsageError(error.message)
    }
  }
}
