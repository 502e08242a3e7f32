import KithCore

/// Joins profiles to clusters by evidence, and refuses what contradicts: disjoint sets that know the names, birth
/// dates, kinds and human vetoes of their members.
struct ClusterBuilder {
  let profiles: [IdentityProfile]
  let table: FacetTable
  private(set) var links: [Link] = []
  private(set) var refused: [RefusedLink] = []

  private var parent: [Int32]
  private var size: [Int32]
  /// By root, only where a cluster has more than the one facet of its root.
  private var facetsOfRoot: [Int32: [Int32]] = [:]
  /// By root: whether it stands in `facetsOfRoot`. Most do not, and looking there is slow.
  private var hasSeveralFacets: [Bool]
  /// By root: profiles that a human told apart from a member.
  private var apart: [Int32: [Int32]] = [:]

  /// How many clusters that may not merge one piece of evidence can start; profiles beyond stay by themselves.
  private static let hubLimit = 16

  init(_ profiles: [IdentityProfile], table: FacetTable) {
    self.profiles = profiles
    self.table = table
    parent = Array(0..<Int32(profiles.count))
    size = [Int32](repeating: 1, count: profiles.count)
    hasSeveralFacets = [Bool](repeating: false, count: profiles.count)
  }

  mutating func root(_ profile: Int32) -> Int32 {
    var node = profile
    while parent[Int(node)] != node {
      parent[Int(node)] = parent[Int(parent[Int(node)])]
      node = parent[Int(node)]
    }
    return node
  }

  /// Marks two profiles as never in one cluster. Call it before anything is joined.
  mutating func keepApart(_ one: Int32, _ other: Int32) {
    apart[one, default: []].append(other)
    apart[other, default: []].append(one)
  }

  /// Joins every member of the evidence to the first other member whose cluster has nothing against it.
  mutating func follow(_ evidence: Evidence, members: ArraySlice<Int32>, key: IdentityKey) {
    var hubs: [Int32] = []
    for (position, member) in members.enumerated() {
      if position < evidence.anchors {
        let own = root(member)
        if hubs.count < ClusterBuilder.hubLimit, !hubs.contains(where: { root($0) == own }) { hubs.append(member) }
        continue
      }
      var objection: RefusedLink?
      var isJoined = false
      for hub in hubs where !isJoined {
        if root(hub) == root(member) {
          isJoined = true
          continue
        }
        let link = makeLink(hub, member, key: key, rule: evidence.rule, strength: evidence.strength)
        if let reason = join(hub, member, link, agreement: evidence.agreement) {
          objection = objection ?? RefusedLink(link, reason)
        } else {
          isJoined = true
        }
      }
      if isJoined { continue }
      if let objection { refused.append(objection) }
      if hubs.count < ClusterBuilder.hubLimit { hubs.append(member) }
    }
  }

  /// Joins the clusters of two profiles, or tells why not. Profiles that are in one cluster already are no refusal.
  /// - Parameter agreement: nil where names do not count (a decision).
  mutating func join(
    _ one: Int32, _ other: Int32, _ link: Link, agreement: IdentityRules.NameAgreement?
  ) -> RefusedLink.Reason? {
    let (left, right) = (root(one), root(other))
    if left == right { return nil }
    if profiles[Int(left)].kind != profiles[Int(right)].kind { return .kinds }
    if areApart(left, right) { return .decision }
    if let agreement, !haveOneFacet(left, right), let reason = objection(facets(left), facets(right), agreement) {
      return reason
    }
    merge(left, right)
    links.append(link)
    return nil
  }

  mutating func refuse(_ link: Link, _ reason: RefusedLink.Reason) { refused.append(RefusedLink(link, reason)) }

  func makeLink(
    _ one: Int32, _ other: Int32, key: IdentityKey?, rule: Link.Rule, strength: Double
  ) -> Link {
    Link(profiles[Int(one)].id, profiles[Int(other)].id, key: key, rule: rule, strength: strength)
  }

  /// The clusters, ordered as `Clustering.clusters`. Profiles are sorted by id.
  mutating func clusters() -> [[Int64]] {
    var number = [Int32](repeating: -1, count: profiles.count)
    var result: [[Int64]] = []
    for index in profiles.indices {
      let own = Int(root(Int32(index)))
      if number[own] < 0 {
        number[own] = Int32(result.count)
        result.append([profiles[index].id])
      } else {
        result[Int(number[own])].append(profiles[index].id)
      }
    }
    return result
  }

  private func facets(_ root: Int32) -> [Int32] {
    isVaried(root) ? facetsOfRoot[root] ?? [] : [table.facetOf[Int(root)]]
  }

  private mutating func areApart(_ left: Int32, _ right: Int32) -> Bool {
    if apart.isEmpty { return false }
    guard let others = apart[left] else { return false }
    for other in others where root(other) == right { return true }
    return false
  }

  private mutating func merge(_ left: Int32, _ right: Int32) {
    let (winner, loser) = size[Int(left)] >= size[Int(right)] ? (left, right) : (right, left)
    mergeFacets(winner, loser)
    if let others = apart.removeValue(forKey: loser) { apart[winner, default: []].append(contentsOf: others) }
    parent[Int(loser)] = winner
    size[Int(winner)] += size[Int(loser)]
  }

  private mutating func mergeFacets(_ winner: Int32, _ loser: Int32) {
    if haveOneFacet(winner, loser) { return }
    let (kept, added) = (facets(winner), facets(loser))
    let fresh = added.filter { !kept.contains($0) }
    if !fresh.isEmpty { facetsOfRoot[winner] = kept + fresh }
    facetsOfRoot[loser] = nil
    hasSeveralFacets[Int(winner)] = kept.count + fresh.count > 1
  }

  private func haveOneFacet(_ left: Int32, _ right: Int32) -> Bool {
    !isVaried(left) && !isVaried(right) && table.facetOf[Int(left)] == table.facetOf[Int(right)]
  }

  private func isVaried(_ root: Int32) -> Bool { hasSeveralFacets[Int(root)] }
}
