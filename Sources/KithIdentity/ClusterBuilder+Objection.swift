import KithCore

extension ClusterBuilder {
  /// Why two clusters with these facets may not be joined by a value of a kind with this agreement; nil when they may.
  ///
  /// Every facet of one is compared with every facet of the other, so that a chain of profiles that say little (no
  /// name, an initial) never brings two persons together. Then at least one named pair must agree as the kind demands.
  func objection(
    _ left: [Int32], _ right: [Int32], _ agreement: IdentityRules.NameAgreement
  ) -> RefusedLink.Reason? {
    if left == right { return nil }
    if left.count + right.count > IdentityRules.facetLimit, Set(left).union(right).count > IdentityRules.facetLimit {
      return .tooVaried
    }
    var reason: RefusedLink.Reason?
    var bothNamed = false
    var somePairAgrees = false
    for one in left {
      for other in right {
        let comparison = FacetComparison(table[one], table[other])
        if table[one].isNamed && table[other].isNamed {
          bothNamed = true
          somePairAgrees = somePairAgrees || comparison.agrees(agreement)
        }
        guard comparison.contradicts(agreement) else { continue }
        if isSettled(one, other, among: left, agreement) || isSettled(other, one, among: right, agreement) { continue }
        if reason != .names { reason = comparison.reason }
      }
    }
    if reason == nil, agreement != .none, bothNamed, !somePairAgrees { return .names }
    return reason
  }

  /// A customer may already hold two names that contradict, because a number or a human joined them (a new given name).
  /// Then whoever agrees with one of the two does not contradict the other: that question is settled.
  private func isSettled(
    _ facet: Int32, _ stranger: Int32, among members: [Int32], _ agreement: IdentityRules.NameAgreement
  ) -> Bool {
    members.contains { member in
      guard member != facet, table[member].isNamed,
        FacetComparison(table[member], table[facet]).contradicts(agreement)
      else { return false }
      return FacetComparison(table[member], table[stranger]).agrees(agreement)
    }
  }
}
