/// One line on standard error that says how far the work has come.
///
/// On a terminal the line is drawn over in place, at most ten times a second. Elsewhere, in a log
/// file say, only the milestones are written, each as a line of its own. Failing to write is not a
/// reason to stop the work, so it is ignored.
public struct ProgressLine {
  private let stream: StandardStream
  private let isQuiet: Bool
  private let interval: Duration
  private var nextDrawing = ContinuousClock.now
  private var shown: String?

  /// Starts without a line.
  ///
  /// - Parameters:
  ///   - quiet: whether nothing at all is to be written.
  ///   - stream: where the line goes.
  ///   - interval: the shortest time between two drawings of the line.
  public init(
    quiet: Bool = false, on stream: StandardStream = .error,
    atMostEvery interval: Duration = .milliseconds(100)
  ) {
    isQuiet = quiet
    self.stream = stream
    self.interval = interval
  }

  /// Shows the state of the work; the text is made only where it is shown.
  ///
  /// - Parameter isMilestone: whether the text must be seen: it is drawn whatever the time, and
  ///   written where there is no terminal.
  public mutating func update(_ text: @autoclosure () -> String, isMilestone: Bool = false) {
    guard !isQuiet else { return }
    if stream.canRedraw {
      let now = ContinuousClock.now
      guard isMilestone || now >= nextDrawing else { return }
      nextDrawing = now + interval
      draw(text())
    } else if isMilestone {
      try? stream.print(text())
    }
  }

  /// Writes a message above the line.
  public mutating func note(_ message: String) {
    guard !isQuiet else { return }
    let line = shown
    clear()
    try? stream.print(message)
    if let line { draw(line) }
  }

  /// Takes the line away, so that something else can be written; the next update draws it again.
  public mutating func clear() {
    guard shown != nil else { return }
    shown = nil
    try? stream.write("\r\u{1B}[K")
  }

  /// Leaves the last line standing and goes to the next one.
  public mutating func finish() {
    guard shown != nil else { return }
    shown = nil
    try? stream.print()
  }

  /// Draws over the line what fits; the last column stays free, as a cursor behind it would wrap.
  ///
  /// The terminal does not wrap meanwhile (`?7l`), in case a text holds characters two columns wide.
  private mutating func draw(_ text: String) {
    shown = text
    let line = text.prefix(max(1, stream.width - 1))
    try? stream.write("\r\u{1B}[?7l\(line)\u{1B}[K\u{1B}[?7h")
  }
}
