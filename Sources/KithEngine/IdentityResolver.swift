import KithCore
import KithIdentity
import KithNormalise
import KithStore

/// Brings the customers up to date with the profiles: after a sync only what changed and what it touches.
public struct IdentityResolver: Sendable {
  let store: HubStore
  let configuration: Configuration
  let time: any TimeSource

  /// A value held by more profiles than this links nobody and is not followed.
  static let holderLimit = 200

  public init(store: HubStore, configuration: Configuration, time: any TimeSource) {
    self.store = store
    self.configuration = configuration
    self.time = time
  }

  /// With `everything` all profiles are looked at again; the result is the same (customer ids included).
  public func resolve(everything: Bool = false) throws(KithError) -> IdentityChanges {
    // A first load puts indexes off until its run ends; after one that died they are still missing.
    try store.buildIndexes()
    try store.applyRates(
      baseCurrency: configuration.hub.currency, rates: configuration.hub.exchangeRates)
    let queue = try store.identityQueue()
    if !everything, queue.profiles == 0, queue.refreshes == 0 { return try store.unchangedIdentity() }
    let survivorship = configuration.survivorship
    return try store.resolveIdentity(
      everything: everything, holderLimit: IdentityResolver.holderLimit, baseCurrency: configuration.hub.currency,
      at: time.now(), decide: decide,
      golden: { customer, members in Self.golden(customer, members, survivorship) })
  }

  private func decide(_ session: IdentitySession, _ profiles: [StoredProfile]) throws -> IdentityOutcome {
    let linking = Self.identityProfiles(profiles)
    let decisions = try session.decisions().map {
      $0.isSame ? Decision.same($0.left, $0.right) : .different($0.left, $0.right)
    }
    let clustering = cluster(linking, rules: configuration.hub.identity, decisions: decisions)
    let known = Set(profiles.filter(\.isKnownPerson).map(\.id))
    let clusters = clustering.clusters.filter { $0.contains(where: known.contains) }
    let previous = try session.previousCustomers()
    var nextID = try session.nextCustomerID()
    let assignment = assign(clusters: clusters, previous: previous, nextID: &nextID)
    return IdentityOutcome(
      customerOf: assignment.customerOf, nextCustomerID: nextID, matches: clustering.links.map(Self.match),
      lineage: assignment.events.map(Self.lineage))
  }

  // MARK: store → identity

  private static func identityProfiles(_ profiles: [StoredProfile]) -> [IdentityProfile] {
    profiles.map { profile in
      let given = profile.attributes[.givenName].map(NameFolding.tokens) ?? []
      return IdentityProfile(
        id: profile.id, source: Int32(truncatingIfNeeded: profile.sourceID), kind: profile.kind, given: given,
        givenClasses: given.first.map { NameFolding.nicknameClasses($0).map(String.init) } ?? [],
        family: profile.attributes[.familyName].map(NameFolding.tokens) ?? [],
        birthDate: profile.attributes[.birthDate].flatMap(CalendarDate.init(iso:)),
        identifiers: profile.identifiers.map(key))
    }
  }

  private static func key(_ identifier: CanonicalIdentifier) -> IdentityKey {
    IdentityKey(identifier.kind, identifier.value, namespace: identifier.namespace)
  }

  // MARK: identity → store

  private static func match(_ link: Link) -> StoredMatch {
    StoredMatch(
      left: link.left, right: link.right, rule: link.rule.rawValue, kind: link.key?.kind.name ?? "",
      value: link.key?.value ?? "")
  }

  private static func lineage(_ event: LineageEvent) -> StoredLineage {
    let profiles = event.profiles.count == 1 ? "1 profile" : "\(event.profiles.count) profiles"
    let (new, old) = (event.new ?? 0, event.old ?? 0)
    switch event.kind {
    case .created:
      return StoredLineage(event: .new, customerID: new, otherCustomerID: nil, reason: "\(profiles) without a customer")
    case .merged:
      return StoredLineage(
        event: .merge, customerID: old, otherCustomerID: new, reason: "\(profiles) turned out to be customer \(new)")
    case .split:
      return StoredLineage(
        event: .split, customerID: new, otherCustomerID: old, reason: "\(profiles) are not customer \(old)")
    case .moved:
      return StoredLineage(
        event: .moved, customerID: new, otherCustomerID: old, reason: "\(profiles) of customer \(old) belong here")
    case .retired:
      return StoredLineage(
        event: .retired, customerID: old, otherCustomerID: nil, reason: "the last profile is gone at its source")
    }
  }

  private static func golden(
    _ customer: Int64, _ members: [StoredProfile], _ rules: SurvivorshipRules
  ) -> GoldenCustomer {
    let record = goldenRecord(members.map(survivorshipProfile), rules: rules)
    let values = record.values.map {
      StoredGoldenValue(field: $0.field.name, value: $0.value, profileID: $0.profileID, rule: $0.rule.rawValue)
    }
    let names = [record[.givenName], record[.familyName]].compactMap { $0 }
    let name =
      names.isEmpty
      ? record[.email]?.value ?? record[.phone]?.value ?? strongestIdentifier(members) : names.joined(separator: " ")
    return GoldenCustomer(customerID: customer, displayName: name, values: values)
  }

  /// What to call somebody of whom nothing but a number is known: `customer number 17850`.
  private static func strongestIdentifier(_ members: [StoredProfile]) -> String? {
    members.flatMap(\.identifiers).min { ($0.kind, $0.value) < ($1.kind, $1.value) }
      .map { "\($0.kind.name.replacing("_", with: " ")) \($0.value)" }
  }

  private static func survivorshipProfile(_ profile: StoredProfile) -> SurvivorshipProfile {
    SurvivorshipProfile(
      id: profile.id, source: profile.source, updatedAt: profile.updatedAt ?? profile.createdAt,
      attributes: profile.attributes.map { CanonicalAttribute($0.key, $0.value) },
      emails: values(of: .email, main: profile.email, profile), phones: values(of: .phone, main: profile.phone, profile)
    )
  }

  /// The profile's addresses or numbers that point to somebody, its main one first: noreply@ is nobody's address.
  private static func values(of kind: Identifier.Kind, main: String?, _ profile: StoredProfile) -> [String] {
    let usable = profile.identifiers.filter { $0.kind == kind }.map(\.display)
    guard let main, usable.contains(main) else { return usable }
    return [main] + usable.filter { $0 != main }
  }
}

extension StoredProfile {
  /// Whether somebody is behind it whom a company would call a customer: a person with a name or with an identifier
  /// beyond a visitor id. Anonymous visitors wait as profiles until they are known.
  var isKnownPerson: Bool {
    guard kind == .person else { return false }
    return attributes[.familyName] != nil || attributes[.givenName] != nil
      || identifiers.contains { $0.kind != .visitorID } || email != nil || phone != nil
  }
}
