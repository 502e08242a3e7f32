import KithCore
import Synchronization

/// A sink that keeps what it gets, and refuses from a chosen batch on: the store in the connector's tests.
public final class CollectingSink: RecordSink {
  private let kept = Mutex<[Batch]>([])
  private let limit: Int

  /// Takes `accepting` batches and throws at the next one, as a store does whose disk is full.
  public init(accepting limit: Int = .max) { self.limit = limit }

  public func send(_ batch: Batch) async throws(KithError) {
    let isFull = kept.withLock { batches in
      if batches.count >= limit { return true }
      batches.append(batch)
      return false
    }
    if isFull { throw KithError(.transient, "the sink takes no more batches", seen: "\(limit)") }
  }

  public var batches: [Batch] { kept.withLock { $0 } }
  public var records: [Record] { batches.flatMap(\.records) }
  public var rejects: [Reject] { batches.flatMap(\.rejects) }

  /// The last checkpoint that came, nil when none did.
  public var checkpoint: Checkpoint? { batches.last { $0.checkpoint != nil }?.checkpoint }
}
