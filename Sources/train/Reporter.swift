import Console
import Foundation
import MiniTransformer
import Visualization

/// Says how a run goes: the plan before it, a line while it runs, pictures after it.
struct Reporter {
  private let settings: Settings
  private let plan: Plan
  private let prompt: [Int32]
  private let run: TrainingRun
  private var line: ProgressLine
  private var start = ContinuousClock.now
  private var training: [(step: Int, loss: Double)] = []
  private var validation: [(step: Int, loss: Double)] = []
  private var savedStep: Int?
  /// The step from which this call goes on.
  private let firstStep: Int

  init(_ settings: Settings, _ plan: Plan, prompt: [Int32], _ run: TrainingRun) {
    (self.settings, self.plan, self.prompt, self.run) = (settings, plan, prompt, run)
    firstStep = settings.start.state?.progress.step ?? 0
    line = ProgressLine(quiet: settings.isQuiet)
  }

  /// Reads what the run has reported before, for the curve and the mean of the end.
  mutating func recall(isWhole: Bool) throws {
    guard isWhole else {
      return line.note(
        "the metrics up to step \(Format.grouped(firstStep)) have gone; new ones begin")
    }
    let path = run.folder.metricsPath
    let text = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    for bytes in text.split(separator: UInt8(ascii: "\n")) {
      let metrics = try JSONField(parsing: Array(bytes), from: path)
      let step = try metrics.member("step").integer()
      training.append((step, try metrics.member("loss").double()))
      if let loss = try metrics.optionalMember("validation_loss")?.double() {
        validation.append((step, loss))
      }
    }
  }

  mutating func begin(secondsPerUpdate: Double) {
    let width = StandardStream.error.width
    line.note(plan.description(width: width))
    let total = secondsPerUpdate * Double(settings.steps - firstStep)
    let step =
      secondsPerUpdate < 1
      ? "\(Format.significant(secondsPerUpdate * 1_000)) ms" : Format.duration(secondsPerUpdate)
    let time = "about \(Format.duration(total)), \(step) a step on this processor"
    line.note(Plan.row("time", time, width: width) + "\n")
    start = .now
  }

  mutating func report(_ event: TrainingEvent) {
    switch event {
    case .updated(let update, let validationLoss):
      training.append((update.step, update.loss))
      if let validationLoss { validation.append((update.step, validationLoss)) }
      let interval = max(settings.steps / 10, 1)
      let isMilestone =
        update.step == firstStep + 1 || update.step == settings.steps || update.step % interval == 0
      let progress = Progress(
        step: update.step, of: settings.steps, from: firstStep, update,
        elapsed: (ContinuousClock.now - start) / .seconds(1),
        comparison: validation.last.map { ("val", $0.loss) } ?? plan.floor.map { ("floor", $0) })
      let stream = StandardStream.error
      line.update(
        progress.text(width: stream.canRedraw ? stream.width - 1 : .max), isMilestone: isMilestone)
    case .sampleDue(let step):
      let text = "sample at step \(Format.grouped(step)): \(sample())"
      line.note(
        Format.lines(of: text, width: StandardStream.error.width - 2).joined(separator: "\n  "))
    case .saved(let step): savedStep = step
    }
  }

  /// Ends the progress line before an error is told, and says what is left of the run.
  mutating func stop() {
    line.finish()
    if let savedStep {
      line.note("the checkpoint of step \(Format.grouped(savedStep)) is in \(settings.output)")
    }
  }

