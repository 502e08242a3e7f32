import KithCore

/// A JSON value; objects keep the order of their members.
public indirect enum JSON: Sendable, Equatable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([Member])

  public struct Member: Sendable, Equatable {
    public var name: String
    public var value: JSON

    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// The value of an object's member; nil where there is none, or no object.
  public subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  public var string: String? { if case .text(let text) = self { text } else { nil } }
  public var int: Int64? { if case .integer(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .boolean(let value) = self { value } else { nil } }
  public var items: [JSON]? { if case .list(let values) = self { values } else { nil } }

  /// What kind of value it is, in JSON's own words.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .text: "a string"
    case .list: "an array"
    case .object: "an object"
    }
  }
}

/// What becomes a JSON value by itself, so that answers read like their documents.
protocol JSONConvertible {
  var json: JSON { get }
}

extension JSON: JSONConvertible { var json: JSON { self } }
extension String: JSONConvertible { var json: JSON { .text(self) } }
extension Bool: JSONConvertible { var json: JSON { .boolean(self) } }
extension Int: JSONConvertible { var json: JSON { .integer(Int64(self)) } }
extension Int64: JSONConvertible { var json: JSON { .integer(self) } }
extension Double: JSONConvertible { var json: JSON { .number(self) } }
extension Array: JSONConvertible where Element: JSONConvertible { var json: JSON { .list(map(\.json)) } }
extension Optional: JSONConvertible where Wrapped: JSONConvertible {
  var json: JSON { map(\.json) ?? .null }
}

extension JSON: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member($0, $1) })
  }
}

extension JSON {
  /// An object out of names and values, in their order.
  static func of(_ members: (String, any JSONConvertible)...) -> JSON {
    .object(members.map { Member($0.0, $0.1.json) })
  }
}

/// Writes JSON as UTF-8, without blanks.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ value: JSON) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .number(let value): number(value)
    case .text(let text): self.text(text)
    case .list(let values):
      raw(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { raw(UInt8(ascii: ",")) }
        write(value)
      }
      raw(UInt8(ascii: "]"))
    case .object(let members):
      raw(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { raw(UInt8(ascii: ",")) }
        name(member.name)
        write(member.value)
      }
      raw(UInt8(ascii: "}"))
    }
  }

  mutating func raw(_ byte: UInt8) { bytes.append(byte) }

  mutating func name(_ name: String) {
    text(name)
    raw(UInt8(ascii: ":"))
  }

  /// Whole numbers without `.0`; what JSON has no number for is null.
  private mutating func number(_ value: Double) {
    if !value.isFinite { return bytes.append(contentsOf: "null".utf8) }
    if value == value.rounded(), abs(value) < 1e15 { return bytes.append(contentsOf: String(Int64(value)).utf8) }
    bytes.append(contentsOf: "\(value)".utf8)
  }

  mutating func text(_ text: String) { JSONQuoting.append(text.utf8, to: &bytes) }
}
