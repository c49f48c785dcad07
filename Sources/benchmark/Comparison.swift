import Console
import Foundation
import MiniTransformer
import Visualization

/// This package and another framework, measured in turn: A B A B …, each in a process of its own.
///
/// The peer runs once on one thread and once on all cores in each round; the faster of the two
/// counts.
struct Comparison {
  /// What one contestant found in each round.
  struct Entry {
    let contestant: Contestant
    let rounds: [Contestant.Figures]

    func median(_ value: (Contestant.Figures) -> Double) -> Double {
      Timings(rounds.map(value)).median
    }

    var milliseconds: Double { median(\.millisecondsPerStep) }
  }

  let ours: Entry
  let peers: [Entry]

  /// Measures both.
  ///
  /// - Throws: what ``Contestant/run()`` throws, or that the models differ.
  init(_ settings: Settings, with peer: Settings.Peer) throws {
    let script = "\(Settings.Peer.folder)/\(peer.rawValue).py"
    guard FileManager.default.fileExists(atPath: script) else {
      throw ContestantError.missingScript(script)
    }
    let contestants =
      [Contestant(settings)]
      + Set([1, Processor.cores]).sorted().map { Contestant(settings, peer, threads: $0) }
    Interruption.listen()
    var progress = ProgressLine()
    defer { progress.clear() }
    try self.init(contestants, rounds: settings.rounds) { round, contestant in
      progress.update(
        "round \(round + 1) of \(settings.rounds): \(contestant.name), "
          + "\(contestant.threads) thread\(contestant.threads == 1 ? "" : "s")", isMilestone: true)
    }
  }

  /// Measures contestants in turn, of which the first is ours.
  init(
    _ contestants: [Contestant], rounds: Int,
    progress: (_ round: Int, _ contestant: Contestant) -> Void = { _, _ in }
  ) throws {
    var figures: [[Contestant.Figures]] = contestants.map { _ in [] }
    for round in 0..<rounds {
      for (index, contestant) in contestants.enumerated() {
        progress(round, contestant)
        let found = try contestant.run()
        let expected = figures[0].first?.parameters ?? found.parameters
        guard found.parameters == expected else {
          throw ContestantError.differentModels(
            ours: expected, theirs: found.parameters, name: contestant.name)
        }
        figures[index].append(found)
      }
    }
    let entries = zip(contestants, figures).map { Entry(contestant: $0, rounds: $1) }
    (ours, peers) = (entries[0], Array(entries.dropFirst()))
  }

  /// The peer at its better number of threads.
  var best: Entry { peers.min { $0.milliseconds < $1.milliseconds } ?? ours }

  /// How many times as long the peer takes.
  var ratio: Double { best.milliseconds / ours.milliseconds }

  /// The ratio in each round by itself.
  var ratios: Timings {
    Timings(zip(best.rounds, ours.rounds).map { $0.millisecondsPerStep / $1.millisecondsPerStep })
  }

  func json(_ settings: Settings) -> JSON {
    [
      "preset": .string(settings.preset.rawValue), "mode": .string(settings.mode.rawValue),
      "precision": .string(settings.precision.rawValue), "ratio": .double(ratio),
      "contestants": .array(
        ([ours] + peers).map { entry in
          [
            "name": .string(entry.contestant.name),
            "threads": .integer(Int64(entry.contestant.threads)),
            "milliseconds_per_step": .double(entry.milliseconds),
            "tokens_per_second": .double(entry.median(\.tokensPerSecond)),
            "peak_resident_bytes": .integer(
              Int64(entry.median { Double($0.peakResidentBytes) })),
            "rounds": .array(entry.rounds.map { .double($0.millisecondsPerStep) }),
          ]
        }),
    ]
  }

  /// A table with a line for each contestant, and the ratio.
  func text(width: Int) -> String {
    let rows = ([ours] + peers).map { entry in
      [
        entry.contestant.name, String(entry.contestant.threads),
        Format.significant(entry.milliseconds, digits: 4),
        Format.grouped(Int(entry.median(\.tokensPerSecond))),
        Format.bytes(Int(entry.median { Double($0.peakResidentBytes) })),
        Format.decimal(entry.milliseconds / ours.milliseconds, places: 2),
      ]
    }
    func times(_ ratio: Double) -> String { Format.decimal(ratio, places: 2) }
    return table(
      [
        ("", .left), ("threads", .right), ("ms per step", .right), ("tokens/s", .right),
        ("memory", .right), ("ratio", .right),
      ], rows: rows, style: PictureStyle(width: width))
      + "\n\(best.contestant.name) takes \(times(ratio)) times as long "
      + "(\(times(ratios.quantile(0))) to \(times(ratios.quantile(1))) in "
      + "\(ours.rounds.count) round\(ours.rounds.count == 1 ? "" : "s"))"
  }
}
