/// What the values of a raw field look like, in an order of its own: two kinds that differ are text together.
public enum FieldKind: String, Sendable, CaseIterable {
  case number, boolean, date, text

  /// What values of both kinds look like.
  public func joined(with other: FieldKind?) -> FieldKind { other == nil || other == self ? self : .text }

  /// Of a text in a format that knows nothing but texts; nil for an empty one.
  public init?(of text: String) {
    let bytes = text.utf8
    guard let first = bytes.first else { return nil }
    if text.lowercased() == "true" || text.lowercased() == "false" {
      self = .boolean
    } else if FieldKind.isDate(text) {
      self = .date
    } else if FieldKind.isNumber(first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]) {
      self = .number
    } else {
      self = .text
    }
  }

  /// `2026-11-01`, with or without more behind it.
  public static func isDate(_ text: String) -> Bool {
    let bytes = Array(text.utf8.prefix(10))
    guard bytes.count == 10 else { return false }
    return bytes.indices.allSatisfy { place in
      place == 4 || place == 7 ? bytes[place] == UInt8(ascii: "-") : (0x30...0x39).contains(bytes[place])
    }
  }

  /// Digits with one point or comma at most. What begins with a zero and more digits is a number of another sort: a phone's,
  /// an article's.
  private static func isNumber(_ bytes: Substring.UTF8View) -> Bool {
    var (digits, points) = (0, 0)
    for byte in bytes {
      if (0x30...0x39).contains(byte) {
        digits += 1
      } else if byte == 0x2E || byte == 0x2C {
        points += 1
      } else {
        return false
      }
    }
    guard digits > 0, digits <= 18, points <= 1, let first = bytes.first, first != 0x2E, first != 0x2C else {
      return false
    }
    return first != 0x30 || bytes.count == 1 || bytes.dropFirst().first == 0x2E || bytes.dropFirst().first == 0x2C
  }
}

/// The raw fields of some of a batch's records, as a tool or a file has them before they are mapped.
public struct FieldSample: Sendable, Equatable {
  public struct Field: Sendable, Equatable {
    /// Nil while all values are empty.
    public var kind: FieldKind?
    /// Records of the sample that have it.
    public var seen: Int
    /// Of these, how many have a value.
    public var filled: Int

    public init(kind: FieldKind? = nil, seen: Int = 0, filled: Int = 0) {
      self.kind = kind
      self.seen = seen
      self.filled = filled
    }
  }

  /// By name, or path in a tree. More than `mostFields` are not looked at.
  public private(set) var fields: [String: Field] = [:]
  public private(set) var records = 0
  /// All fields that there can be are here: a header names them.
  public private(set) var isWhole = true

  public static let mostFields = 500

  public init() {}

  public var isEmpty: Bool { records == 0 }

  /// Takes one record.
  ///
  /// - Parameter isWhole: whether it has all fields that there are, empty or not.
  public mutating func add(_ values: [(name: String, kind: FieldKind?)], isWhole: Bool) {
    records += 1
    self.isWhole = self.isWhole && isWhole
    var names: Set<String> = []
    for (name, kind) in values {
      guard fields[name] != nil || fields.count < Self.mostFields else { continue }
      var field = fields[name] ?? Field()
      // A list has one name for all its items.
      if names.insert(name).inserted {
        (field.seen, field.filled) = (field.seen + 1, field.filled + (kind == nil ? 0 : 1))
      }
      if let kind { field.kind = kind.joined(with: field.kind) }
      fields[name] = field
    }
  }

  public mutating func add(_ other: FieldSample) {
    records += other.records
    isWhole = isWhole && other.isWhole
    for (name, field) in other.fields where fields[name] != nil || fields.count < Self.mostFields {
      var sum = fields[name] ?? Field()
      (sum.seen, sum.filled) = (sum.seen + field.seen, sum.filled + field.filled)
      if let kind = field.kind { sum.kind = kind.joined(with: sum.kind) }
      fields[name] = sum
    }
  }
}

/// The fields that a stream is known to have. A connector that is given them sets aside, with the code `drift`, each record
/// that has others.
public struct ExpectedFields: Sendable, Equatable {
  /// By name what its values look like; nil where that is not known for sure.
  public var kinds: [String: FieldKind?]
  /// Those that every record has.
  public var required: Set<String>

  public init(kinds: [String: FieldKind?], required: Set<String>) {
    self.kinds = kinds
    self.required = required
  }

  /// Why a record with these fields is none of the stream's; nil when it is.
  public func fault(_ values: [(name: String, kind: FieldKind?)]) -> String? {
    var missing = required
    for (name, kind) in values {
      guard let expected = kinds[name] else { return "The field \"\(name)\" is new." }
      if let expected, let kind, kind.joined(with: expected) != expected {
        return "The field \"\(name)\" was always of kind \(expected.rawValue), and is of kind \(kind.rawValue) now."
      }
      missing.remove(name)
    }
    return missing.min().map { "The field \"\($0)\" has gone." }
  }
}
