import Foundation
import KithCore
import KithTesting
import Testing

@testable import KithEngine

/// When schedules fire, above all where clocks are set.
@Suite struct CronTimesTests {
  private func times(_ cron: String, _ zone: String, _ from: String, _ to: String) throws -> [String] {
    let times = CronTimes(cron: try CronSchedule(cron), zone: try #require(TimeZone(identifier: zone)))
    let end = try #require(Timestamp(sqlText: to))
    var cursor = try #require(Timestamp(sqlText: from))
    var result: [String] = []
    while let next = times.next(after: cursor), next < end {
      result.append(next.sqlText)
      cursor = next
    }
    return result
  }

  /// A local day of 2026, as instants.
  private static let days = [
    ("Europe/Zurich", "2026-03-28 22:59:59", "2026-03-29 22:00:00"),
    ("Europe/Zurich", "2026-10-24 21:59:59", "2026-10-25 23:00:00"),
    ("America/New_York", "2026-03-08 04:59:59", "2026-03-09 04:00:00"),
    ("America/New_York", "2026-11-01 03:59:59", "2026-11-02 05:00:00"),
  ]

  /// Fixed hours: once after a gap, and the first time only where an hour comes twice.
  @Test(arguments: [
    ("30 2 * * *", ["01:00", "00:30", "07:00", "07:30"]), ("0 2 * * *", ["01:00", "00:00", "07:00", "07:00"]),
    ("0 2,3 * * *", ["01:00", "00:00 02:00", "07:00", "07:00 08:00"]),
    ("*/30 2 * * *", ["01:00", "00:00 00:30", "07:00", "07:00 07:30"]),
    ("30 1 * * *", ["00:30", "23:30", "06:30", "05:30"]),
  ])
  func fixedHours(cron: String, expected: [String]) throws {
    for ((zone, from, to), expected) in zip(Self.days, expected) {
      let found = try times(cron, zone, from, to).map { $0.dropFirst(11).prefix(5) }.joined(separator: " ")
      #expect(found == expected, "\(cron) in \(zone) from \(from)")
    }
  }

  /// Every hour means every real one.
  @Test(arguments: [("0 * * * *", [23, 25, 23, 25]), ("*/15 * * * *", [92, 100, 92, 100])])
  func everyHour(cron: String, counts: [Int]) throws {
    for ((zone, from, to), count) in zip(Self.days, counts) {
      #expect(try times(cron, zone, from, to).count == count, "\(cron) in \(zone)")
    }
  }

  /// Against going through all minutes: for fixed hours the first instant that shows a time, or the end of the gap.
  @Test(arguments: 1...40) func agreesWithGoingThroughAllMinutes(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    let minute = dice.pick(["0", "30", "15,45", "*/20", "7"])
    let hour = dice.pick(["*", "*/2", "*/6", "2", "0", "1,2,3", "23", "0-4"])
    let cron = try CronSchedule("\(minute) \(hour) * * \(dice.pick(["*", "sun", "6,0"]))")
    let (name, middle) = dice.pick([
      ("Europe/Zurich", "2026-03-29 00:00:00"), ("Europe/London", "2026-10-25 00:00:00"),
      ("America/Sao_Paulo", "2026-05-05 00:00:00"), ("Australia/Lord_Howe", "2026-04-04 12:00:00"),
      ("Asia/Kolkata", "2026-06-01 00:00:00"), ("America/New_York", "2026-11-01 05:00:00"),
      ("Africa/Casablanca", "2026-02-15 00:00:00"), ("Pacific/Chatham", "2026-09-26 12:00:00"),
    ])
    let zone = try #require(TimeZone(identifier: name))
    let start = try #require(Timestamp(sqlText: middle)).seconds - 2 * 86_400
    let end = start + 4 * 86_400
    func local(_ instant: Int64) -> Int64 {
      instant + Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant))))
    }
    func fires(_ local: Int64) -> Bool {
      let day = Int64((Double(local) / 86_400).rounded(.down))
      let minute = Int(local - day * 86_400) / 60
      return cron.matches(CalendarDate(daysSince1970: day), hour: minute / 60, minute: minute % 60)
    }
    var expected: Set<Int64> = []
    var shown: Set<Int64> = []
    // A day more before, so that what comes twice is known.
    for instant in stride(from: start - 86_400, to: end, by: 60) {
      let now = local(instant)
      let before = local(instant - 60)
      let isNew = shown.insert(now).inserted
      if fires(now), hour.hasPrefix("*") || isNew { expected.insert(instant) }
      if !hour.hasPrefix("*"), now > before + 60 {
        for missing in stride(from: before + 60, to: now, by: 60) where fires(missing) { expected.insert(instant) }
      }
    }
    let times = CronTimes(cron: cron, zone: zone)
    var found: Set<Int64> = []
    var cursor = Timestamp(seconds: start - 1)
    while let next = times.next(after: cursor), next.seconds < end {
      found.insert(next.seconds)
      cursor = next
    }
    #expect(found == expected.filter { $0 >= start }, "seed \(seed): \(cron.text) in \(name)")
  }

  @Test func aDayThatComesSeldom() throws {
    #expect(
      try times("0 0 29 2 *", "UTC", "2026-01-01 00:00:00", "2033-01-01 00:00:00")
        == ["2028-02-29 00:00:00", "2032-02-29 00:00:00"])
  }
}
