import KithCore

/// What a shared identifier proves, per kind.
///
/// Defaults: `customer_number` and `user_id` link alone (5 persons per value), `loyalty_number` needs a compatible
/// given name (2), `email` a compatible given name (5), `phone` a compatible full name (5). `visitor_id` has no rule
/// here: it attaches anonymous profiles to the one customer that carries it and never merges customers.
public struct IdentityRules: Sendable {
  /// Which names two profiles must have to be linked by a value.
  public enum NameAgreement: String, Sendable, CaseIterable {
    /// Links alone; only incompatible full names together with different birth dates refuse.
    case none
    /// Compatible given names; another family name is accepted (marriage) when the given names really agree.
    case givenName
    /// Compatible given and family names.
    case fullName
  }

  public struct KindRule: Sendable, Equatable {
    public var agreement: NameAgreement
    /// How many distinct persons (incompatible names or birth dates) may carry one value, at least 1. With more, the
    /// value links nobody: a shared mailbox, a switchboard, a number that stands for "unknown".
    public var personLimit: Int

    public init(_ agreement: NameAgreement, personLimit: Int) {
      self.agreement = agreement
      self.personLimit = personLimit
    }
  }

  public var customerNumber = KindRule(.none, personLimit: 5)
  public var userID = KindRule(.none, personLimit: 5)
  public var loyaltyNumber = KindRule(.givenName, personLimit: 2)
  public var email = KindRule(.givenName, personLimit: 5)
  public var phone = KindRule(.fullName, personLimit: 5)
  /// Matching keys that link nobody, beyond those that normalising already marked.
  public var blocked: [Identifier.Kind: Set<String>] = [:]

  /// The defaults above.
  public init() {}

  /// The rule of a kind; nil for visitor ids, which never link two persons.
  public func rule(for kind: Identifier.Kind) -> KindRule? {
    switch kind {
    case .customerNumber: customerNumber
    case .userID: userID
    case .loyaltyNumber: loyaltyNumber
    case .email: email
    case .phone: phone
    case .visitorID: nil
    }
  }

  /// Distinct names and birth dates that one value, or one customer, may have before it is held to be no person at all.
  /// It also bounds the comparisons per value and per join.
  static let facetLimit = 64
}
