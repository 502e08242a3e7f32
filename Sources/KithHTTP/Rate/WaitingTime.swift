import KithCore

/// A clock that can be waited for, so that tests decide how fast time passes.
public protocol WaitingTime: TimeSource {
  /// Returns when `now` has reached the moment. A task that is cancelled gets a `transient` error at once.
  func sleep(until moment: Timestamp) async throws(KithError)
}

/// The machine's clock, read once and then carried on by the one that nobody sets: a clock that is put back by an hour
/// makes nobody wait for an hour.
public struct SteadyTime: WaitingTime {
  private let start: Timestamp
  private let origin = ContinuousClock.now

  public init(startingAt now: Timestamp) { start = now }

  public func now() -> Timestamp {
    Timestamp(microseconds: start.microseconds + Int64((ContinuousClock.now - origin) / .microseconds(1)))
  }

  public func sleep(until moment: Timestamp) async throws(KithError) {
    let microseconds = moment.microseconds - start.microseconds
    do {
      try await Task.sleep(until: origin + .microseconds(microseconds), clock: .continuous)
    } catch {
      throw KithError(.transient, "the wait was stopped before its end")
    }
  }
}

extension Timestamp {
  /// Later by so many seconds; never earlier.
  func adding(seconds: Double) -> Timestamp {
    // A thousand years: more would not fit into the microseconds of all moments.
    Timestamp(microseconds: microseconds + Int64((min(max(seconds, 0), 3e10) * 1e6).rounded(.up)))
  }

  func seconds(since earlier: Timestamp) -> Double { Double(microseconds - earlier.microseconds) / 1e6 }
}
