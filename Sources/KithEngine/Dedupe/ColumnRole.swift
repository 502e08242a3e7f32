import KithCore

/// What a column of a file of people says.
public enum ColumnRole: Sendable, Equatable {
  case attribute(Attribute)
  case identifier(Identifier.Kind)
  /// Names the record; never evidence.
  case key
  case ignored

  /// The names that `--columns` takes.
  public init?(name: String) {
    if name == "key" {
      self = .key
    } else if name == "ignore" {
      self = .ignored
    } else if let attribute = Attribute.allCases.first(where: { $0.name == name }) {
      self = .attribute(attribute)
    } else if let kind = Identifier.Kind.allCases.first(where: { $0.name == name && $0 != .visitorID }) {
      self = .identifier(kind)
    } else {
      return nil
    }
  }

  public var name: String {
    switch self {
    case .attribute(let attribute): attribute.name
    case .identifier(let kind): kind.name
    case .key: "key"
    case .ignored: "ignore"
    }
  }

  /// Whether it helps to tell people apart.
  public var isEvidence: Bool {
    switch self {
    case .identifier: true
    case .attribute(let attribute):
      [.givenName, .familyName, .fullName, .birthDate, .address, .street, .postcode].contains(attribute)
    case .key, .ignored: false
    }
  }

  public static let names: [String] =
    Attribute.allCases.map(\.name) + Identifier.Kind.allCases.filter { $0 != .visitorID }.map(\.name)
    + ["ignore"]
}

/// A column with the role it was given and why.
public struct RecognisedColumn: Sendable, Equatable {
  public enum Origin: String, Sendable { case name, values, option, position, unused }

  public var name: String
  public var role: ColumnRole
  public var origin: Origin
}
