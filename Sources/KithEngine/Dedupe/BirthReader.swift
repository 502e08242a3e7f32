import KithCore

/// Reads birth dates in the spellings of one column, also of days that do not exist: a mistyped date still resembles the
/// right one.
struct BirthReader {
  enum Order: Sendable { case yearMonthDay, dayMonthYear, monthDayYear }

  private let order: Order
  private let thisYear: Int

  /// - Parameter values: some of the column: they decide whether 03/04/1985 begins with the day or the month.
  init(_ values: [String], thisYear: Int) {
    self.thisYear = thisYear
    var firstOver12 = 0
    var secondOver12 = 0
    for value in values {
      let (numbers, mark) = BirthReader.numbers(value)
      guard numbers.count == 3, numbers[0].digits <= 2, mark == 0x2F || mark == 0x2D else { continue }
      if numbers[0].value > 12 { firstOver12 += 1 }
      if numbers[1].value > 12 { secondOver12 += 1 }
    }
    order = secondOver12 > firstOver12 ? .monthDayYear : .dayMonthYear
  }

  /// `yyyymmdd`, `yyyy0000` for a year alone, 0 for what is no date or stands for none.
  func read(_ text: String) -> Int32 {
    let (numbers, mark) = BirthReader.numbers(text)
    if numbers.count == 1 {
      let (value, digits) = numbers[0]
      if digits == 8 { return number(value / 10_000, value / 100 % 100, value % 100) }
      return digits == 4 ? number(value, 0, 0) : 0
    }
    guard numbers.count >= 3 else { return 0 }
    if numbers[0].digits == 4 { return number(numbers[0].value, numbers[1].value, numbers[2].value) }
    let year = numbers[2].digits <= 2 ? century(numbers[2].value) : numbers[2].value
    let isMonthFirst = order == .monthDayYear && mark != 0x2E
    return isMonthFirst
      ? number(year, numbers[0].value, numbers[1].value) : number(year, numbers[1].value, numbers[0].value)
  }

  private func century(_ year: Int) -> Int { year + (2_000 + year > thisYear ? 1_900 : 2_000) }

  private func number(_ year: Int, _ month: Int, _ day: Int) -> Int32 {
    guard (1_880...thisYear + 1).contains(year), month < 100, day < 100 else { return 0 }
    // The epochs of systems that know no "not known".
    if [(1970, 1, 1), (1900, 1, 1), (1899, 12, 30), (1901, 1, 1)].contains(where: { $0 == (year, month, day) }) {
      return 0
    }
    return month == 0 && day != 0 ? 0 : Int32(year * 10_000 + month * 100 + day)
  }

  /// Nil when the text does not look like a date at all.
  static func order(of text: String) -> Order? {
    let (numbers, _) = numbers(text)
    if numbers.count == 1, numbers[0].digits == 8, (1_880...2_100).contains(numbers[0].value / 10_000),
      text.utf8.count == 8, (1...31).contains(numbers[0].value % 100)
    {
      return .yearMonthDay
    }
    guard numbers.count >= 3 else { return nil }
    let last = numbers[2]
    if numbers[0].digits == 4, (1_880...2_100).contains(numbers[0].value), numbers[1].value <= 31, last.value <= 31 {
      return .yearMonthDay
    }
    guard numbers[0].digits <= 2, numbers[1].digits <= 2, numbers[0].value <= 31, numbers[1].value <= 31 else {
      return nil
    }
    return last.digits == 2 || (last.digits == 4 && (1_880...2_100).contains(last.value)) ? .dayMonthYear : nil
  }

  /// The numbers of a text and the first mark between them; none where letters are.
  private static func numbers(_ text: String) -> ([(value: Int, digits: Int)], UInt8) {
    var result: [(value: Int, digits: Int)] = []
    var mark: UInt8 = 0
    var isOpen = false
    for byte in text.utf8 {
      if (0x30...0x39).contains(byte) {
        if isOpen {
          let last = result.count - 1
          if result[last].digits > 8 { return ([], 0) }
          result[last] = (result[last].value * 10 + Int(byte - 0x30), result[last].digits + 1)
        } else {
          result.append((Int(byte - 0x30), 1))
          isOpen = true
        }
      } else {
        // A time behind the date.
        if byte == 0x54 || byte == 0x20, result.count == 3 { break }
        guard [0x2D, 0x2E, 0x2F, 0x20].contains(byte) else { return ([], 0) }
        if mark == 0 { mark = byte }
        isOpen = false
      }
    }
    return (result, mark)
  }
}
