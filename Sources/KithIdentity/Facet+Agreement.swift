import KithCore

/// What a comparison of two facets says. Missing values say nothing, neither for nor against.
struct FacetComparison {
  /// Both given names are known and cannot be one person's.
  var givenNamesConflict: Bool
  /// Both birth dates are known and cannot be one person's.
  var birthDatesConflict: Bool
  /// Names agree although family names may differ (`IdentityRules.NameAgreement.givenName`).
  var agreesOnGivenName: Bool
  /// Names agree in all that is known.
  var agreesOnFullName: Bool
  /// Both have given and family name.
  var hasFullNames: Bool

  init(_ left: Facet, _ right: Facet) {
    let given: NameMatch? =
      left.given.isEmpty || right.given.isEmpty
      ? nil : matchGiven(left.given, right.given, sharedClass: FacetComparison.shareClass(left, right))
    let family: NameMatch? =
      left.family.isEmpty || right.family.isEmpty ? nil : matchFamily(left.family, right.family)
    hasFullNames = given != nil && family != nil
    let straight = given != NameMatch.none && family != NameMatch.none
    let swapped = !straight && hasFullNames && FacetComparison.areSwapped(left, right)
    agreesOnFullName = straight || swapped
    agreesOnGivenName = agreesOnFullName || given == .full
    givenNamesConflict = given == NameMatch.none && !swapped
    birthDatesConflict = FacetComparison.conflict(left.birthDate, right.birthDate)
  }

  /// Whether a value of a kind with this agreement may point to both.
  func agrees(_ agreement: IdentityRules.NameAgreement) -> Bool {
    switch agreement {
    case .none: !contradicts(.none)
    case .givenName: agreesOnGivenName && !birthDatesConflict
    case .fullName: agreesOnFullName && !birthDatesConflict
    }
  }

  /// Whether the two can never be in one customer on the strength of such a value, not even through others.
  func contradicts(_ agreement: IdentityRules.NameAgreement) -> Bool {
    switch agreement {
    case .none: hasFullNames && !agreesOnFullName && birthDatesConflict
    case .givenName, .fullName: givenNamesConflict || birthDatesConflict
    }
  }

  /// Why they do not agree.
  var reason: RefusedLink.Reason { agreesOnFullName && birthDatesConflict ? .birthDates : .names }

  private static func shareClass(_ left: Facet, _ right: Facet) -> Bool {
    left.givenClasses.contains { right.givenClasses.contains($0) || right.given.first == $0 }
      || right.givenClasses.contains { left.given.first == $0 }
  }

  /// Given and family name in each other's column; one of the two may be an initial.
  private static func areSwapped(_ left: Facet, _ right: Facet) -> Bool {
    let matches = (matchFamily(left.given, right.family), matchFamily(left.family, right.given))
    return min(matches.0, matches.1) != .none && max(matches.0, matches.1) == .full
  }

  /// Two dates are one person's when equal, with day and month swapped, or with one digit wrong.
  private static func conflict(_ left: CalendarDate?, _ right: CalendarDate?) -> Bool {
    guard let left, let right, left != right else { return false }
    if left.year == right.year, left.month == right.day, left.day == right.month { return false }
    var (one, other) = (digits(left), digits(right))
    var differing = 0
    while one > 0 || other > 0 {
      if one % 10 != other % 10 { differing += 1 }
      one /= 10
      other /= 10
    }
    return differing > 1
  }

  private static func digits(_ date: CalendarDate) -> Int { date.year * 10_000 + date.month * 100 + date.day }
}
