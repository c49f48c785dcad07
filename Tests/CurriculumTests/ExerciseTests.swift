import Testing

@testable import Curriculum

@Suite struct ExerciseTests {
  private func exercise(_ title: String) throws -> Exercise {
    try #require(Exercise.all.first { $0.title == title })
  }

  /// Each answer is right as it is written, and no mistake or alternative is taken for it.
  @Test(arguments: Exercise.all.map(\.title)) func agreesWithItself(title: String) throws {
    let exercise = try exercise(title)
    #expect(exercise.mark(exercise.rightAnswer) == .right(""))
    for remark in exercise.mistakes {
      #expect(exercise.mark(remark.answer.text) == .wrong(remark.text), "\(remark.answer)")
    }
    for remark in exercise.alternatives {
      #expect(exercise.mark(remark.answer.text) == .right(remark.text), "\(remark.answer)")
    }
  }

  /// By hand: exp(-3) = 0.049787, and 1 + 2 · 0.049787 = 1.099574.
  @Test(arguments: [
    "0.045, 0.045, 0.909", "(0.045 0.045 0.909)", "[0.0453; 0.0453; 0.9094]", "0.05,0.05,0.91",
    "4.5% 4.5% 90.9%", "w = 0.045 0.045 0.909", "1/22 1/22 10/11", "0,045 0,045 0,909",
    "4.9787e-2/1.099574 0.045 0.909",
  ])
  func readsUsualSpellings(answer: String) throws {
    #expect(try exercise("Softmax").mark(answer) == .right(""))
  }

  @Test func readsSingleNumbers() throws {
    let scale = try exercise("The scale"), parameters = try exercise("Parameters")
    for answer in ["3", "3.0", "24/8", "24 / √64", "6/2", "s = 3"] {
      #expect(scale.mark(answer) == .right(""), "\(answer)")
    }
    for answer in ["1048576", "1,048,576", "1.048576e6"] {
      #expect(parameters.mark(answer) == .right(""), "\(answer)")
    }
    #expect(try exercise("A step").mark("0,1") == .right(""))
    #expect(try exercise("Shapes").mark("20x64, 20×20, 20 by 64") == .right(""))
    #expect(try exercise("Shapes").mark("[20, 64] [20, 20] [20, 64]") == .right(""))
  }

  @Test func saysWhatIsWrong() throws {
    let scale = try exercise("The scale")
    #expect(scale.mark("24") == .wrong("that is q·k before the division by √d_k"))
    #expect(scale.mark("2") == .wrong("it is larger"))
    #expect(scale.mark("-3") == .wrong("the sign is wrong"))
    #expect(try exercise("Softmax").mark("0.05, 0.05, 0.5") == .wrong("2 of 3 numbers are right"))
    #expect(
      try exercise("Softmax").mark("0.3, 0.3, 0.3") == .wrong("weights sum to 1; these sum to 0.90")
    )
    #expect(
      try exercise("Softmax").mark("0.909, 0.045") == .unreadable("3 numbers are expected, found 2")
    )
    guard case .unreadable = scale.mark("three") else {
      Issue.record("a word was taken for a number")
      return
    }
    for hostile in ["1/0", "", "()", "nan", "inf", "1e999", "--", "½½", "🙂"] {
      if case .right = scale.mark(hostile) { Issue.record("\(hostile) was taken for right") }
    }
  }

  @Test func readsWords() throws {
    let words = try exercise("Which words matter?")
    #expect(words.mark("River and slopes") == .right(""))
    #expect(words.mark("slopes, river, steep") == .right(""))
    #expect(words.mark("river slopes the") == .wrong("the does not belong to it"))
    #expect(words.mark("by") == .wrong("none of it is what is asked for"))
  }
}
