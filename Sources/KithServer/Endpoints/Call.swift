import KithCore
import KithEngine
import KithStore

/// A request whose sender may send it and whose values are checked.
struct Call: Sendable {
  let endpoint: Endpoint
  let caller: Caller
  let place: Workplace
  let hub: Hub
  /// Parameters by name; those that were left out are not here.
  let values: [String: JSON]
  /// An empty object where there is no body.
  let body: JSON

  var store: HubStore { hub.store }

  /// Whether what belongs to a source may be shown.
  func sees(_ source: String) -> Bool { caller.limits.includes(source: source) }

  func text(_ name: String) -> String? { values[name]?.string }
  func int(_ name: String) -> Int64? { values[name]?.int }

  /// Only for parameters of the path and required ones.
  func required(_ name: String) throws(Problem) -> String {
    guard let text = values[name]?.string else { throw Problem(.malformed, "a parameter is missing", place: name) }
    return text
  }

  func requiredInt(_ name: String) throws(Problem) -> Int64 {
    guard let value = values[name]?.int else { throw Problem(.malformed, "a parameter is missing", place: name) }
    return value
  }

  // MARK: pages

  static let standardLimit = 50
  static let largestLimit: Int64 = 1_000

  static let limitParameter = Parameter.query(
    "limit", .integer(1...largestLimit), "How many at most; \(standardLimit) when it is left out.")
  static let cursorParameter = Parameter.query(
    "cursor", .text(.init(most: 1_024)), "Where to go on: `next_cursor` of the page before.")
  static let pageParameters = [limitParameter, cursorParameter]

  var limit: Int { Int(int("limit") ?? Int64(Self.standardLimit)) }

  /// The parts of the cursor; nil for the first page.
  func cursor(parts: Int) throws(Problem) -> [String]? {
    guard let text = text("cursor") else { return nil }
    guard let parts = Cursor(endpoint: endpoint.name).parts(of: text, count: parts) else {
      throw Problem(
        .invalid, "the cursor is none of this list's", place: "cursor", seen: text,
        allowed: "next_cursor of an earlier page", fix: "Begin anew without one.")
    }
    return parts
  }

  func cursorNumber() throws(Problem) -> Int64? {
    guard let parts = try cursor(parts: 1) else { return nil }
    guard let number = Int64(parts[0]) else {
      throw Problem(.invalid, "the cursor is none of this list's", place: "cursor", seen: text("cursor"))
    }
    return number
  }

  /// A page out of one item more than were asked for: that one tells whether another page follows.
  func page(_ name: String, _ items: [JSON], next: (Int) -> [String]) -> Answer {
    let shown = Array(items.prefix(limit))
    let cursor = items.count > limit ? Cursor(endpoint: endpoint.name).text(of: next(shown.count - 1)) : nil
    return .json(.of((name, shown), ("next_cursor", cursor)))
  }

  static func pageShape(_ name: String, _ item: Shape, called shapeName: String, _ meaning: String) -> Shape {
    .object(
      ObjectShape(
        shapeName, meaning,
        [
          Property(name, .list(item), meaning),
          Property("next_cursor", .text(), "For the page after this one; null on the last one.", isNullable: true),
        ]))
  }
}

/// Where a list goes on, in a form that nobody is tempted to make up.
struct Cursor {
  let endpoint: String

  func text(of parts: [String]) -> String {
    Digest.hex(Array(([endpoint] + parts).joined(separator: "\u{1F}").utf8))
  }

  func parts(of text: String, count: Int) -> [String]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      let pair = digits[index..<index + 2]
      guard pair.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
        let byte = UInt8(String(decoding: pair, as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(byte)
    }
    guard let plain = String(validating: bytes, as: UTF8.self) else { return nil }
    let parts = plain.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    return parts.count == count + 1 && parts[0] == endpoint ? Array(parts.dropFirst()) : nil
  }
}
