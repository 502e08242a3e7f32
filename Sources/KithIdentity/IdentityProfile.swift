import KithCore

/// What identity needs to know of a profile: canonical values only, computed by the caller with KithNormalise.
public struct IdentityProfile: Sendable, Equatable {
  /// The profile's id in the store, unique among the profiles that are clustered together and stable for life.
  public var id: Int64
  /// A small number for the source that the profile comes from.
  public var source: Int32
  public var kind: Profile.Kind
  /// Folded given name tokens in their order; initials are tokens of one letter. Empty means not known.
  public var given: [String]
  /// Nickname classes of the first given name (`bob` → `robert`); profiles with a class in common may be one person.
  public var givenClasses: [String]
  /// Folded family name tokens. Empty means not known.
  public var family: [String]
  /// A full and believable birth date, else nil.
  public var birthDate: CalendarDate?
  /// Only identifiers that may link (`CanonicalIdentifier.links`), in any order.
  public var identifiers: [IdentityKey]

  public init(
    id: Int64, source: Int32 = 0, kind: Profile.Kind = .person, given: [String] = [], givenClasses: [String] = [],
    family: [String] = [], birthDate: CalendarDate? = nil, identifiers: [IdentityKey] = []
  ) {
    self.id = id
    self.source = source
    self.kind = kind
    self.given = given
    self.givenClasses = givenClasses
    self.family = family
    self.birthDate = birthDate
    self.identifiers = identifiers
  }
}

/// An identifier as a matching key: equal keys mean the same identifier.
public struct IdentityKey: Hashable, Sendable {
  public var kind: Identifier.Kind
  /// Who gave the number out; empty for e-mail and phone.
  public var namespace: String
  public var value: String

  public init(_ kind: Identifier.Kind, _ value: String, namespace: String = "") {
    self.kind = kind
    self.namespace = namespace
    self.value = value
  }
}

/// What a human said about two profiles. It binds for ever, whatever the rules say.
///
/// "Different" also holds through third profiles and wins over any "same" that contradicts it.
public struct Decision: Hashable, Sendable {
  public enum Verdict: String, Sendable, CaseIterable { case same, different }

  public var verdict: Verdict
  /// The smaller profile id of the two.
  public let left: Int64
  /// The larger profile id of the two.
  public let right: Int64

  public init(_ verdict: Verdict, _ one: Int64, _ other: Int64) {
    self.verdict = verdict
    left = min(one, other)
    right = max(one, other)
  }

  public static func same(_ one: Int64, _ other: Int64) -> Decision { Decision(.same, one, other) }
  public static func different(_ one: Int64, _ other: Int64) -> Decision { Decision(.different, one, other) }
}
