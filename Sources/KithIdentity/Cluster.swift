import KithCore

/// Tells which profiles are one customer, by exact rules.
///
/// The result depends only on the set of profiles, the rules and the set of decisions, never on their order. Profiles
/// that share no identifier and no decision, directly or through others, do not influence one another: clustering the
/// connected parts one by one gives the same clusters as clustering everything.
///
/// - Parameters:
///   - profiles: with all the profiles that carry an identifier of one of them, or persons cannot be counted. Ids must
///     be distinct: of several profiles with one id only one is used.
///   - decisions: those that name a profile outside `profiles` are ignored.
public func cluster(
  _ profiles: [IdentityProfile], rules: IdentityRules = IdentityRules(), decisions: [Decision] = []
) -> Clustering {
  let sorted = sortedByID(profiles)
  let table = FacetTable(sorted)
  let exact = ExactRules(sorted, table: table, rules: rules)
  var builder = ClusterBuilder(sorted, table: table)
  obey(decisions, &builder)
  for evidence in exact.evidence.ordered() {
    builder.follow(evidence, members: exact.evidence.members[evidence.members], key: exact.key(evidence.key))
  }
  let kiosks = VisitorPass.run(&builder, exact.visitorValues, key: exact.key)
  return Clustering(
    clusters: builder.clusters(), links: builder.links,
    refused: stillApart(exact.refused + builder.refused, &builder), sharedValues: exact.sharedValues + kiosks)
}

private func sortedByID(_ profiles: [IdentityProfile]) -> [IdentityProfile] {
  var isSorted = true
  for index in profiles.indices.dropFirst() where profiles[index - 1].id >= profiles[index].id { isSorted = false }
  if isSorted { return profiles }
  var result: [IdentityProfile] = []
  result.reserveCapacity(profiles.count)
  for index in profiles.indices.sorted(by: { profiles[$0].id < profiles[$1].id })
  where result.last?.id != profiles[index].id {
    result.append(profiles[index])
  }
  return result
}

/// Decisions come before all rules: "different" first, so that no "same" can contradict it.
private func obey(_ decisions: [Decision], _ builder: inout ClusterBuilder) {
  let sorted = Set(decisions).sorted { ($0.left, $0.right) < ($1.left, $1.right) }
  var same: [(left: Int32, right: Int32)] = []
  for decision in sorted where decision.left != decision.right {
    guard let left = builder.index(of: decision.left), let right = builder.index(of: decision.right) else { continue }
    switch decision.verdict {
    case .same: same.append((left, right))
    case .different: builder.keepApart(left, right)
    }
  }
  for (left, right) in same {
    let link = builder.makeLink(left, right, key: nil, rule: .decision, strength: 100)
    if let reason = builder.join(left, right, link, agreement: nil) { builder.refuse(link, reason) }
  }
}

/// Leaves out what came together after all, by another way.
private func stillApart(_ refused: [RefusedLink], _ builder: inout ClusterBuilder) -> [RefusedLink] {
  refused.filter { item in
    guard let left = builder.index(of: item.link.left), let right = builder.index(of: item.link.right) else {
      return false
    }
    return builder.root(left) != builder.root(right)
  }
}

extension ClusterBuilder {
  /// The profile with this id. Profiles are sorted by id.
  fileprivate func index(of id: Int64) -> Int32? {
    var (low, high) = (0, profiles.count)
    while low < high {
      let middle = (low + high) / 2
      if profiles[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < profiles.count && profiles[low].id == id ? Int32(low) : nil
  }
}
