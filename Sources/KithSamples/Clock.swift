import KithCore

/// A moment as a wall clock shows it, for the formats in which tools write times.
struct WallTime {
  let date: CalendarDate
  let hour: Int
  let minute: Int
  let second: Int
  /// Minutes ahead of UTC.
  let offset: Int

  /// `2026-03-04 10:11:12`
  var plain: String { "\(date.iso) \(time)" }
  /// `10:11:12`
  var time: String { "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))" }
  /// `+0100`
  var zone: String { "+\(padded(offset / 60, 2))\(padded(offset % 60, 2))" }
  /// `04.03.2026`
  var german: String { date.german }
  /// `04/Mar/2026:10:11:12 +0100`
  var accessLog: String {
    "\(padded(date.day, 2))/\(WallTime.months[date.month - 1])/\(date.year):\(time) \(zone)"
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

extension Timestamp {
  var utc: WallTime { wall(offset: 0) }

  /// Central European time with its summer time: from the last Sunday of March to that of October, 01:00 UTC.
  var zurich: WallTime {
    let year = date.year
    let summer = Timestamp.lastSunday(3, year)..<Timestamp.lastSunday(10, year)
    return wall(offset: summer.contains(seconds) ? 120 : 60)
  }

  func adding(minutes: Int) -> Timestamp { Timestamp(seconds: seconds + Int64(minutes) * 60) }
  func adding(days: Int) -> Timestamp { Timestamp(seconds: seconds + Int64(days) * 86_400) }

  private func wall(offset: Int) -> WallTime {
    let local = Timestamp(seconds: seconds + Int64(offset) * 60)
    let day = local.date
    let rest = Int(local.seconds - day.daysSince1970 * 86_400)
    return WallTime(date: day, hour: rest / 3_600, minute: rest / 60 % 60, second: rest % 60, offset: offset)
  }

  private static func lastSunday(_ month: Int, _ year: Int) -> Int64 {
    let last = CalendarDate.daysIn(month: month, year: year)
    let days = CalendarDate(year: year, month: month, day: last)?.daysSince1970 ?? 0
    // 1970-01-01 was a Thursday: four days after a Sunday.
    let sunday = days - (days + 4) % 7
    return sunday * 86_400 + 3_600
  }
}

extension CalendarDate {
  func adding(days: Int) -> CalendarDate { CalendarDate(daysSince1970: daysSince1970 + Int64(days)) }

  /// `04.03.2026`
  var german: String { "\(padded(day, 2)).\(padded(month, 2)).\(year)" }
}

/// The number with leading zeros up to `width` digits.
func padded(_ value: Int, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// Cents as `12.50`.
func money(_ cents: Int) -> String {
  Amount(mantissa: Int64(cents), scale: 2).text
}
