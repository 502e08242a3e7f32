import KithCore

/// When a request that failed in passing is sent again: exponential backoff with full jitter, so that many clients that
/// failed together do not come back together.
public struct RetryPolicy: Sendable, Equatable {
  /// The first one included.
  public var attempts: Int
  /// The longest wait before the second attempt, in seconds; it doubles with each further one.
  public var base: Double
  /// The longest wait that Kith chooses by itself, in seconds.
  public var longest: Double
  /// From the first attempt to the beginning of the last one, in seconds. A wait that the tool wants and that does not
  /// fit in is left to whoever asked.
  public var total: Double

  public init(attempts: Int = 5, base: Double = 1, longest: Double = 60, total: Double = 600) {
    self.attempts = attempts
    self.base = base
    self.longest = longest
    self.total = total
  }

  /// Seconds to wait before the next attempt; nil: the error stands. `attempt` counts those that were made, `elapsed` is
  /// the time since the first one began, `chance` is between 0 and 1.
  public func wait(
    after error: KithError, attempt: Int, elapsed: Double, mayRepeat: Bool, chance: Double
  ) -> Double? {
    guard error.recovery == .transient, mayRepeat, attempt < attempts else { return nil }
    let ceiling = min(base * Double(1 << min(attempt - 1, 30)), longest)
    // Not before the tool's own moment, and not all at that moment either.
    let wait = (error.retryAfter ?? 0) + chance * (error.retryAfter == nil ? ceiling : min(ceiling, base))
    return elapsed + wait <= total ? wait : nil
  }
}
