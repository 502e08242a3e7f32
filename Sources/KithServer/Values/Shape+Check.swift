import KithCore

/// Something wrong with a request, and what would be right.
struct Violation: Sendable, Equatable {
  /// `profile_ids[2]`.
  var place: String
  var what: String
  var seen: String?
  var allowed: String?
  var fix: String?
}

extension Shape {
  /// Everything that is wrong with a value that came in.
  func check(_ value: JSON, at place: String) -> [Violation] {
    switch (self, value) {
    case (.object(let shape), .object(let members)): return shape.check(members, at: place)
    case (.list(let shape, let most), .list(let values)):
      if let most, values.count > most {
        return [
          Violation(place: place, what: "there are too many", seen: "\(values.count)", allowed: "\(most) at most")
        ]
      }
      return values.enumerated().flatMap { shape.check($1, at: "\(place)[\($0)]") }
    case (.integer(let range), .integer(let number)):
      guard let range, !range.contains(number) else { return [] }
      return [
        Violation(
          place: place, what: "the number is out of range", seen: "\(number)",
          allowed: "\(range.lowerBound) to \(range.upperBound)")
      ]
    case (.number, .integer), (.number, .number), (.boolean, .boolean): return []
    case (.text(let rule), .text(let text)): return rule.check(text, at: place)
    case (.word(let words), .text(let text)):
      if words.contains(text) { return [] }
      return [
        Violation(
          place: place, what: "there is no such choice", seen: text, allowed: words.joined(separator: ", "),
          fix: nearestWord(to: text, among: words).map { "Did you mean \"\($0)\"?" })
      ]
    case (.dateTime, .text(let text)), (.date, .text(let text)):
      if Self.time(text) != nil { return [] }
      return [
        Violation(
          place: place, what: "this is no time", seen: text, allowed: "2026-03-01 or 2026-03-01T12:30:00Z, in UTC")
      ]
    default: return [Violation(place: place, what: "the value is of another kind", seen: value.kind, allowed: name)]
    }
  }

  /// What the kind is called, as in `Violation.allowed`.
  var name: String {
    switch self {
    case .integer: "an integer"
    case .number: "a number"
    case .boolean: "true or false"
    case .text, .word, .dateTime, .date: "a string"
    case .list: "an array"
    case .map, .object: "an object"
    }
  }

  /// A day, or a moment as RFC 3339 writes it.
  static func time(_ text: String) -> Timestamp? {
    if let date = CalendarDate(iso: text) { return Timestamp(date) }
    guard let match = text.wholeMatch(of: moment),
      let time = Timestamp(sqlText: "\(match.output.1) \(match.output.2)")
    else { return nil }
    guard let sign = match.output.3, let hours = match.output.4.flatMap({ Int64($0) }),
      let minutes = match.output.5.flatMap({ Int64($0) })
    else { return time }
    if hours > 23 || minutes > 59 { return nil }
    let shift = (hours * 60 + minutes) * 60_000_000
    return Timestamp(microseconds: time.microseconds + (sign == "-" ? shift : -shift))
  }

  private nonisolated(unsafe) static let moment =
    /(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))/

  /// A parameter's text as a value of this shape; nil where it is none.
  func value(of text: String) -> JSON? {
    switch self {
    case .integer: Int64(text).map { .integer($0) }
    case .number: Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    case .boolean: text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
    case .list(let shape, _):
      text.isEmpty
        ? .list([])
        : Self.all(text.split(separator: ",", omittingEmptySubsequences: false).map { shape.value(of: String($0)) })
    default: .text(text)
    }
  }

  private static func all(_ values: [JSON?]) -> JSON? {
    let known = values.compactMap { $0 }
    return known.count == values.count ? .list(known) : nil
  }
}

extension Shape.TextRule {
  fileprivate func check(_ text: String, at place: String) -> [Violation] {
    guard let most else { return [] }
    if text.unicodeScalars.contains("\0") {
      return [Violation(place: place, what: "a text holds the character U+0000", allowed: "all others")]
    }
    let count = text.unicodeScalars.count
    if (least...most).contains(count) { return [] }
    return [
      Violation(place: place, what: "the length is wrong", seen: "\(count) characters", allowed: "\(least) to \(most)")
    ]
  }
}

extension ObjectShape {
  fileprivate func check(_ members: [JSON.Member], at place: String) -> [Violation] {
    var violations: [Violation] = []
    let names = properties.map(\.name)
    func inside(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }
    for member in members {
      guard let property = properties.first(where: { $0.name == member.name }) else {
        violations.append(
          Violation(
            place: inside(member.name), what: "there is no such member", seen: member.name,
            allowed: names.isEmpty ? "none" : names.joined(separator: ", "),
            fix: nearestWord(to: member.name, among: names).map { "Did you mean \"\($0)\"?" }))
        continue
      }
      if member.value == .null, property.isNullable { continue }
      violations += property.shape.check(member.value, at: inside(member.name))
    }
    for property in properties where !property.isOptional && !members.contains(where: { $0.name == property.name }) {
      violations.append(
        Violation(place: inside(property.name), what: "a member is missing", allowed: property.shape.name))
    }
    return violations
  }
}
