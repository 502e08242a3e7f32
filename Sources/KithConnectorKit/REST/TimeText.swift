import KithCore

/// How a request writes a moment: `iso` (2026-01-31T00:00:00Z), `iso_ms`, `unix`, `unix_ms`, or letters as in mappings,
/// always in UTC.
struct TimeText: Sendable {
  private enum Style: Sendable {
    case iso, isoMilliseconds
    case unix(Int64)
    case pattern([DateFormat.Token])
  }

  private let style: Style

  static let words = "iso, iso_ms, unix, unix_ms, or a pattern such as yyyy-MM-dd HH:mm:ss"

  init(_ text: String) throws(DateFormat.Mistake) {
    switch text {
    case "iso": style = .iso
    case "iso_ms": style = .isoMilliseconds
    default:
      switch try DateFormat(text).style {
      case .iso: style = .iso
      case .unix(let unit): style = .unix(unit)
      case .pattern(let tokens): style = .pattern(tokens)
      }
    }
  }

  func text(of moment: Timestamp) -> String {
    switch style {
    case .iso: return isoText(moment) + "Z"
    case .isoMilliseconds: return isoText(moment) + "." + digits(milliseconds(moment), 3) + "Z"
    case .unix(let unit):
      let whole = moment.microseconds / unit
      return "\(moment.microseconds % unit < 0 ? whole - 1 : whole)"
    case .pattern(let tokens): return tokens.map { text(of: $0, moment) }.joined()
    }
  }

  var isNumber: Bool { if case .unix = style { true } else { false } }

  /// The least step that it can tell, in seconds.
  var step: Double {
    switch style {
    case .iso: 1
    case .isoMilliseconds: 0.001
    case .unix(let unit): Double(unit) / 1e6
    case .pattern(let tokens): tokens.contains(.second) ? 1 : tokens.contains(.minute) ? 60 : 86_400
    }
  }

  private func isoText(_ moment: Timestamp) -> String {
    let text = moment.sqlText
    return text.prefix(10) + "T" + text.dropFirst(11)
  }

  private func milliseconds(_ moment: Timestamp) -> Int {
    Int((moment.microseconds - moment.seconds * 1_000_000) / 1_000)
  }

  private func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(count - text.count, 0)) + text
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  private func text(of token: DateFormat.Token, _ moment: Timestamp) -> String {
    let date = moment.date
    let second = Int(moment.seconds - date.daysSince1970 * 86_400)
    let hour = second / 3_600
    switch token {
    case .year4: return digits(date.year, 4)
    case .year2: return digits(date.year % 100, 2)
    case .month2: return digits(date.month, 2)
    case .month1: return String(date.month)
    case .monthName: return Self.months[date.month - 1]
    case .day2: return digits(date.day, 2)
    case .day1: return String(date.day)
    case .weekday: return ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(((date.daysSince1970 % 7) + 7) % 7)]
    case .hour24(let count): return digits(hour, count)
    case .hour12(let count): return digits((hour + 11) % 12 + 1, count)
    case .minute: return digits(second / 60 % 60, 2)
    case .second: return digits(second % 60, 2)
    case .fraction: return digits(milliseconds(moment), 3)
    case .halfDay: return hour < 12 ? "AM" : "PM"
    case .offset: return "+0000"
    case .literal(let byte): return String(UnicodeScalar(byte))
    }
  }
}
