import Console
import Curriculum
import MiniTransformer
import Visualization

/// Works through self-attention by numbers: parses, calls `Curriculum`, prints.
@main struct Main {
  static func main() {
    let command = Command("lessons", "x")
    command.run { options in
      let request = options.operand("LESSON", "x")
      try options.finish()
      var sheet = LessonSheet()
      for lesson in Lesson.all where request == nil || lesson.name == request {
        try lesson.write(on: &sheet)
      }
      try StandardStream.output.print(sheet.text)
    }
  }
}
