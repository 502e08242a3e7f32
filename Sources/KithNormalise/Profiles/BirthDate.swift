import KithCore

/// Birth dates: real days only. A placeholder day, a day to come or a day beyond living memory is missing.
enum BirthDate {
  /// `YYYY-MM-DD`, nil when the text is no usable date. A time behind it is dropped; `dd.MM.yyyy` and `yyyyMMdd` can
  /// mean only one day and are read too. `today` nil: days to come are not recognised.
  static func canonical(_ text: String, today: CalendarDate?) -> String? {
    guard let date = iso(text) ?? parse(text) else { return nil }
    if date.year < 1_890 || date.year > 2_200 || isPlaceholder(date) { return nil }
    if let today, date > today { return nil }
    return text.utf8.count == 10 && text.utf8.dropFirst(4).first == 0x2D ? text : date.iso
  }

  /// `YYYY-MM-DD`, read without copying.
  private static func iso(_ text: String) -> CalendarDate? {
    withBytes(of: text) { bytes in
      guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D else { return nil }
      func number(_ range: Range<Int>) -> Int {
        range.reduce(0) { value, index in
          bytes[index] &- 0x30 < 10 && value >= 0 ? value * 10 + Int(bytes[index] &- 0x30) : -1
        }
      }
      return CalendarDate(year: number(0..<4), month: number(5..<7), day: number(8..<10))
    }
  }

  private static func parse(_ text: String) -> CalendarDate? {
    let line = TidyText.line(text)
    if line.utf8.count > 10, let mark = line.utf8.dropFirst(10).first, mark == 0x54 || mark == 0x20 {
      return iso(String(line.prefix(10)))
    }
    if line.utf8.count == 8, let number = Int(line), line.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return CalendarDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }
    let parts = line.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2].utf8.count == 4, let day = Int(parts[0]), let month = Int(parts[1]),
      let year = Int(parts[2])
    else { return iso(line) }
    return CalendarDate(year: year, month: month, day: day)
  }

  /// What systems write for "no date": the epochs of Unix, Excel, SQL Server and their neighbours across time zones.
  private static func isPlaceholder(_ date: CalendarDate) -> Bool {
    switch (date.year, date.month, date.day) {
    case (1970, 1, 1), (1969, 12, 31), (1900, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 2), (1901, 1, 1),
      (2099, 12, 31):
      true
    default: false
    }
  }
}
