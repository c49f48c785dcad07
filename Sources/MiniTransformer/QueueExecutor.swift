import Dispatch

/// Runs the work of an actor on a queue of its own, one job after the other.
///
/// A step of training may take seconds; on a thread of Swift's pool, which has one for each
/// processor, it would hold up other tasks. (Dispatch's own serial queue is an executor on Apple's
/// platforms only.)
final class QueueExecutor: SerialExecutor {
  private let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
