import KithCore
import Synchronization

/// What one credential may ask for, shared by all streams and sources that use it: tools count by credential.
public final class RateBudget: Sendable {
  private struct Waiter {
    let number: Int
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var rates: RateState
    var waiters: [Waiter] = []
    /// Waiters that were cancelled before they began to wait.
    var cancelled: Set<Int> = []
    var count = 0
  }

  public let names: RateHeaderNames
  private let time: any WaitingTime
  private let state: Mutex<State>

  public init(_ limits: [RateLimit] = [], names: RateHeaderNames = .standard, time: any WaitingTime) {
    self.names = names
    self.time = time
    state = Mutex(State(rates: RateState(limits)))
  }

  /// Waits until a request may begin, runs it, and heeds what its answer says about the next ones.
  public func run(
    _ exchange: () async throws(KithError) -> HTTPResponse
  ) async throws(KithError) -> HTTPResponse {
    try await begin()
    defer { end() }
    let response = try await exchange()
    heed(response)
    return response
  }

  private func begin() async throws(KithError) {
    do throws(KithError) {
      while try await !tryToBegin() {
        if Task.isCancelled { throw KithError(.transient, "the request was stopped before its beginning") }
      }
    } catch {
      // It may have been woken for a place that it does not take.
      wakeNext()
      throw error
    }
    // There may be room for more than one.
    wakeNext()
  }

  private func tryToBegin() async throws(KithError) -> Bool {
    let now = time.now().microseconds
    switch state.withLock({ $0.rates.take(at: now) }) {
    case .granted: return true
    case .notBefore(let moment): try await time.sleep(until: Timestamp(microseconds: moment))
    case .afterAnother: await waitForAnEnd()
    }
    return false
  }

  private func end() {
    state.withLock { $0.rates.end() }
    wakeNext()
  }

  private func wakeNext() {
    let next = state.withLock { $0.waiters.isEmpty ? nil : $0.waiters.removeFirst() }
    next?.continuation.resume()
  }

  private func heed(_ response: HTTPResponse) {
    let now = time.now()
    let hint = RateHint(headers: response.headers, names: names, now: now)
    // A Retry-After beside a success says when a job will be done (RFC 9110, section 10.2.3), not when to ask again.
    let wait = response.isSuccess ? (hint.remaining.map { $0 < 1 } == true ? hint.resetAfter : nil) : hint.wait
    guard let wait, wait > 0 else { return }
    state.withLock { $0.rates.block(until: now.adding(seconds: wait).microseconds) }
  }

  /// Returns as soon as a request has ended or the task is cancelled. Whoever is woken asks again: nothing is promised.
  private func waitForAnEnd() async {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let now = time.now().microseconds
        let isOver = state.withLock { state in
          if state.cancelled.remove(number) != nil { return true }
          // The last running request may have ended since the decision.
          guard state.rates.decision(at: now) == .afterAnother else { return true }
          state.waiters.append(Waiter(number: number, continuation: continuation))
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      cancel(number)
    }
    state.withLock { _ = $0.cancelled.remove(number) }
  }

  private func cancel(_ number: Int) {
    let waiter = state.withLock { state -> Waiter? in
      if let index = state.waiters.firstIndex(where: { $0.number == number }) { return state.waiters.remove(at: index) }
      state.cancelled.insert(number)
      return nil
    }
    waiter?.continuation.resume()
  }
}
