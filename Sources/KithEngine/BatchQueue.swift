import Synchronization

/// Batches on their way from one task to the next. Few wait at a time, so memory is that of a few whatever the stream's
/// size. Who takes gets all that wait.
///
/// For one task that sends and one that takes.
final class BatchQueue<Element: Sendable>: Sendable {
  private struct State {
    var waiting: [Element] = []
    var isFinished = false
    /// At most one of them waits: the sender for room, or the taker for a batch.
    var sender: CheckedContinuation<Void, Never>?
    var taker: CheckedContinuation<Void, Never>?

    mutating func finish() {
      isFinished = true
      sender?.resume()
      taker?.resume()
      (sender, taker) = (nil, nil)
    }
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: How many batches may wait.
  init(limit: Int) { self.limit = limit }

  /// Nobody sends any more, or nobody takes any more.
  var isFinished: Bool { state.withLock { $0.isFinished } }

  /// Waits until there is room. A batch that is sent after the end goes nowhere: whoever ended the queue has the error.
  func send(_ batch: Element) async {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        if !state.isFinished, state.waiting.count >= limit {
          state.sender = continuation
        } else {
          continuation.resume()
        }
      }
    }
    state.withLock { state in
      if state.isFinished { return }
      state.waiting.append(batch)
      state.taker?.resume()
      state.taker = nil
    }
  }

  /// All that wait, in the order of their sending; waits for the first. Empty at the end.
  func next() async -> [Element] {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        if state.waiting.isEmpty, !state.isFinished { state.taker = continuation } else { continuation.resume() }
      }
    }
    return state.withLock { state in
      var taken: [Element] = []
      swap(&taken, &state.waiting)
      state.sender?.resume()
      state.sender = nil
      return taken
    }
  }

  /// Ends the queue. What waits can still be taken.
  func finish() { state.withLock { $0.finish() } }

  /// Ends the queue and drops what waits.
  func abandon() {
    state.withLock { state in
      state.finish()
      state.waiting.removeAll()
    }
  }
}
