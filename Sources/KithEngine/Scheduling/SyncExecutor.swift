import Dispatch

/// Threads for syncs within a service. A sync reads, computes and waits for the disk without giving its thread back; on
/// Swift's own threads, of which there are as many as cores, it would keep all other tasks waiting.
final class SyncExecutor: TaskExecutor {
  static let shared = SyncExecutor()

  private let queue = DispatchQueue(label: "kith.sync", qos: .utility, attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
