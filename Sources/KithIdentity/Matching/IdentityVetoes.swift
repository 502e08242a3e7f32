/// What keeps two profiles apart by itself, however much else they share, unless a number that somebody gave out is the
/// same on both sides, or mistyped.
public struct IdentityVetoes: Sendable, Equatable {
  /// Two clearly different birth dates; a mistyped one, or day and month swapped, is none.
  public enum BirthDate: String, Sendable, CaseIterable {
    /// With one name at one address or with one phone number: father and son.
    case household
    /// Whatever else they share.
    case always
    /// It is evidence against, weighed like all else.
    case never
  }

  /// Two clearly different given names; a nickname, an initial or a mistyped one is none.
  public enum GivenName: String, Sendable, CaseIterable {
    /// With one family name and one birth date.
    case twins
    /// With one family name, and one birth date, address or phone number: whoever lives together.
    case household
    /// Whatever else they share.
    case always
    /// It is evidence against, weighed like all else.
    case never
  }

  public var birthDate = BirthDate.household
  public var givenName = GivenName.twins

  /// The defaults: father and son, and twins.
  public init() {}

  /// What keeps a pair apart.
  enum Reason { case birthDate, givenName }

  @inline(__always) func hold(_ pattern: Pattern) -> Bool { reason(pattern) != nil }

  func reason(_ pattern: Pattern) -> Reason? {
    let reason: Reason
    if pattern[.given] == GivenLevel.different, isVetoed(givenNameOf: pattern) {
      reason = .givenName
    } else if pattern[.birth] == BirthLevel.different, isVetoed(birthDateOf: pattern) {
      reason = .birthDate
    } else {
      return nil
    }
    return pattern.hasLikeNumber ? nil : reason
  }

  private func isVetoed(givenNameOf pattern: Pattern) -> Bool {
    switch givenName {
    case .never: false
    case .always: true
    case .twins: pattern.hasOneFamilyName && pattern[.birth] == BirthLevel.same
    case .household:
      pattern.hasOneFamilyName && (pattern[.birth] == BirthLevel.same || pattern.sharesHousehold)
    }
  }

  private func isVetoed(birthDateOf pattern: Pattern) -> Bool {
    switch birthDate {
    case .never: false
    case .always: true
    case .household: pattern.hasOneFamilyName && pattern[.given] == GivenLevel.same && pattern.sharesHousehold
    }
  }
}

extension Pattern {
  fileprivate var hasOneFamilyName: Bool { self[.family] != 0 && self[.family] <= FamilyLevel.near }

  fileprivate var sharesHousehold: Bool {
    self[.address] == AddressLevel.same || self[.phone] == PhoneLevel.same
  }

  fileprivate var hasLikeNumber: Bool {
    [Field.customerNumber, .userID, .loyaltyNumber].contains {
      self[$0] == NumberLevel.same || self[$0] == NumberLevel.near
    }
  }
}
