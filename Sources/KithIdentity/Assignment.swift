/// Customer ids for a clustering, and what changed against the one before.
public struct Assignment: Sendable, Equatable {
  /// Profile id → customer id, for every profile of the clusters.
  public var customerOf: [Int64: Int64]
  /// What happened to ids, in the order of clusters; retired ids last.
  public var events: [LineageEvent]

  public init(customerOf: [Int64: Int64] = [:], events: [LineageEvent] = []) {
    self.customerOf = customerOf
    self.events = events
  }
}

/// A change in the life of a customer id. Every profile of the clusters whose customer changed is in exactly one event;
/// a profile that had none and joins an old customer is in none.
public struct LineageEvent: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    /// A customer of profiles that had none before.
    case created
    /// `old` lives on as `new`: it resolves to it from now on.
    case merged
    /// `new` was made of profiles of `old`, which lives on or was merged elsewhere.
    case split
    /// Profiles went from `old` to the older customer `new`; `old` lives on or was merged elsewhere.
    case moved
    /// The profiles of `old` are gone, all of them: it resolves to nobody.
    case retired
  }

  public var kind: Kind
  public var old: Int64?
  public var new: Int64?
  /// The profiles concerned, ascending.
  public var profiles: [Int64]

  public init(_ kind: Kind, old: Int64? = nil, new: Int64? = nil, profiles: [Int64] = []) {
    self.kind = kind
    self.old = old
    self.new = new
    self.profiles = profiles
  }
}

/// Lays a new clustering over the old one, so that customers keep their ids.
///
/// Each old id is claimed by the cluster that holds most of its profiles (ties: the cluster with the smallest profile
/// id). A cluster keeps the smallest, that is oldest, id that it may claim; the other ids that it claims are merged
/// into that one. A cluster without a claim gets back an id that one of its profiles once stood for and nobody has now,
/// or else a new one.
///
/// - Parameters:
///   - clusters: disjoint, none empty; their order does not matter.
///   - previous: profile id → customer id. For every old id that occurs all of its profiles must be here, or the
///     majority cannot be told. Profiles that are in no cluster any more are gone.
///   - former: profile id → an id that was merged or retired with it and that no customer has now.
///   - nextID: the next unused customer id; raised by each id that is given out.
public func assign(
  clusters: [[Int64]], previous: [Int64: Int64], former: [Int64: Int64] = [:], nextID: inout Int64
) -> Assignment {
  let ordered = orderedBySmallest(clusters)
  let holdings = ordered.map { Holding($0, previous) }
  let claimant = claimants(holdings)
  var assignment = Assignment()
  assignment.customerOf.reserveCapacity(previous.count)
  var revived: Set<Int64> = []
  for (cluster, holding) in holdings.enumerated() {
    // Old ids ascend within a holding: the first claimed one is the oldest.
    var customer = holding.parts.first { claimant[$0.old] == cluster }?.old
    let isNew = customer == nil
    if isNew {
      customer =
        former.isEmpty
        ? nil : ordered[cluster].compactMap { former[$0] }.filter { claimant[$0] == nil && !revived.contains($0) }.min()
      if let customer {
        revived.insert(customer)
      } else {
        customer = nextID
        nextID += 1
      }
    }
    guard let customer else { continue }
    for profile in ordered[cluster] { assignment.customerOf[profile] = customer }
    if holding.parts.isEmpty {
      assignment.events.append(LineageEvent(.created, new: customer, profiles: holding.unknown))
    }
    for part in holding.parts where part.old != customer {
      let kind: LineageEvent.Kind = claimant[part.old] == cluster ? .merged : isNew ? .split : .moved
      assignment.events.append(LineageEvent(kind, old: part.old, new: customer, profiles: part.profiles))
    }
  }
  assignment.events += retired(previous, claimant)
  return assignment
}

/// What a cluster holds of the old customers.
private struct Holding {
  /// By old id, ascending; profiles ascending.
  var parts: [(old: Int64, profiles: [Int64])] = []
  /// Profiles that had no customer.
  var unknown: [Int64] = []

  init(_ cluster: [Int64], _ previous: [Int64: Int64]) {
    var known: [(old: Int64, profile: Int64)] = []
    for profile in cluster {
      if let old = previous[profile] { known.append((old, profile)) } else { unknown.append(profile) }
    }
    known.sort { $0.old != $1.old ? $0.old < $1.old : $0.profile < $1.profile }
    for (old, profile) in known {
      if parts.last?.old == old {
        parts[parts.count - 1].profiles.append(profile)
      } else {
        parts.append((old, [profile]))
      }
    }
  }
}

private func orderedBySmallest(_ clusters: [[Int64]]) -> [[Int64]] {
  clusters.map { $0.sorted() }.sorted { ($0.first ?? 0) < ($1.first ?? 0) }
}

/// Old id → the cluster that holds most of its profiles; the earlier cluster where several hold as many.
private func claimants(_ holdings: [Holding]) -> [Int64: Int] {
  var best: [Int64: (cluster: Int, count: Int)] = [:]
  for (cluster, holding) in holdings.enumerated() {
    for part in holding.parts where part.profiles.count > best[part.old]?.count ?? 0 {
      best[part.old] = (cluster, part.profiles.count)
    }
  }
  return best.mapValues(\.cluster)
}

private func retired(_ previous: [Int64: Int64], _ claimant: [Int64: Int]) -> [LineageEvent] {
  var gone: [Int64: [Int64]] = [:]
  for (profile, old) in previous where claimant[old] == nil { gone[old, default: []].append(profile) }
  return gone.sorted { $0.key < $1.key }.map { LineageEvent(.retired, old: $0.key, profiles: $0.value.sorted()) }
}
