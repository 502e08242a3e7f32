import KithCore
import KithStore

/// What a value may be: checks what comes in, writes what goes out, and is the schema in the API's document.
public indirect enum Shape: Sendable {
  case integer(ClosedRange<Int64>? = nil)
  case number
  case boolean
  case text(TextRule = TextRule())
  /// One of these words.
  case word([String])
  /// `2026-03-01T12:30:00Z`; the hub's own form without T and Z is turned into it on the way out.
  case dateTime
  /// `2026-03-01`.
  case date
  case list(Shape, most: Int? = nil)
  /// Any names, each with such a value.
  case map(Shape)
  case object(ObjectShape)

  public struct TextRule: Sendable {
    public var least: Int
    /// Nil where the hub holds it: any text of any length. What comes in has a limit, and no U+0000.
    public var most: Int?

    public init(least: Int = 0, most: Int? = nil) {
      self.least = least
      self.most = most
    }
  }
}

/// An object with known members.
public struct ObjectShape: Sendable {
  /// Its name in the document.
  public var name: String
  public var meaning: String
  public var properties: [Property]

  public init(_ name: String, _ meaning: String, _ properties: [Property]) {
    self.name = name
    self.meaning = meaning
    self.properties = properties
  }
}

/// A member of an object.
public struct Property: Sendable {
  public var name: String
  public var shape: Shape
  public var meaning: String
  public var isNullable: Bool
  /// Whether a request may leave it out; an answer has all of its members.
  public var isOptional: Bool
  /// Names a person, or holds what a person wrote: null for roles that see no contact data.
  public var isPersonal: Bool

  public init(
    _ name: String, _ shape: Shape, _ meaning: String, isNullable: Bool = false, isOptional: Bool = false,
    isPersonal: Bool = false
  ) {
    self.name = name
    self.shape = shape
    self.meaning = meaning
    // What is masked must be able to be null.
    self.isNullable = isNullable || isPersonal
    self.isOptional = isOptional
    self.isPersonal = isPersonal
  }

  /// A column of a published table: type, meaning, and whether it is personal, are those of the data dictionary.
  ///
  /// - Parameter name: what the API calls it; nil for the column's own name.
  static func column(_ column: String, of table: String, as name: String? = nil) -> Property {
    guard let found = dictionary[table]?[column] else { preconditionFailure("there is no column \(table).\(column)") }
    return Property(
      name ?? column, Shape(found.type), found.meaning, isNullable: found.isNullable, isPersonal: found.isPersonal)
  }

  private static let dictionary: [String: [String: BIDescription.Column]] = {
    var dictionary: [String: [String: BIDescription.Column]] = [:]
    for table in BIDescription(hasContacts: true).tables {
      for column in table.columns { dictionary[table.name, default: [:]][column.name] = column }
    }
    return dictionary
  }()
}

extension Shape {
  init(_ type: ColumnType) {
    self =
      switch type {
      case .integer: .integer()
      case .real, .money, .quantity: .number
      case .text, .blob: .text()
      case .date: .date
      case .dateTime: .dateTime
      case .boolean: .boolean
      }
  }
}
