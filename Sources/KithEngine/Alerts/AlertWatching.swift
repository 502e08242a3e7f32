import KithCore

/// When a service looks at what is wrong: after each run, and every so often; one look at a time.
struct AlertWatching {
  /// A run has ended since the last look.
  var isDue = false
  private(set) var isUnderWay = false
  private var lastAt: Timestamp?
  /// Ends the telling before the next message.
  let stop = StopSignal()

  private static let everySeconds: Double = 60
  mutating func begin(at now: Timestamp) -> Bool {
    if isUnderWay { return false }
    if !isDue, let lastAt, now.seconds(since: lastAt) < Self.everySeconds, now >= lastAt { return false }
    (isDue, isUnderWay, lastAt) = (false, true, now)
    return true
  }

  mutating func ended() { isUnderWay = false }
}
