import Tokenization

/// One of several things that a command can do, named by its first argument.
///
///     Command("inspect", "Shows …").run(subcommands: [
///       Subcommand("tokens", "Shows a text as the model reads it.") { options in … }
///     ])
public struct Subcommand: Sendable {
  let name: String
  let summary: String
  let examples: [String]
  let work: @Sendable (inout Options) throws -> Void

  /// Describes a subcommand.
  ///
  /// - Parameters:
  ///   - name: the first argument, which chooses it.
  ///   - summary: one sentence that says what it does, for the help.
  ///   - examples: whole command lines, for the help.
  ///   - work: what it does with the arguments behind its name.
  public init(
    _ name: String, _ summary: String, examples: [String] = [],
    work: @escaping @Sendable (inout Options) throws -> Void
  ) {
    (self.name, self.summary, self.examples, self.work) = (name, summary, examples, work)
  }
}

extension Command {
  /// Runs the subcommand that the first argument names, as ``run(_:_:)`` runs a command: with help,
  /// errors and an exit status of its own.
  public func run(
    _ arguments: [String] = Array(CommandLine.arguments.dropFirst()), subcommands: [Subcommand]
  ) -> Never {
    let names = subcommands.map(\.name)
    guard let name = arguments.first, !name.hasPrefix("-") else {
      run(arguments) { options in
        for subcommand in subcommands {
          options.subcommand(subcommand.name, subcommand.summary)
        }
        try options.finish()
        throw UsageError("say first what to do: \(names.joined(separator: ", "))")
      }
    }
    guard let chosen = subcommands.first(where: { $0.name == name }) else {
      run([]) { _ in
        let nearest = Spelling.closest(to: name, among: names, limit: 1).first
        throw UsageError(
          "there is no \(self.name) \(name.quoted()); "
            + (nearest.map { "did you mean \($0)?" } ?? "choose \(names.joined(separator: ", "))"))
      }
    }
    Command("\(self.name) \(name)", chosen.summary, examples: chosen.examples)
      .run(Array(arguments.dropFirst()), chosen.work)
  }
}
