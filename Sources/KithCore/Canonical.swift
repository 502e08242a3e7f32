/// A record after normalising, ready to be stored: what the core makes of what a connector delivered.
public struct CanonicalRecord: Sendable, Equatable {
  /// The record with its own amounts, currencies and texts cleaned; its `person` (or the profile itself) stands in `person`.
  public var record: Record
  /// The person of the record, nil when it names nobody.
  public var person: CanonicalProfile?
  /// The touchpoint that an order, answer or ticket is; nil for profiles, products, traffic, deletions and order
  /// lines.
  public var touchpoint: Touchpoint?
  /// Hash of all that was delivered: equal means that nothing changed.
  public var hash: Int64

  public init(record: Record, person: CanonicalProfile? = nil, touchpoint: Touchpoint? = nil, hash: Int64) {
    self.record = record
    self.person = person
    self.touchpoint = touchpoint
    self.hash = hash
  }
}

/// A profile with canonical values beside the delivered ones.
public struct CanonicalProfile: Sendable, Equatable {
  /// Never empty: the connector's key, or `email:…` and the like from the strongest identifier.
  public var key: String
  public var kind: Profile.Kind
  public var identifiers: [CanonicalIdentifier]
  /// At most one per attribute, in the order of `Attribute`.
  public var attributes: [CanonicalAttribute]
  public var consents: [Consent]
  public var traits: [Trait]
  public var createdAt: Timestamp?
  public var updatedAt: Timestamp?

  public init(
    key: String, kind: Profile.Kind = .person, identifiers: [CanonicalIdentifier] = [],
    attributes: [CanonicalAttribute] = [], consents: [Consent] = [], traits: [Trait] = [],
    createdAt: Timestamp? = nil, updatedAt: Timestamp? = nil
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
}

public struct CanonicalIdentifier: Sendable, Hashable {
  public var kind: Identifier.Kind
  /// Who gave it out: a source's name or a shared one; empty for e-mail and phone.
  public var namespace: String
  /// The matching key: equal values mean the same identifier. For e-mail with the provider's dot and plus rules
  /// applied, for phones E.164.
  public var value: String
  /// What people are shown: the address in lower case with dots and plus part as they are.
  public var display: String
  public var delivered: String
  /// False for values that point to nobody (noreply@, 0000…): stored, never used to link.
  public var links: Bool

  public init(
    kind: Identifier.Kind, namespace: String = "", value: String, display: String, delivered: String, links: Bool = true
  ) {
    self.kind = kind
    self.namespace = namespace
    self.value = value
    self.display = display
    self.delivered = delivered
    self.links = links
  }
}

public struct CanonicalAttribute: Sendable, Hashable {
  public var attribute: Attribute
  public var value: String
  /// What the source wrote, nil when it is the same.
  public var delivered: String?

  public init(_ attribute: Attribute, _ value: String, delivered: String? = nil) {
    self.attribute = attribute
    self.value = value
    self.delivered = delivered
  }
}
