import KithCore

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
