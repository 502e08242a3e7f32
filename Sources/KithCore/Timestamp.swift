/// A moment in time, UTC, in microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }
  public init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

  /// A UTC date and time of day. Values out of range are the caller's error: `CalendarDate` checks a date.
  public init(_ date: CalendarDate, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0) {
    let seconds = date.daysSince1970 * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    self.microseconds = seconds * 1_000_000 + Int64(microsecond)
  }

  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  /// Whole seconds since 1970, rounded down.
  public var seconds: Int64 {
    microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
  }

  /// The UTC calendar day.
  public var date: CalendarDate {
    let seconds = self.seconds
    return CalendarDate(daysSince1970: seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
  }

  /// `YYYY-MM-DD HH:MM:SS` in UTC: the form that every table uses (sub-second parts are dropped).
  public var sqlText: String {
    String(unsafeUninitializedCapacity: 19) { buffer in
      writeSQLText(into: buffer)
      return 19
    }
  }

  /// Writes the 19 ASCII bytes of `sqlText` to the start of `buffer`, which must hold them.
  public func writeSQLText(into buffer: UnsafeMutableBufferPointer<UInt8>) {
    let day = date
    let secondOfDay = Int(seconds - day.daysSince1970 * 86_400)
    day.writeISO(into: buffer)
    buffer[10] = 0x20
    buffer.writeTwoDigits(secondOfDay / 3_600, at: 11)
    buffer[13] = 0x3A
    buffer.writeTwoDigits(secondOfDay / 60 % 60, at: 14)
    buffer[16] = 0x3A
    buffer.writeTwoDigits(secondOfDay % 60, at: 17)
  }

  /// Reads the form of `sqlText` back; nil for anything else.
  public init?(sqlText: String) {
    let bytes = Array(sqlText.utf8)
    guard bytes.count == 19, bytes[10] == 0x20, bytes[13] == 0x3A, bytes[16] == 0x3A,
      let date = CalendarDate(iso: String(decoding: bytes[0..<10], as: UTF8.self)),
      let hour = twoDigits(bytes, 11), let minute = twoDigits(bytes, 14), let second = twoDigits(bytes, 17),
      hour < 24, minute < 60, second < 60
    else { return nil }
    self.init(date, hour: hour, minute: minute, second: second)
  }
}

/// A day of the proleptic Gregorian calendar, years 0001 to 9999; always a day that exists.
public struct CalendarDate: Hashable, Comparable, Sendable {
  public let year: Int
  public let month: Int
  public let day: Int

  /// Nil when there is no such day (31 February, month 13, year 0).
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CalendarDate.daysIn(month: month, year: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// `YYYY-MM-DD`; nil for anything else.
  public init?(iso: String) {
    let bytes = Array(iso.utf8)
    guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D, let century = twoDigits(bytes, 0),
      let years = twoDigits(bytes, 2), let month = twoDigits(bytes, 5), let day = twoDigits(bytes, 8)
    else { return nil }
    self.init(year: century * 100 + years, month: month, day: day)
  }

  /// From days since 1970-01-01. Source of the arithmetic: Howard Hinnant, "chrono-compatible low-level date algorithms".
  public init(daysSince1970: Int64) {
    let shifted = daysSince1970 + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01 (same source).
  public var daysSince1970: Int64 {
    let shiftedYear = Int64(month <= 2 ? year - 1 : year)
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  public static func daysIn(month: Int, year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  /// `YYYY-MM-DD`.
  public var iso: String {
    String(unsafeUninitializedCapacity: 10) { buffer in
      writeISO(into: buffer)
      return 10
    }
  }

  fileprivate func writeISO(into buffer: UnsafeMutableBufferPointer<UInt8>) {
    buffer.writeTwoDigits(year / 100, at: 0)
    buffer.writeTwoDigits(year % 100, at: 2)
    buffer[4] = 0x2D
    buffer.writeTwoDigits(month, at: 5)
    buffer[7] = 0x2D
    buffer.writeTwoDigits(day, at: 8)
  }
}

extension UnsafeMutableBufferPointer<UInt8> {
  fileprivate func writeTwoDigits(_ value: Int, at index: Int) {
    self[index] = UInt8(truncatingIfNeeded: 0x30 + value / 10)
    self[index + 1] = UInt8(truncatingIfNeeded: 0x30 + value % 10)
  }
}

private func twoDigits(_ bytes: [UInt8], _ index: Int) -> Int? {
  let (high, low) = (bytes[index], bytes[index + 1])
  guard (0x30...0x39).contains(high), (0x30...0x39).contains(low) else { return nil }
  return Int(high - 0x30) * 10 + Int(low - 0x30)
}

/// Where the present moment comes from, so that tests decide what time it is.
public protocol TimeSource: Sendable {
  func now() -> Timestamp
}

/// A clock that can be waited for, so that tests decide how fast time passes.
public protocol WaitingTime: TimeSource {
  /// Returns when `now` has reached the moment. A task that is cancelled gets a `transient` error at once.
  func sleep(until moment: Timestamp) async throws(KithError)
}

extension Timestamp {
  /// Later by so many seconds, or earlier by as many below zero.
  public func adding(seconds: Double) -> Timestamp {
    // A thousand years: more would not fit into the microseconds of all moments.
    Timestamp(microseconds: microseconds + Int64((min(max(seconds, -3e10), 3e10) * 1e6).rounded(.up)))
  }

  public func seconds(since earlier: Timestamp) -> Double { Double(microseconds - earlier.microseconds) / 1e6 }
}
