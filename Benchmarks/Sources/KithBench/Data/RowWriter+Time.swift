extension RowWriter {
  /// `2025-03-01T14:05:09Z` of seconds since 1970.
  func time(_ seconds: Int) {
    date(seconds / 86_400)
    byte(UInt8(ascii: "T"))
    number(seconds / 3_600 % 24, width: 2)
    byte(UInt8(ascii: ":"))
    number(seconds / 60 % 60, width: 2)
    byte(UInt8(ascii: ":"))
    number(seconds % 60, width: 2)
    byte(UInt8(ascii: "Z"))
  }

  /// `1984-03-07` of days since 1970, by the usual reckoning of eras of 400 years that begin in March.
  func date(_ days: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    number(yearOfEra + era * 400 + (month >= 10 ? 1 : 0), width: 4)
    byte(UInt8(ascii: "-"))
    number(month < 10 ? month + 3 : month - 9, width: 2)
    byte(UInt8(ascii: "-"))
    number(dayOfYear - (153 * month + 2) / 5 + 1, width: 2)
  }
}

/// The days on which the made-up things happen, in seconds since 1970.
enum Clock {
  /// 2025-01-01T00:00:00Z: visits and orders begin here, and customers were last changed in the year after it.
  static let start = 1_735_689_600
  /// 2026-01-15: every row that the re-export changed says this day, so it can be counted in any database.
  static let reexport = 1_768_435_200
  static let reexportDay = "2026-01-15"
  static let year = 365 * 86_400
}