  /// The prompt and what the model makes of it, on one line.
  private func sample() -> String {
    let length =
      switch run.tokenizer.unit {
      case .words: 12
      case .tokens: 24
      case .characters, .bytes: 60
      }
    let model = run.trainer.model
    let ids = TokenGenerator(model, prompt: prompt, options: .greedy).prefix(length).map(\.id)
    return run.tokenizer.decode(prompt + ids)
      .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: " ⏎ ")
  }

  /// Draws the run and its last layer's attention, and says what to do next.
  mutating func finish(_ ending: RunEnding) throws {
    line.finish()
    let steps = run.trainer.step
    let loss = training.suffix(max(1, training.count / 50)).map(\.loss)
    let mean = loss.reduce(0, +) / Double(max(loss.count, 1))
    let elapsed = run.progress.elapsedSeconds
    let output = StandardStream.output
    if settings.isJSON {
      var report: [JSON.Member] = [
        .init(key: "steps", value: .integer(Int64(steps))),
        .init(key: "loss", value: loss.isEmpty ? nil : .double(mean)),
        .init(key: "elapsed_seconds", value: .double((elapsed * 1_000).rounded() / 1_000)),
        .init(key: "checkpoint", value: .string(settings.output)),
        .init(key: "interrupted", value: .bool(ending == .stopped)),
      ]
      if let last = validation.last {
        report.insert(.init(key: "validation_loss", value: .double(last.loss)), at: 2)
      }
      if let best = run.progress.best {
        report.insert(
          contentsOf: [
            .init(key: "best_step", value: .integer(Int64(best.step))),
            .init(key: "best_validation_loss", value: .double(best.loss)),
          ], at: 3)
      }
      let text = try JSON.object(report).text(.pretty, for: "standard output")
      return try output.print(String(decoding: text, as: UTF8.self))
    }

    if steps == 0 { return try output.print("stopped before the first step; nothing is saved") }
    let style = PictureStyle(
      width: min(output.width, 100), colors: ColorSupport(colors: output.colors))
    var references = [(label: "ln V", loss: plan.statistics.uniformEntropy)]
    if let floor = plan.floor { references.append(("floor", floor)) }
    if training.count > 1 {
      try output.print(
        lossCurve(
          training: training, validation: validation, references: references, style: style) + "\n")
    }
    try printAttention(style)
    try output.print(
      "\(ending == .finished ? "finished" : "stopped") after \(Format.grouped(steps)) steps in "
        + "\(Format.duration(elapsed)): loss \(Format.decimal(mean, places: 3))"
        + (validation.last.map { ", validation \(Format.decimal($0.loss, places: 3))" } ?? "")
        + "\ncheckpoint: \(settings.output), metrics: \(run.folder.metricsPath)" + bestLine
        + (ending == .stopped && run.folder.isSaved
          ? "\nto go on: \(Train.command.invocation) --resume \(settings.output)" : ""))
    if ending == .outOfPatience, let patience = settings.patience {
      try output.print("the last \(Format.grouped(patience)) evaluations found no smaller loss")
    }
    if output.isTerminal {
      let here = settings.output == "checkpoints/run" ? "" : " --checkpoint \(settings.output)"
      let prompt = run.tokenizer.decode(prompt)
      try output.print("next: swift run -c release generate \"\(prompt)\"\(here)")
    }
  }

  /// Where the best model is, if it is not the last one.
  private var bestLine: String {
    guard let best = run.progress.best, best.step < run.trainer.step else { return "" }
    return "\nbest model: \(run.folder.bestPath), validation "
      + "\(Format.decimal(best.loss, places: 3)) at step \(Format.grouped(best.step))"
  }

  /// The last layer's heads for the prompt and the token that the model puts behind it.
  private func printAttention(_ style: PictureStyle) throws {
    let model = run.trainer.model
    let next = TokenGenerator(model, prompt: prompt, options: .greedy).prefix(1).map(\.id)
    let ids = Array((prompt + next).suffix(model.contextLength))
    let names = ids.map { run.tokenizer.token($0) }
    let last = model.configuration.layers - 1
    var weights: Tensor<Float>?
    withoutGradients { _ = model(ids) { layer, seen in if layer == last { weights = seen } } }
    guard let weights else { return }
    let shownHeads = min(model.configuration.heads, 2)
    for head in 0..<shownHeads {
      let rows = ids.indices.map { query in
        ids.indices.map { key in weights[0, head, query, key] }
      }
      try StandardStream.output.print(
        "attention of layer \(last), head \(head), counted from 0\n"
          + attentionGrid(queries: names, keys: names, weights: rows, style: style) + "\n")
    }
  }
}

/// One line that says how far a run is.
private struct Progress {
  let step, steps, first: Int
  let update: UpdateReport
  let elapsed: Double
  let comparison: (name: String, loss: Double)?

  init(
    step: Int, of steps: Int, from first: Int, _ update: UpdateReport, elapsed: Double,
    comparison: (String, Double)?
  ) {
    (self.step, self.steps, self.first, self.update) = (step, steps, first, update)
    (self.elapsed, self.comparison) = (elapsed, comparison)
  }

  /// What fits into `width` columns; the parts that say least go first.
  func text(width: Int) -> String {
    let share = Double(step) / Double(steps)
    let secondsPerStep = elapsed / Double(step - first)
    let rate = Double(update.tokens) / max(secondsPerStep, 1e-9)
    // A part and when it has to go: 0 never, the greatest first.
    var parts = [
      (0, Format.right(Format.percentage(share, places: 0), 4)),
      (0, "step \(Format.grouped(step))"),
      (0, "loss \(Format.decimal(update.loss, places: 3))"),
    ]
    if let comparison {
      let loss = Format.decimal(comparison.loss, places: 3)
      parts.append((comparison.name == "floor" ? 4 : 0, "\(comparison.name) \(loss)"))
    }
    parts += [
      (3, "lr \(Format.significant(update.learningRate, digits: 2))"),
      (2, "grad \(Format.decimal(update.gradientNorm, places: 2))"),
      (1, "\(Format.count(Int(rate))) tok/s"),
      (0, "\(Format.duration(secondsPerStep * Double(steps - step))) left"),
    ]
    for rank in [4, 3, 2, 1] {
      if parts.reduce(-1, { $0 + $1.1.count + 1 }) <= width { break }
      parts.removeAll { $0.0 == rank }
    }
    return parts.map(\.1).joined(separator: " ")
  }
}
