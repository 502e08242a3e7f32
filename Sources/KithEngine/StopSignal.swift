import Synchronization

/// Tells work that goes on elsewhere that it is to end.
final class StopSignal: Sendable {
  private let state = Mutex(false)

  var isStopped: Bool { state.withLock { $0 } }

  func stop() { state.withLock { $0 = true } }
}
