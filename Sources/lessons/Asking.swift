import Console
import Curriculum
import MiniTransformer
import Visualization

extension Page {
  /// Asks the exercises, or one, or shows their solutions.
  func exercises(_ request: String?, showsSolutions: Bool) throws {
    let count = Exercise.all.count
    let numbers: [Int]
    if let request {
      guard let number = Int(request), 1...count ~= number else {
        throw UsageError(
          "there is no exercise \(request.quoted()); they are numbered 1 to \(count)")
      }
      numbers = [number]
    } else {
      numbers = Array(1...count)
    }
    if showsSolutions {
      for number in numbers { try solution(number) }
      return
    }
    try say("Write the answer; or: hint, solution, skip, quit.")
    var right = 0, asked = 0
    for number in numbers {
      guard let solved = try ask(number) else { break }
      asked += 1
      if solved { right += 1 }
    }
    if asked > 0 { try say("\n\(right) of \(asked) right.") }
    if right == asked, asked == 1, let number = numbers.first, number < count {
      try suggest("exercises \(number + 1)")
    }
  }

  private func solution(_ number: Int) throws {
    let exercise = Exercise.all[number - 1]
    try question(number)
    try say("Answer: \(exercise.rightAnswer)")
    try say(exercise.solution)
  }

  private func question(_ number: Int) throws {
    let exercise = Exercise.all[number - 1]
    try say("\nExercise \(number): \(exercise.title)")
    try say(exercise.question)
  }

  /// Asks until the answer is right or given up; nil when the person, or the input, is at an end.
  private func ask(_ number: Int) throws -> Bool? {
    let exercise = Exercise.all[number - 1]
    try question(number)
    while true {
      try output.write("> ")
      guard let line = readLine() else {
        try output.print("")
        return nil
      }
      if !output.isTerminal { try output.print(line) }
      let word = line.split(separator: " ").joined(separator: " ").lowercased()
      switch word {
      case "": continue
      case "quit", "exit", "q": return nil
      case "skip": return false
      case "hint": try say(exercise.hint)
      case "solution":
        try say("\(exercise.rightAnswer). \(exercise.solution)")
        return false
      default:
        switch exercise.mark(line) {
        case .right(let remark):
          try say(remark.isEmpty ? "Right." : "Right: \(remark).")
          return true
        case .wrong(let reason): try say("Not yet: \(reason).")
        case .unreadable(let problem): try say("I cannot read that: \(problem).")
        }
      }
    }
  }

  private func say(_ text: String) throws {
    let lead = text.hasPrefix("\n") ? "\n" : ""
    let lines = Format.lines(of: plain(String(text.drop { $0 == "\n" })), width: style.width)
    try output.print(lead + lines.joined(separator: "\n"))
  }
}
