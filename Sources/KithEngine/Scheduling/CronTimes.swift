import Foundation
import KithCore

/// When a cron expression fires in a time zone. Where clocks are set forward, a fixed hour that does not exist fires once,
/// as the gap ends; where they are set back, it fires the first time only. An hour of `*` or `*/n` fires at every
/// instant that it names. Vixie cron has the same rule.
struct CronTimes: Sendable {
  let cron: CronSchedule
  let zone: TimeZone

  /// The first time after an instant; nil when there is none in the next nine years.
  func next(after instant: Timestamp) -> Timestamp? {
    (cron.hasEveryHour ? nextInstant(after: instant.seconds) : nextFixed(after: instant.seconds))
      .map { Timestamp(seconds: $0) }
  }

  private static let days: Int64 = 366 * 9

  private func offset(at seconds: Int64) -> Int64 {
    Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
  }

  // MARK: fixed hours

  private func nextFixed(after seconds: Int64) -> Int64? {
    let today = CronTimes.floor(seconds + offset(at: seconds), 86_400)
    // Yesterday's last hours may end behind today's first where the zone's date jumps.
    for day in (today - 1)...(today + Self.days) {
      guard cron.matches(CalendarDate(daysSince1970: day)) else { continue }
      let found = cron.timesOfDay.map { instant(of: day * 86_400 + Int64($0) * 60) }.filter { $0 > seconds }.min()
      if let found { return found }
    }
    return nil
  }

  /// When clocks show a local time, given as if it were UTC.
  private func instant(of local: Int64) -> Int64 {
    let (before, after) = (offset(at: local - 86_400), offset(at: local + 86_400))
    let candidates = [local - before, local - after].filter { offset(at: $0) == local - $0 }
    return candidates.min() ?? transition(from: local - 86_400, to: local + 86_400, before)
  }

  /// When the offset changes between two instants.
  private func transition(from start: Int64, to end: Int64, _ before: Int64) -> Int64 {
    var (low, high) = (start, end)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if offset(at: middle) == before { low = middle } else { high = middle }
    }
    return high
  }

  // MARK: every hour

  private func nextInstant(after seconds: Int64) -> Int64? {
    var cursor = (CronTimes.floor(seconds, 60) + 1) * 60
    let end = seconds + Self.days * 86_400
    while cursor < end {
      let local = cursor + offset(at: cursor)
      let date = CalendarDate(daysSince1970: CronTimes.floor(local, 86_400))
      let minute = Int((local - CronTimes.floor(local, 86_400) * 86_400) / 60)
      if cron.matches(date, hour: minute / 60, minute: minute % 60) { return cursor }
      // Zones are shifted by quarters of an hour: within one neither hour nor day changes.
      let mayMatch = cron.matches(date) && cron.hasHour(minute / 60)
      cursor = mayMatch ? cursor + 60 : (CronTimes.floor(cursor, 900) + 1) * 900
    }
    return nil
  }

  private static func floor(_ value: Int64, _ unit: Int64) -> Int64 {
    let quotient = value / unit
    return value % unit < 0 ? quotient - 1 : quotient
  }
}
