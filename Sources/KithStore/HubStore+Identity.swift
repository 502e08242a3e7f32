import GRDB
import KithCore

/// What one identity pass changed.
public struct IdentityChanges: Sendable, Equatable {
  /// Profiles that were looked at, and those of them that changed their customer.
  public var profiles = 0
  public var movedProfiles = 0
  public var newCustomers = 0
  public var mergedCustomers = 0
  public var splitCustomers = 0
  /// Customers whose row was computed again.
  public var refreshedCustomers = 0
  /// All customers there are now.
  public var customers = 0

  public init() {}
}

/// What the identity engine decided about the touched profiles.
public struct IdentityOutcome: Sendable {
  public var customerOf: [Int64: Int64]
  public var nextCustomerID: Int64
  public var matches: [StoredMatch]
  public var lineage: [StoredLineage]

  public init(
    customerOf: [Int64: Int64], nextCustomerID: Int64, matches: [StoredMatch], lineage: [StoredLineage]
  ) {
    self.customerOf = customerOf
    self.nextCustomerID = nextCustomerID
    self.matches = matches
    self.lineage = lineage
  }
}

/// The golden record of one customer.
public struct GoldenCustomer: Sendable {
  public var customerID: Int64
  public var displayName: String?
  public var values: [StoredGoldenValue]

  public init(customerID: Int64, displayName: String?, values: [StoredGoldenValue]) {
    self.customerID = customerID
    self.displayName = displayName
    self.values = values
  }
}

extension HubStore {
  /// How many profiles wait for identity, and how many customers for their totals.
  public func identityQueue() throws(KithError) -> (profiles: Int, refreshes: Int) {
    try read { db in
      (
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM resolve_queue") ?? 0,
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM refresh_queue") ?? 0
      )
    }
  }

  /// The outcome of a pass that has nothing to do.
  public func unchangedIdentity() throws(KithError) -> IdentityChanges {
    try read { db in
      var changes = IdentityChanges()
      changes.customers = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM customers") ?? 0
      return changes
    }
  }

  /// One identity pass in one transaction: readers see the customers before it or after it, nothing between.
  ///
  /// `decide` gets the touched profiles, their previous customers and the next free id; `golden` gets the members of
  /// each customer whose members changed. The WAL is emptied afterwards if nobody holds it.
  public func resolveIdentity(
    everything: Bool, holderLimit: Int, baseCurrency: String, at now: Timestamp,
    decide: (_ session: IdentitySession, _ profiles: [StoredProfile]) throws -> IdentityOutcome,
    golden: (_ customer: Int64, _ members: [StoredProfile]) -> GoldenCustomer
  ) throws(KithError) -> IdentityChanges {
    let changes = try write { db in
      let session = IdentitySession(db: db, now: now)
      var changes = IdentityChanges()
      changes.profiles = try session.collect(everything: everything, holderLimit: holderLimit)
      if changes.profiles > 0 {
        let profiles = try session.profiles()
        let previous = try session.previousCustomers()
        let outcome = try decide(session, profiles)
        changes.movedProfiles = try session.assign(outcome.customerOf, previous: previous)
        try session.setNextCustomerID(outcome.nextCustomerID)
        try session.replaceMatches(outcome.matches)
        try session.append(outcome.lineage)
        changes.newCustomers = outcome.lineage.count { $0.event == .new }
        changes.mergedCustomers = outcome.lineage.count { $0.event == .merge }
        changes.splitCustomers = outcome.lineage.count { $0.event == .split }
        try Self.writeGolden(session, profiles, outcome.customerOf, golden)
      }
      try session.markQueuedCustomersStale()
      changes.refreshedCustomers = try session.staleCustomers().count
      try session.refreshTotals(baseCurrency: baseCurrency)
      try session.clearQueues()
      changes.customers = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM customers") ?? 0
      return changes
    }
    try checkpoint(.truncate)
    return changes
  }

  private static func writeGolden(
    _ session: IdentitySession, _ profiles: [StoredProfile], _ customerOf: [Int64: Int64],
    _ golden: (Int64, [StoredProfile]) -> GoldenCustomer
  ) throws {
    var members: [Int64: [StoredProfile]] = [:]
    for profile in profiles {
      if let customer = customerOf[profile.id] { members[customer, default: []].append(profile) }
    }
    let writer = try GoldenWriter(db: session.db, now: session.now)
    for customer in members.keys.sorted() { try writer.write(golden(customer, members[customer] ?? [])) }
  }
}
