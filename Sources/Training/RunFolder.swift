package import Autograd
public import Checkpoints
import Foundation
import Transformer

/// The folder of one training run. One process at a time may write it.
///
/// `training_state.safetensors` is the commit point: a checkpoint is saved once that file has its
/// name. The rest is made from it: the Hugging Face folder, `run.json` with what the run does,
/// `metrics.jsonl` with what each update came to, `film.jsonl` with how attention changed if that is
/// recorded, and in `best/` the model of the best evaluation with the film up to it.
/// What the folder held before stays until the first checkpoint of a new run is saved.
public final class RunFolder {
  /// Its path.
  public let path: String

  private let lock: Int32
  private var metrics: LineFile?
  private var film: LineFile?
  private var run: JSON = nil
  /// The small files of the checkpoint, which stay as they are from one step to the next.
  private var files: [(name: String, bytes: [UInt8])] = []
  private var isNew = true

  /// Makes the folder if need be and holds it until this object goes away.
  ///
  /// - Throws: ``CheckpointError/cannotWrite(path:reason:)``, also while another process holds it.
  public init(_ path: String) throws(CheckpointError) {
    try makeFolder(path)
    let lock = unsafe open("\(path)/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard lock >= 0 else { throw .cannotWrite(path: path, reason: Self.systemReason) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw .cannotWrite(
        path: path,
        reason: "another process is training there; wait for it or choose another --output")
    }
    // Only now, as `deinit` touches what is in the folder.
    (self.path, self.lock) = (path, lock)
  }

  deinit {
    (metrics, film) = (nil, nil)
    flock(lock, LOCK_UN)  // a process that is just being started may have the file open as well
    close(lock)
  }

  /// The file of the metrics.
  public var metricsPath: String { "\(path)/metrics.jsonl" }

  /// The file of the film.
  public var filmPath: String { "\(path)/\(AttentionFilm.fileName)" }

  /// The folder of the model with the best evaluation.
  public var bestPath: String { "\(path)/best" }

  /// Prepares a run that begins anew; what the folder holds stays until the first
  /// ``save(_:averages:progress:)``.
  ///
  /// - Parameters:
  ///   - run: What `run.json` is to say.
  ///   - film: The film without its frames, if one is recorded.
  public func begin(_ run: JSON, film: AttentionFilm? = nil) throws(CheckpointError) {
    (self.run, isNew, files) = (run, true, [])
    (metrics, self.film) = (nil, nil)
    metrics = try LineFile(metricsPath)
    if let film {
      self.film = try LineFile(filmPath)
      try self.film?.append(film.header)
    }
  }

  /// Prepares a run that goes on after this progress: cuts the metrics and the film back to it.
  ///
  /// A film that is not there any more begins anew.
  ///
  /// - Returns: Whether the metrics up to there were still there.
  public func resume(
    _ run: JSON, after progress: TrainingProgress, film: AttentionFilm? = nil
  ) throws(CheckpointError) -> Bool {
    (self.run, isNew, files) = (run, false, [])
    let metrics = try LineFile(metricsPath, upTo: progress.metrics)
    self.metrics = metrics
    if let film {
      let file = try LineFile(filmPath, upTo: progress.film)
      if file.fingerprint.count == 0 { try file.append(film.header) }
      self.film = file
    } else {
      removeFilm()
    }
    return metrics.fingerprint == progress.metrics
  }

  /// Adds a line to the metrics. Lines are collected until ``flush()``, or for 64 KiB.
  public func append(_ line: JSON) throws(CheckpointError) { try metrics?.append(line) }

  /// Adds a frame to the film, if one is recorded.
  public func append(_ frame: AttentionFilm.Frame) throws(CheckpointError) {
    try film?.append(AttentionFilm.line(frame))
  }

  /// Writes the collected lines.
  public func flush() throws(CheckpointError) {
    try metrics?.flush()
    try film?.flush()
  }

  /// Saves a checkpoint. It is saved as a whole or, where an error is thrown, not at all.
  ///
  /// - Parameter averages: The optimizer's, laid out like the values of the parameters.
  package func save(
    _ checkpoint: Checkpoint, averages: [(name: String, values: Storage<Float>)],
    progress: TrainingProgress
  ) throws(CheckpointError) {
    var files = files
    try FolderUpdate.write(to: path) { folder throws(CheckpointError) in
      files = try writeFiles(of: checkpoint, to: folder)
      var progress = progress
      if let metrics {
        try metrics.sync()
        progress.metrics = metrics.fingerprint
      }
      if let film {
        try film.sync()
        progress.film = film.fingerprint
      }
      try TrainingState.write(
        progress, checkpoint.model.parameters, averages: averages, files: files, to: path)
      // What follows is made again by `--resume`, should it be cut short.
      if isNew {
        removeBest()
        if film == nil { removeFilm() }
      }
      isNew = false
    }
    self.files = files
    try metrics?.publish()
    try film?.publish()
  }

  /// Writes the files again that are made from the training state.
  public func export(_ checkpoint: Checkpoint) throws(CheckpointError) {
    try FolderUpdate.write(to: path) { folder throws(CheckpointError) in
      _ = try writeFiles(of: checkpoint, to: folder)
    }
  }

  /// Whether a checkpoint of this run is saved.
  public var isSaved: Bool { !isNew }

  /// Replaces the model of the best evaluation, and the film up to it.
  public func saveBest(_ checkpoint: Checkpoint) throws(CheckpointError) {
    try checkpoint.write(to: bestPath)
    try film?.copy(to: "\(bestPath)/\(AttentionFilm.fileName)")
  }

  /// Removes the model of the best evaluation, which is not of this run.
  public func removeBest() { try? FileManager.default.removeItem(atPath: bestPath) }

  /// Removes a film that is not of this run.
  private func removeFilm() { try? FileManager.default.removeItem(atPath: filmPath) }

  /// Writes the model and, the first time, the small files.
  ///
  /// - Returns: The small files, which the state is to hold as well.
  private func writeFiles(
    of checkpoint: Checkpoint, to folder: String
  ) throws(CheckpointError) -> [(name: String, bytes: [UInt8])] {
    let isFirst = files.isEmpty
    try Checkpoint(
      model: checkpoint.model, tokenizer: isFirst ? checkpoint.tokenizer : nil,
      endOfText: checkpoint.endOfText
    ).writeFiles(to: folder)
    guard isFirst else { return files }
    let runPath = "\(folder)/run.json"
    try AtomicFile.write(run.text(.pretty, for: runPath), to: runPath)
    var found: [(name: String, bytes: [UInt8])] = []
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() where !name.hasSuffix(".safetensors") {
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
        throw .unreadable(path: "\(folder)/\(name)", reason: "it has gone")
      }
      found.append((name, Array(data)))
    }
    return found
  }

  private static var systemReason: String { unsafe String(cString: strerror(errno)) }
}
