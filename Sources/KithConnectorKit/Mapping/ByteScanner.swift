import KithCore

/// Reads fixed forms from bytes, for dates.
struct ByteScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var index = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }
  var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private func digit(at position: Int) -> Int? {
    guard position < bytes.count else { return nil }
    let value = bytes[position] &- 0x30
    return value <= 9 ? Int(value) : nil
  }

  /// Exactly so many digits.
  mutating func digits(_ count: Int) -> Int? {
    var value = 0
    for position in index..<(index + count) {
      guard let digit = digit(at: position) else { return nil }
      value = value * 10 + digit
    }
    index += count
    return value
  }

  /// One digit at least.
  mutating func digits(upTo limit: Int) -> Int? {
    guard var value = digit(at: index) else { return nil }
    index += 1
    var count = 1
    while count < limit, let digit = digit(at: index) {
      value = value * 10 + digit
      index += 1
      count += 1
    }
    return value
  }

  /// One to nine decimals, as microseconds; finer ones are cut.
  mutating func fraction() -> Int? {
    var (value, count) = (0, 0)
    while let digit = digit(at: index), count < 9 {
      if count < 6 { value = value * 10 + digit }
      count += 1
      index += 1
    }
    guard count > 0 else { return nil }
    while count < 6 {
      value *= 10
      count += 1
    }
    return value
  }

  /// `Z`, `UTC`, `GMT`, `+01`, `+0100`, `+01:00`, `GMT+01:00`, in seconds east of UTC.
  mutating func offset() -> Int? {
    if peek.map({ $0 | 0x20 }) == UInt8(ascii: "z") {
      index += 1
      return 0
    }
    let isNamed = skip(word: "utc") || skip(word: "gmt")
    guard let sign = peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return isNamed ? 0 : nil }
    index += 1
    guard let hours = digits(2) else { return nil }
    var minutes = 0
    if skip(UInt8(ascii: ":")) {
      guard let value = digits(2) else { return nil }
      minutes = value
    } else if let value = digits(2) {
      minutes = value
    }
    guard hours <= 18, minutes < 60 else { return nil }
    let seconds = hours * 3_600 + minutes * 60
    return sign == UInt8(ascii: "-") ? -seconds : seconds
  }

  /// AM or PM in any case, with or without dots: true after noon.
  mutating func halfDay() -> Bool? {
    guard let first = peek.map({ $0 | 0x20 }), first == UInt8(ascii: "a") || first == UInt8(ascii: "p") else {
      return nil
    }
    index += 1
    let hasDot = skip(UInt8(ascii: "."))
    guard skip(word: "m") else { return nil }
    if hasDot { _ = skip(UInt8(ascii: ".")) }
    return first == UInt8(ascii: "p")
  }

  /// A word in lower-case ASCII, whatever the case of the text.
  mutating func skip(word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard index + count <= bytes.count else { return false }
    for position in 0..<count where bytes[index + position] | 0x20 != word.utf8Start[position] { return false }
    index += count
    return true
  }

  mutating func skipWord() -> Bool { !word().isEmpty }

  /// Letters (and whatever is not ASCII), with a dot that ends an abbreviation.
  mutating func word() -> Slice<UnsafeBufferPointer<UInt8>> {
    let start = index
    while let byte = peek, byte >= 0x80 || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A) { index += 1 }
    let end = index
    if end > start { _ = skip(UInt8(ascii: ".")) }
    return bytes[start..<end]
  }
}

/// ISO 8601 calendar dates in the basic and the extended form, with or without time and zone.
enum ISODate {
  static func parse(_ text: UnsafeBufferPointer<UInt8>) -> WrittenDate? {
    var scanner = ByteScanner(text)
    guard let year = scanner.digits(4) else { return nil }
    let dashed = scanner.skip(UInt8(ascii: "-"))
    guard let month = scanner.digits(2), !dashed || scanner.skip(UInt8(ascii: "-")), let day = scanner.digits(2),
      let date = CalendarDate(year: year, month: month, day: day)
    else { return nil }
    if scanner.isAtEnd { return WrittenDate(date: date) }
    guard scanner.skip(0x20) || scanner.skip(word: "t"), let hour = scanner.digits(2) else { return nil }
    let hasColon = scanner.skip(UInt8(ascii: ":"))
    guard let minute = scanner.digits(2) else { return nil }
    var (second, microsecond) = (0, 0)
    if hasColon ? scanner.skip(UInt8(ascii: ":")) : isDigit(scanner.peek) {
      guard let value = scanner.digits(2) else { return nil }
      second = value
      if scanner.skip(UInt8(ascii: ".")) || scanner.skip(UInt8(ascii: ",")) {
        guard let value = scanner.fraction() else { return nil }
        microsecond = value
      }
    }
    var offset: Int?
    if !scanner.isAtEnd {
      _ = scanner.skip(0x20)
      guard let value = scanner.offset(), scanner.isAtEnd else { return nil }
      offset = value
    }
    // 24:00 is the end of the day, :60 a leap second: both are the moment that follows.
    let isEndOfDay = hour == 24 && minute == 0 && second == 0 && microsecond == 0
    guard hour < 24 || isEndOfDay, minute < 60, second <= 60 else { return nil }
    return WrittenDate(
      date: date, secondOfDay: hour * 3_600 + minute * 60 + second, microsecond: microsecond, offset: offset)
  }

  private static func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
}

/// Names of months in English, German, French, Italian and Spanish: by the letters that tell them apart, in any case.
enum MonthNames {
  private static let prefixes: [[String]] = [
    ["jan", "jän", "gen", "ene"], ["feb", "fév", "fev"], ["mar", "mär", "mrz"], ["apr", "avr", "abr"],
    ["may", "mai", "mag"], ["jun", "juin", "giu"], ["jul", "juil", "lug"], ["aug", "aoû", "aou", "ago"],
    ["sep", "set"], ["oct", "okt", "ott"], ["nov"], ["dec", "dez", "déc", "dic"],
  ]
  private static let table: [([UInt8], Int)] = prefixes.enumerated().flatMap { month, names in
    names.map { (Array($0.utf8), month + 1) }
  }

  static func read(_ scanner: inout ByteScanner) -> Int? {
    let word = scanner.word()
    guard word.count >= 3, word.count <= 12 else { return nil }
    var folded = word.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
    if folded.contains(where: { $0 >= 0x80 }) {
      folded = Array(String(decoding: folded, as: UTF8.self).lowercased().utf8)
    }
    for (prefix, month) in table where folded.starts(with: prefix) { return month }
    return nil
  }
}
