import KithCore
import Synchronization

@testable import KithHTTP

/// A clock on which waiting takes no time: it jumps to the moment.
final class VirtualTime: WaitingTime {
  static let start = Timestamp(seconds: 1_800_000_000)
  private let state = Mutex((now: VirtualTime.start, waits: [Double]()))

  func now() -> Timestamp { state.withLock { $0.now } }

  func sleep(until moment: Timestamp) async throws(KithError) {
    state.withLock { state in
      state.waits.append(moment.seconds(since: state.now))
      state.now = max(state.now, moment)
    }
    if Task.isCancelled { throw KithError(.transient, "cancelled") }
  }

  func advance(_ seconds: Double) { state.withLock { $0.now = $0.now.adding(seconds: seconds) } }

  /// How long was waited each time, in seconds.
  var waits: [Double] { state.withLock { $0.waits } }
}
