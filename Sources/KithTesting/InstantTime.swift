import KithCore
import Synchronization

/// A clock on which waiting takes no time: it jumps to the moment.
public final class InstantTime: WaitingTime {
  private let moment: Mutex<Timestamp>

  public init(_ moment: Timestamp = Timestamp(seconds: 1_893_456_000)) { self.moment = Mutex(moment) }

  public func now() -> Timestamp { moment.withLock { $0 } }

  public func sleep(until moment: Timestamp) async throws(KithError) {
    if Task.isCancelled { throw KithError(.transient, "the wait was stopped before its end") }
    self.moment.withLock { $0 = max($0, moment) }
  }
}
