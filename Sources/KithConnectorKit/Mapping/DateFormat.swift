import KithCore

/// How a column writes dates and times: a compiled pattern, or one of `iso`, `unix`, `unix_ms`, `unix_us`.
struct DateFormat: Sendable {
  enum Token: Sendable, Equatable {
    case year4, year2, month2, month1, monthName, day2, day1, weekday
    case hour24(digits: Int)
    case hour12(digits: Int)
    case minute, second, fraction, halfDay, offset
    case literal(UInt8)
  }

  enum Style: Sendable {
    case iso
    /// A count since 1970-01-01T00:00:00Z, in units of so many microseconds.
    case unix(microseconds: Int64)
    case pattern([Token])
  }

  let text: String
  let style: Style

  static let iso = DateFormat(text: "iso", style: .iso)

  private init(text: String, style: Style) {
    self.text = text
    self.style = style
  }

  struct Mistake: Error { let what: String, allowed: String? }

  static let letters = "yyyy yy MM M MMM dd d HH H hh h mm ss SSS a Z EEE"

  init(_ text: String) throws(Mistake) {
    switch text {
    case "iso": self = .iso
    case "unix": self.init(text: text, style: .unix(microseconds: 1_000_000))
    case "unix_ms": self.init(text: text, style: .unix(microseconds: 1_000))
    case "unix_us": self.init(text: text, style: .unix(microseconds: 1))
    default: self.init(text: text, style: .pattern(try DateFormat.compile(Array(text.utf8))))
    }
  }

  private static func compile(_ bytes: [UInt8]) throws(Mistake) -> [Token] {
    var tokens: [Token] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "'") {
        let end = bytes[(index + 1)...].firstIndex(of: byte) ?? bytes.count
        tokens += bytes[(index + 1)..<end].map { .literal($0) }
        index = end + 1
        continue
      }
      guard (byte | 0x20) >= UInt8(ascii: "a"), (byte | 0x20) <= UInt8(ascii: "z") else {
        tokens.append(.literal(byte))
        index += 1
        continue
      }
      var count = 1
      while index + count < bytes.count, bytes[index + count] == byte { count += 1 }
      tokens.append(try token(byte, count))
      index += count
    }
    try checkComplete(tokens)
    return tokens
  }

  private static func token(_ letter: UInt8, _ count: Int) throws(Mistake) -> Token {
    switch (letter, count) {
    case (UInt8(ascii: "y"), 4): return .year4
    case (UInt8(ascii: "y"), 2): return .year2
    case (UInt8(ascii: "M"), 1): return .month1
    case (UInt8(ascii: "M"), 2): return .month2
    case (UInt8(ascii: "M"), 3...): return .monthName
    case (UInt8(ascii: "d"), 1): return .day1
    case (UInt8(ascii: "d"), 2): return .day2
    case (UInt8(ascii: "E"), _): return .weekday
    case (UInt8(ascii: "H"), 1...2): return .hour24(digits: count)
    case (UInt8(ascii: "h"), 1...2): return .hour12(digits: count)
    case (UInt8(ascii: "m"), 2): return .minute
    case (UInt8(ascii: "s"), 2): return .second
    case (UInt8(ascii: "S"), _): return .fraction
    case (UInt8(ascii: "a"), 1): return .halfDay
    case (UInt8(ascii: "Z"), _): return .offset
    case (UInt8(ascii: "T"), 1): return .literal(letter)
    default:
      let run = String(repeating: String(decoding: [letter], as: UTF8.self), count: count)
      throw Mistake(
        what: "a date format does not know the letters \(run)",
        allowed: "\(letters); other letters in '…'; or iso, unix, unix_ms, unix_us")
    }
  }

  private static func checkComplete(_ tokens: [Token]) throws(Mistake) {
    func has(_ test: (Token) -> Bool) -> Bool { tokens.contains(where: test) }
    let year = has { $0 == .year4 || $0 == .year2 }
    let month = has { $0 == .month1 || $0 == .month2 || $0 == .monthName }
    let day = has { $0 == .day1 || $0 == .day2 }
    guard year, month, day else {
      throw Mistake(what: "a date format needs a year, a month and a day", allowed: letters)
    }
    let twelve = has { if case .hour12 = $0 { true } else { false } }
    if twelve != has({ $0 == .halfDay }) {
      throw Mistake(what: "a date format needs hh and a together", allowed: "hh:mm a, or HH:mm")
    }
  }
}

