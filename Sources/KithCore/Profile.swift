/// One person (or organisation) as one source knows them: what a connector delivers, mapped but not cleaned.
///
/// A profile's `key` is unique within (source, stream). A record about a person whom the stream does not list by
/// itself (an order, a page view) carries a profile too; its key may then stay empty and Kith derives it from the
/// strongest identifier, so that all records of one person in a stream meet in one profile.
public struct Profile: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable { case person, organisation }

  public var key: String
  public var kind: Kind
  public var identifiers: [Identifier]
  public var attributes: [AttributeValue]
  public var consents: [Consent]
  /// Columns of the tool that the unified model has no place for, kept by name.
  public var traits: [Trait]
  /// When the source learned to know the person.
  public var createdAt: Timestamp?
  /// When the source last changed what it says here: decides "most recent" in the golden record.
  public var updatedAt: Timestamp?

  public init(
    key: String = "", kind: Kind = .person, identifiers: [Identifier] = [], attributes: [AttributeValue] = [],
    consents: [Consent] = [], traits: [Trait] = [], createdAt: Timestamp? = nil, updatedAt: Timestamp? = nil
  ) {
    self.key = key
    self.kind = kind
    self.identifiers = identifiers
    self.attributes = attributes
    self.consents = consents
    self.traits = traits
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  /// The delivered value of an attribute.
  public subscript(attribute: Attribute) -> String? {
    attributes.first { $0.attribute == attribute }?.value
  }
}

/// Something that points to a person: a kind and its value as delivered.
public struct Identifier: Sendable, Hashable {
  /// Kinds by rank: the first says most about who somebody is.
  public enum Kind: UInt8, Sendable, CaseIterable, Comparable {
    case customerNumber = 1
    case userID = 2
    case loyaltyNumber = 3
    case email = 4
    case phone = 5
    case visitorID = 6

    /// The name in mappings and tables.
    public var name: String {
      switch self {
      case .customerNumber: "customer_number"
      case .userID: "user_id"
      case .loyaltyNumber: "loyalty_number"
      case .email: "email"
      case .phone: "phone"
      case .visitorID: "visitor_id"
      }
    }

    /// E-mail addresses and phone numbers mean the same everywhere; numbers that a tool gives out do not.
    public var isGlobal: Bool { self == .email || self == .phone }

    public static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
  }

  public var kind: Kind
  public var value: String
  /// Who gave the number out; nil stands for the source itself. Sources that share a numbering name the same one.
  public var namespace: String?

  public init(_ kind: Kind, _ value: String, namespace: String? = nil) {
    self.kind = kind
    self.value = value
    self.namespace = namespace
  }
}

/// What can be known about a person, beside identifiers.
public enum Attribute: UInt8, Sendable, CaseIterable {
  case title, givenName, familyName, fullName, birthDate, gender, language, company, jobTitle
  case address, street, houseNumber, postcode, city, region, country

  /// The name in mappings, tables and survivorship rules.
  public var name: String {
    switch self {
    case .title: "title"
    case .givenName: "given_name"
    case .familyName: "family_name"
    case .fullName: "full_name"
    case .birthDate: "birth_date"
    case .gender: "gender"
    case .language: "language"
    case .company: "company"
    case .jobTitle: "job_title"
    case .address: "address"
    case .street: "street"
    case .houseNumber: "house_number"
    case .postcode: "postcode"
    case .city: "city"
    case .region: "region"
    case .country: "country"
    }
  }
}

public struct AttributeValue: Sendable, Equatable {
  public var attribute: Attribute
  /// As delivered; a birth date whose format the mapping knows is `YYYY-MM-DD`.
  public var value: String

  public init(_ attribute: Attribute, _ value: String) {
    self.attribute = attribute
    self.value = value
  }
}

public struct Trait: Sendable, Equatable {
  public var name: String
  public var value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A person's yes or no to being contacted or tracked.
public struct Consent: Sendable, Equatable {
  public enum Status: String, Sendable, CaseIterable { case granted, denied, unknown }

  /// What for: `email`, `phone`, `sms`, `post`, `tracking` or the tool's own word.
  public var purpose: String
  public var status: Status
  public var changedAt: Timestamp?

  public init(purpose: String, status: Status, changedAt: Timestamp? = nil) {
    self.purpose = purpose
    self.status = status
    self.changedAt = changedAt
  }
}
