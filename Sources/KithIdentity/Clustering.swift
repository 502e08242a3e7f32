import KithCore

/// Which profiles are one customer, and why.
public struct Clustering: Sendable, Equatable {
  /// Every profile in exactly one cluster; ids ascend within a cluster and clusters by their first id.
  public var clusters: [[Int64]]
  /// The links that hold the clusters together: a tree per cluster, so one less than its profiles. Strongest first.
  public var links: [Link]
  /// What would have linked profiles but was not followed.
  public var refused: [RefusedLink]
  /// Values that more than one person carries, or that are blocked.
  public var sharedValues: [SharedValue]

  public init(
    clusters: [[Int64]] = [], links: [Link] = [], refused: [RefusedLink] = [], sharedValues: [SharedValue] = []
  ) {
    self.clusters = clusters
    self.links = links
    self.refused = refused
    self.sharedValues = sharedValues
  }
}

/// Evidence that two profiles are one person.
public struct Link: Sendable, Equatable {
  public enum Rule: String, Sendable, CaseIterable {
    /// A human said so.
    case decision
    /// The identifier is one person's by itself (customer number, user id).
    case identifier
    /// A shared identifier, and the names agree.
    case identifierAndName = "identifier_and_name"
    /// A shared identifier that belongs to one person, and at least one of the two profiles has no name.
    case identifierWithoutName = "identifier_without_name"
    /// An anonymous profile with a visitor id of one customer, or of another anonymous profile.
    case visitor
  }

  /// The smaller profile id of the two.
  public var left: Int64
  public var right: Int64
  /// What they share; nil for a decision.
  public var key: IdentityKey?
  public var rule: Rule
  /// Links are followed from high to low. Exact rules use fixed ranks: decision 100, customer number 60, user id 50,
  /// loyalty number 40, e-mail 30, phone 20, visitor id 10; one less where a name is missing.
  public var strength: Double

  public init(_ one: Int64, _ other: Int64, key: IdentityKey?, rule: Rule, strength: Double) {
    left = min(one, other)
    right = max(one, other)
    self.key = key
    self.rule = rule
    self.strength = strength
  }
}

/// A link that was not followed, with the reason.
public struct RefusedLink: Sendable, Equatable {
  public enum Reason: String, Sendable, CaseIterable {
    /// The names, of the two or of profiles already joined to them, cannot be one person's.
    case names
    /// The birth dates differ.
    case birthDates = "birth_dates"
    /// The value belongs to several persons, and nothing tells which of them this profile is.
    case ambiguous
    /// More persons carry the value than its kind allows.
    case sharedValue = "shared_value"
    /// A human said that they are different.
    case decision
    /// One is a person, the other an organisation.
    case kinds
    /// The customer would have more distinct names and birth dates than one person can have.
    case tooVaried = "too_varied"
  }

  /// The link as it would have been.
  public var link: Link
  public var reason: Reason

  public init(_ link: Link, _ reason: Reason) {
    self.link = link
    self.reason = reason
  }
}

/// A value that points to more than one person, or to nobody.
public struct SharedValue: Sendable, Equatable {
  public enum Reason: String, Sendable, CaseIterable {
    /// Several persons, within the limit: each links within itself.
    case household
    /// More persons than the limit: links nobody.
    case overLimit = "over_limit"
    /// A visitor id that several customers carry: attaches nobody.
    case kiosk
    /// Blocked by the rules: links nobody.
    case blocked
  }

  public var key: IdentityKey
  public var reason: Reason
  /// Distinct persons among the carriers, counted up to one above the limit; 0 for a blocked value.
  public var persons: Int
  /// Profiles that carry the value.
  public var profiles: Int

  public init(key: IdentityKey, reason: Reason, persons: Int, profiles: Int) {
    self.key = key
    self.reason = reason
    self.persons = persons
    self.profiles = profiles
  }
}