/// A date and time of day as written, before its zone is known.
struct WrittenDate: Equatable {
  var date: CalendarDate
  /// Nil when only the day was written.
  var secondOfDay: Int?
  var microsecond = 0
  /// Seconds east of UTC, nil when none was written.
  var offset: Int?
}

extension DateFormat {
  /// Reads the whole text; nil when it is not such a date or the day does not exist.
  func parse(_ text: UnsafeBufferPointer<UInt8>) -> WrittenDate? {
    switch style {
    case .iso: return ISODate.parse(text)
    case .pattern(let tokens): return parse(text, tokens)
    case .unix(let unit): return DateFormat.unix(text, unit: unit)
    }
  }

  private static func unix(_ text: UnsafeBufferPointer<UInt8>, unit: Int64) -> WrittenDate? {
    guard case .value(let amount) = NumberFormat.point.parse(text),
      let exact = amount.times(Amount(mantissa: unit))?.rescaled(to: 0)
    else { return nil }
    // Years 1 to 9999: beyond them there is no date to store.
    guard exact.mantissa >= -62_135_596_800_000_000, exact.mantissa < 253_402_300_800_000_000 else { return nil }
    let moment = Timestamp(microseconds: exact.mantissa)
    let second = moment.seconds
    let day = moment.date
    return WrittenDate(
      date: day, secondOfDay: Int(second - day.daysSince1970 * 86_400),
      microsecond: Int(exact.mantissa - second * 1_000_000), offset: 0)
  }

  private struct Parts {
    var (year, month, day, hour, minute, second, microsecond) = (0, 0, 0, 0, 0, 0, 0)
    var hasTime = false
    var isAfternoon: Bool?
    var offset: Int?
  }

  private func parse(_ text: UnsafeBufferPointer<UInt8>, _ tokens: [Token]) -> WrittenDate? {
    var scanner = ByteScanner(text)
    var parts = Parts()
    for token in tokens {
      guard DateFormat.read(token, &scanner, &parts) else { return nil }
    }
    guard scanner.isAtEnd, let date = CalendarDate(year: parts.year, month: parts.month, day: parts.day) else {
      return nil
    }
    guard parts.hasTime else { return WrittenDate(date: date, offset: parts.offset) }
    var hour = parts.hour
    if let afternoon = parts.isAfternoon {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (afternoon ? 12 : 0)
    }
    guard hour < 24, parts.minute < 60, parts.second <= 60 else { return nil }
    return WrittenDate(
      date: date, secondOfDay: hour * 3_600 + parts.minute * 60 + parts.second, microsecond: parts.microsecond,
      offset: parts.offset)
  }

  private static func read(_ token: Token, _ scanner: inout ByteScanner, _ parts: inout Parts) -> Bool {
    func set(_ value: Int?, _ part: inout Int) -> Bool {
      guard let value else { return false }
      part = value
      return true
    }
    switch token {
    case .literal(let byte): return scanner.skip(byte)
    case .year4: return set(scanner.digits(4), &parts.year)
    case .year2:
      guard let short = scanner.digits(2) else { return false }
      // POSIX strptime: 69 to 99 are the last century's.
      parts.year = short < 69 ? 2_000 + short : 1_900 + short
      return true
    case .month2: return set(scanner.digits(2), &parts.month)
    case .month1: return set(scanner.digits(upTo: 2), &parts.month)
    case .monthName: return set(MonthNames.read(&scanner), &parts.month)
    case .day2: return set(scanner.digits(2), &parts.day)
    case .day1: return set(scanner.digits(upTo: 2), &parts.day)
    case .weekday: return scanner.skipWord()
    case .hour24(let count), .hour12(let count):
      parts.hasTime = true
      return set(count == 2 ? scanner.digits(2) : scanner.digits(upTo: 2), &parts.hour)
    case .minute: return set(scanner.digits(2), &parts.minute)
    case .second: return set(scanner.digits(2), &parts.second)
    case .fraction: return set(scanner.fraction(), &parts.microsecond)
    case .halfDay:
      parts.isAfternoon = scanner.halfDay()
      return parts.isAfternoon != nil
    case .offset:
      parts.offset = scanner.offset()
      return parts.offset != nil
    }
  }
}
