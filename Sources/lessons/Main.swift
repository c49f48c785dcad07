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
      let request = options.operand(
        "LESSON", "a number, a name, all, exercises or explain; without it, a list")
      let detail = options.operand(
        "WHICH", "with exercises: a number; with explain: a term")
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
      switch request {
      case nil:
        try page.printList()
      case "exercises":
        try page.exercises(detail, showsSolutions: showsSolutions)
      case "explain":
        try page.explain(detail)
      case let request?:
        if request != "all" { _ = try page.lesson(request) }
        if let detail { throw UsageError("unexpected argument \(detail.quoted())") }
        try page.printLessons(
          request, LessonSheet(style: style, checkpoint: checkpoint, isTraced: isTraced),
          picture: picture)
      }
    }
  }
}
