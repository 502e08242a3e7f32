import KithCore

/// When a source runs: five cron fields (minute, hour, day of month, month, day of week), as in crontab(5):
/// lists, ranges, steps and the English names of months and days; a day matches when either day field does, unless one
/// of them is `*`. `@hourly`, `@daily`, `@weekly` and `@monthly` stand for the usual ones.
public struct CronSchedule: Sendable, Equatable {
  public let text: String
  private let minutes: Set<Int>
  private let hours: Set<Int>
  private let days: Set<Int>
  private let months: Set<Int>
  private let weekdays: Set<Int>
  private let anyDay: Bool
  private let anyWeekday: Bool
  /// Whether the hour is `*` or `*/n`: then it names instants, not hours of a clock.
  let hasEveryHour: Bool

  private static let nicknames = [
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
  ]
  private static let monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  /// Throws a `configuration` error that names the field.
  public init(_ text: String) throws(KithError) {
    self.text = text
    let fields = (CronSchedule.nicknames[text] ?? text).split(separator: " ", omittingEmptySubsequences: true)
    guard fields.count == 5 else {
      throw KithError(
        .configuration, "a schedule has five fields", seen: text,
        allowed: "minute hour day-of-month month day-of-week, or @hourly, @daily, @weekly, @monthly",
        fix: "For every hour at a quarter past write \"15 * * * *\".")
    }
    minutes = try CronSchedule.values(fields[0], "minute", 0...59, names: [])
    hours = try CronSchedule.values(fields[1], "hour", 0...23, names: [])
    days = try CronSchedule.values(fields[2], "day of month", 1...31, names: [])
    months = try CronSchedule.values(fields[3], "month", 1...12, names: CronSchedule.monthNames)
    let parsed = try CronSchedule.values(fields[4], "day of week", 0...7, names: CronSchedule.dayNames)
    weekdays = Set(parsed.map { $0 % 7 })
    hasEveryHour = fields[1].hasPrefix("*")
    anyDay = fields[2] == "*"
    anyWeekday = fields[4] == "*"
    guard (0..<(366 * 8)).contains(where: { matches(CalendarDate(daysSince1970: Int64(10_957 + $0))) }) else {
      throw KithError(.configuration, "a schedule names a day that never comes", seen: text)
    }
  }

  /// Whether the schedule fires on that (local) day at all.
  public func matches(_ date: CalendarDate) -> Bool {
    guard months.contains(date.month) else { return false }
    let day = days.contains(date.day)
    // 1970-01-01 was a Thursday.
    let weekday = weekdays.contains(Int(((date.daysSince1970 + 4) % 7 + 7) % 7))
    return anyDay || anyWeekday ? day && weekday : day || weekday
  }

  /// Whether it fires at that local minute.
  public func matches(_ date: CalendarDate, hour: Int, minute: Int) -> Bool {
    minutes.contains(minute) && hours.contains(hour) && matches(date)
  }

  func hasHour(_ hour: Int) -> Bool { hours.contains(hour) }

  /// The minutes of a day at which it fires, in order.
  var timesOfDay: [Int] { hours.sorted().flatMap { hour in minutes.sorted().map { hour * 60 + $0 } } }

  private static func values(
    _ field: Substring, _ name: String, _ range: ClosedRange<Int>, names: [String]
  ) throws(KithError) -> Set<Int> {
    var result: Set<Int> = []
    for part in field.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
      let step = pieces.count == 2 ? Int(pieces[1]) : 1
      guard let step, step > 0, pieces.count <= 2, let span = span(pieces[0], range, names, hasStep: pieces.count == 2)
      else {
        throw KithError(
          .configuration, "the schedule's \(name) is not allowed", seen: String(field),
          allowed: "*, a number from \(range.lowerBound) to \(range.upperBound), a-b, a,b or */n")
      }
      result.formUnion(stride(from: span.lowerBound, through: span.upperBound, by: step))
    }
    return result
  }

  private static func span(
    _ text: Substring, _ range: ClosedRange<Int>, _ names: [String], hasStep: Bool
  ) -> ClosedRange<Int>? {
    if text == "*" { return range }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    func number(_ word: Substring) -> Int? {
      if let index = names.firstIndex(of: word.lowercased()) { return index + range.lowerBound }
      guard let value = Int(word), range.contains(value) else { return nil }
      return value
    }
    guard let first = ends.first.flatMap(number) else { return nil }
    if ends.count == 1 { return first...(hasStep ? range.upperBound : first) }
    guard ends.count == 2, let last = number(ends[1]), first <= last else { return nil }
    return first...last
  }
}
