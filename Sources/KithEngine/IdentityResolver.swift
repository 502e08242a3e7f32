import KithCore
import KithIdentity
import KithNormalise
import KithStore

/// Brings the customers up to date with the profiles: after a sync only what changed and what it touches.
public struct IdentityResolver: Sendable {
  /// Whether the model is learned from all profiles, which then are all looked at.
  public enum Learning: Sendable {
    /// When there is none, or the hub has grown by a quarter since; a small hub always learns, for it takes no time.
    case whenDue
    case always
    /// Only when there is none.
    case never
  }

  let store: HubStore
  let configuration: Configuration
  let time: any TimeSource
  /// The index of a hub of at least so many profiles is kept beside the database.
  let keepsIndexFrom: Int

  /// A hub of fewer profiles than this is small.
  static let smallHub = 2_000

  public init(
    store: HubStore, configuration: Configuration, time: any TimeSource,
    keepsIndexFrom: Int = IdentityIndexFile.worthKeeping
  ) {
    self.keepsIndexFrom = keepsIndexFrom
    self.store = store
    self.configuration = configuration
    self.time = time
  }

  /// With `everything` all profiles are looked at again; with the same model the result is the same, customer ids
  /// included.
  /// - Parameter isPreview: nothing is kept, what would change is returned.
  public func resolve(
    everything: Bool = false, learning: Learning = .whenDue, isPreview: Bool = false
  ) throws(KithError) -> IdentityChanges {
    let clock = IdentityClock()
    // A first load puts indexes off until its run ends; after one that died they are still missing.
    try store.buildIndexes()
    try store.applyRates(
      baseCurrency: configuration.hub.currency, rates: configuration.hub.exchangeRates)
    let queue = try store.identityQueue()
    // Other settings than before may make other customers of profiles that nobody changed.
    let known = try store.identityModelSettings()
    let isOverdue = learning == .whenDue && known != nil && known != configuration.hub.identity.signature
    let everything = everything || isOverdue
    if !everything, queue.profiles == 0, queue.refreshes == 0 {
      if !isPreview { try store.restoreForeignKeys() }
      var unchanged = try store.unchangedIdentity()
      clock.end(.prepare)
      unchanged.seconds = clock.seconds
      return unchanged
    }
    let survivorship = configuration.survivorship
    let naming = configuration.hub.identity.namingOrder
    return try store.resolveIdentity(
      baseCurrency: configuration.hub.currency, at: time.now(), isPreview: isPreview, clock: clock,
      decide: { session in
        if !everything, queue.profiles == 0 {
          return IdentityOutcome(
            profiles: 0, isOfAll: false, hasLearned: false, previousCustomers: [:], customerOf: [:],
            nextCustomerID: try session.nextCustomerID(), matches: [],
            lineage: [])
        }
        var pass = try IdentityPass(
          session, configuration.hub.identity, file: IdentityIndexFile(store.location),
          keepsIndexFrom: isPreview ? .max : keepsIndexFrom, clock: clock)
        return try pass.run(everything: everything, learning)
      },
      golden: { customer, members in Self.golden(customer, members, survivorship, naming) })
  }

  /// The model that the hub resolves with; nil before the first pass.
  public func model() throws(KithError) -> IdentityModel? {
    try store.identityModel().flatMap(IdentityModel.init(encoded:))
  }

  /// Why the profiles of a customer are one person: each pair that holds it together, by the model of the hub. Pairs that
  /// no odds decided are not here.
  public func explanations(of customer: CustomerDetail) throws(KithError) -> [Explanation] {
    guard let model = try model() else { return [] }
    let index = ProfileIndex()
    for row in try store.identityRows(of: customer.summary.customerID) {
      index.put(id: row.id, kind: row.kind, attributes: row.attributes, identifiers: row.identifiers)
    }
    return customer.matches.filter { $0.score != nil }.compactMap {
      index.explain($0.leftProfileID, $0.rightProfileID, by: model, vetoes: configuration.hub.identity.vetoes)
    }
  }

  /// - Parameter isThere: whether a profile still is there.
  static func lineage(_ event: LineageEvent, isThere: (Int64) -> Bool) -> StoredLineage {
    let isOne = event.profiles.count == 1
    let profiles = isOne ? "1 profile" : "\(event.profiles.count) profiles"
    let (new, old) = (event.new ?? 0, event.old ?? 0)
    switch event.kind {
    case .created:
      return StoredLineage(event: .new, customerID: new, otherCustomerID: nil, reason: "\(profiles) without a customer")
    case .merged:
      return StoredLineage(
        event: .merge, customerID: old, otherCustomerID: new, profileID: event.profiles.first,
        reason: "\(profiles) turned out to be customer \(new)")
    case .split:
      return StoredLineage(
        event: .split, customerID: new, otherCustomerID: old,
        reason: "\(profiles) \(isOne ? "is" : "are") not customer \(old)")
    case .moved:
      return StoredLineage(
        event: .moved, customerID: new, otherCustomerID: old,
        reason: "\(profiles) of customer \(old) \(isOne ? "belongs" : "belong") here")
    case .retired:
      let reason =
        event.profiles.contains(where: isThere)
        ? "no profile says any more who it is: neither name nor address nor number"
        : "the last profile is gone at its source"
      return StoredLineage(
        event: .retired, customerID: old, otherCustomerID: nil, profileID: event.profiles.first, reason: reason)
    }
  }

  private static func golden(
    _ customer: Int64, _ members: [StoredProfile], _ rules: SurvivorshipRules, _ naming: [Identifier.Kind]
  ) -> GoldenCustomer {
    let record = goldenRecord(members.map(survivorshipProfile), rules: rules)
    let values = record.values.map {
      StoredGoldenValue(field: $0.field.name, value: $0.value, profileID: $0.profileID, rule: $0.rule.rawValue)
    }
    let names = [record[.givenName], record[.familyName]].compactMap { $0 }
    let name = names.isEmpty ? strongestIdentifier(members, record, naming) : names.joined(separator: " ")
    return GoldenCustomer(customerID: customer, displayName: name, values: values)
  }

  /// What to call somebody without a name: an address, or where nothing but a number is known `customer number 17850`.
  private static func strongestIdentifier(
    _ members: [StoredProfile], _ record: GoldenRecord, _ naming: [Identifier.Kind]
  ) -> String? {
    for kind in naming {
      let own: String? =
        switch kind {
        case .email: record[.email]?.value
        case .phone: record[.phone]?.value
        case .customerNumber, .userID, .loyaltyNumber, .visitorID:
          members.flatMap(\.identifiers).filter { $0.kind == kind }.map(\.value).min()
            .map { "\(kind.name.replacing("_", with: " ")) \($0)" }
        }
      if let own { return own }
    }
    return nil
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
