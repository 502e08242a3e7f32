import KithCore

/// How the value of a field is chosen when profiles of one customer differ.
public enum SurvivorshipRule: String, Sendable, CaseIterable {
  /// The value of the profile that its source changed last; no time counts as the oldest.
  case mostRecent = "most_recent"
  /// The value of the most trusted source.
  case sourceTrust = "source_trust"
  /// The value that most profiles have.
  case mostFrequent = "most_frequent"
  /// The longest value; for an address the one with most parts.
  case mostComplete = "most_complete"
}

/// A field of the golden record.
public enum GoldenField: Hashable, Sendable {
  case attribute(Attribute)
  case email
  case phone

  /// The name in connectors.yml and in tables.
  public var name: String {
    switch self {
    case .attribute(let attribute): attribute.name
    case .email: "email"
    case .phone: "phone"
    }
  }

  /// E-mail, phone, then the attributes in their order.
  public static let allFields: [GoldenField] = [.email, .phone] + Attribute.allCases.map { .attribute($0) }

  public init?(name: String) {
    guard let field = GoldenField.allFields.first(where: { $0.name == name }) else { return nil }
    self = field
  }
}

/// The rule of each field and how much each source is trusted.
///
/// Defaults: names, birth date and gender most frequent; everything else most recent. The address is one block: all its
/// parts come from one profile, by the rule of `street`.
/// Ties fall to the more trusted source, then the more recent profile, the longer value, the value that sorts first,
/// and the smaller profile id.
public struct SurvivorshipRules: Sendable {
  public var rules: [GoldenField: SurvivorshipRule]
  /// Source name → 0 (never believed if another source has a value) to 100; sources not named have `defaultTrust`.
  public var trust: [String: Int]
  /// Field trust that differs from the source's: source name → field → 0 to 100.
  public var fieldTrust: [String: [GoldenField: Int]]

  public static let defaultTrust = 50

  public init(
    rules: [GoldenField: SurvivorshipRule] = [:], trust: [String: Int] = [:],
    fieldTrust: [String: [GoldenField: Int]] = [:]
  ) {
    self.rules = rules
    self.trust = trust
    self.fieldTrust = fieldTrust
  }

  public func rule(for field: GoldenField) -> SurvivorshipRule {
    if let rule = rules[field] { return rule }
    switch field {
    case .attribute(.givenName), .attribute(.familyName), .attribute(.fullName), .attribute(.birthDate),
      .attribute(.gender):
      return .mostFrequent
    default:
      return .mostRecent
    }
  }

  /// 0 to 100.
  public func trust(in source: String, for field: GoldenField) -> Int {
    fieldTrust[source]?[field] ?? trust[source] ?? SurvivorshipRules.defaultTrust
  }
}

/// What the golden record needs to know of a profile.
public struct SurvivorshipProfile: Sendable {
  public var id: Int64
  /// The source's name, as `SurvivorshipRules.trust` knows it.
  public var source: String
  public var updatedAt: Timestamp?
  public var attributes: [CanonicalAttribute]
  /// As people are shown them; the first is the profile's main one.
  public var emails: [String]
  public var phones: [String]

  public init(
    id: Int64, source: String, updatedAt: Timestamp? = nil, attributes: [CanonicalAttribute] = [],
    emails: [String] = [], phones: [String] = []
  ) {
    self.id = id
    self.source = source
    self.updatedAt = updatedAt
    self.attributes = attributes
    self.emails = emails
    self.phones = phones
  }
}

/// A customer's values, each with the profile it came from.
public struct GoldenRecord: Sendable, Equatable {
  /// At most one per field, in the order of `GoldenField.allFields`.
  public var values: [GoldenValue]

  public init(values: [GoldenValue] = []) { self.values = values }

  public subscript(field: GoldenField) -> GoldenValue? { values.first { $0.field == field } }
  public subscript(attribute: Attribute) -> String? { self[.attribute(attribute)]?.value }
}

public struct GoldenValue: Sendable, Equatable {
  public var field: GoldenField
  public var value: String
  public var profileID: Int64
  /// The rule of the field that chose it.
  public var rule: SurvivorshipRule

  public init(field: GoldenField, value: String, profileID: Int64, rule: SurvivorshipRule) {
    self.field = field
    self.value = value
    self.profileID = profileID
    self.rule = rule
  }
}
