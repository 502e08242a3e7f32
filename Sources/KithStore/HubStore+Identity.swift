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
  /// Whether the model was learned anew.
  public var hasLearned = false
  /// What did not work out without harm to the customers; to be told.
  public var problem: KithError?
  /// What happened to customers that there were.
  public var lineage: [StoredLineage] = []
  /// How long it took.
  public var seconds: [IdentityClock.Part: Double] = [:]

  public init() {}
}

/// What the identity engine decided about the touched profiles.
public struct IdentityOutcome: Sendable {
  /// How many profiles were touched.
  public var profiles: Int
  /// Whether all were.
  public var isOfAll: Bool
  public var hasLearned: Bool
  /// What did not work out without harm to the outcome.
  public var problem: KithError?
  /// The customer that a touched profile had, deleted ones included.
  public var previousCustomers: [Int64: Int64]
  public var customerOf: [Int64: Int64]
  public var nextCustomerID: Int64
  /// By rising left and right profile.
  public var matches: [StoredMatch]
  public var lineage: [StoredLineage]

  public init(
    profiles: Int, isOfAll: Bool, hasLearned: Bool, problem: KithError? = nil, previousCustomers: [Int64: Int64],
    customerOf: [Int64: Int64], nextCustomerID: Int64, matches: [StoredMatch], lineage: [StoredLineage]
  ) {
    self.profiles = profiles
    self.isOfAll = isOfAll
    self.hasLearned = hasLearned
    self.problem = problem
    self.previousCustomers = previousCustomers
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

  /// How many profiles wait for identity, for their customer's totals, or for both.
  public func profilesWaiting() throws(KithError) -> Int {
    try read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT COUNT(*) FROM (SELECT profile_id FROM resolve_queue UNION SELECT profile_id FROM refresh_queue) AS waiting
          """) ?? 0
    }
  }

  /// The outcome of a pass that has nothing to do.
  public func unchangedIdentity() throws(KithError) -> IdentityChanges {
    try read { db in
      var changes = IdentityChanges()
      changes.customers = try Self.customerCount(in: db)
      return changes
    }
  }

  private static func customerCount(in db: StoreConnection) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM customers") ?? 0
  }

  /// The newest model as it was stored; nil before the first pass.
  public func identityModel() throws(KithError) -> [UInt8]? {
    try read { db in
      try IdentitySession(db: db, now: Timestamp(microseconds: 0), memory: memory).model()?.data
    }
  }

  /// The settings that the newest model was learned under; nil before the first pass.
  public func identityModelSettings() throws(KithError) -> String? {
    try read { db in
      try String.fetchOne(db, sql: "SELECT settings FROM identity_models ORDER BY model_id DESC LIMIT 1")
    }
  }

  /// What tells who is behind the profiles of a customer.
  public func identityRows(of customer: Int64) throws(KithError) -> [IdentityRow] {
    try read { db in
      var rows: [IdentityRow] = []
      try IdentitySession.eachRow(
        db, profiles: "(SELECT * FROM profiles WHERE customer_id = \(customer)) p",
        identifiers:
          "identifiers i JOIN (SELECT profile_id FROM profiles WHERE customer_id = \(customer)) AS mine USING (profile_id)"
      ) { if !$0.isDeleted { rows.append($0) } }
      return rows
    }
  }

  /// One identity pass in one transaction: readers see the customers before it or after it, nothing between.
  ///
  /// `decide` tells which profiles it touches, and what they come to; `golden` gets the members of each customer whose
  /// members changed. The WAL is emptied afterwards if nobody holds it.
  /// - Parameters:
  ///   - isPreview: nothing is kept; what would change is returned.
  ///   - clock: `decide` ends its `load`, what follows ends the other parts.
  public func resolveIdentity(
    baseCurrency: String, at now: Timestamp, isPreview: Bool = false, clock: IdentityClock = IdentityClock(),
    decide: (_ session: IdentitySession) throws -> IdentityOutcome,
    golden: @escaping @Sendable (_ customer: Int64, _ members: [StoredProfile]) -> GoldenCustomer
  ) throws(KithError) -> IdentityChanges {
    let isWithoutKeys = isPreview ? false : try dropForeignKeysIfLarge()
    var changes = try write { db in
      let session = IdentitySession(db: db, now: now, memory: memory)
      try session.begin()
      defer { session.end() }
      if !isPreview { return try Self.resolve(session, baseCurrency: baseCurrency, clock, decide, golden) }
      var changes = IdentityChanges()
      try db.rolledBack {
        changes = try Self.resolve(session, baseCurrency: baseCurrency, clock, decide, golden)
        changes.customers = try Self.customerCount(in: db)
      }
      return changes
    }
    // After a pass that failed the next one begins with this.
    if isWithoutKeys { try buildIndexes() }
    if !isPreview { try restoreForeignKeys() }
    try engine.finish()
    clock.end(.commit)
    changes.seconds = clock.seconds
    // Only told: all customers are counted, which nobody who writes has to wait for.
    if !isPreview { changes.customers = try read { db in try Self.customerCount(in: db) } }
    return changes
  }

  private static func resolve(
    _ session: IdentitySession, baseCurrency: String, _ clock: IdentityClock,
    _ decide: (IdentitySession) throws -> IdentityOutcome,
    _ golden: @escaping @Sendable (Int64, [StoredProfile]) -> GoldenCustomer
  ) throws -> IdentityChanges {
    var changes = IdentityChanges()
    clock.end(.prepare)
    let outcome = try decide(session)
    clock.end(.match)
    if outcome.isOfAll { try session.keepPages() }
    changes.profiles = outcome.profiles
    changes.hasLearned = outcome.hasLearned
    changes.problem = outcome.problem
    if outcome.profiles > 0 {
      changes.movedProfiles = try session.assign(
        outcome.customerOf, previous: outcome.previousCustomers, everything: outcome.isOfAll)
      try session.setNextCustomerID(outcome.nextCustomerID)
      try session.replaceMatches(outcome.matches, everything: outcome.isOfAll)
      try session.append(outcome.lineage)
      changes.lineage = outcome.lineage.filter { $0.event != .new }
      changes.newCustomers = outcome.lineage.count { $0.event == .new }
      changes.mergedCustomers = outcome.lineage.count { $0.event == .merge }
      changes.splitCustomers = outcome.lineage.count { $0.event == .split }
      let writer = try GoldenWriter(db: session.db, now: session.now)
      try session.writeGolden(writer, golden)
    }
    clock.end(.store)
    try session.markQueuedCustomersStale()
    changes.refreshedCustomers = try session.staleCustomers().count
    try session.refreshTotals(baseCurrency: baseCurrency)
    try session.clearQueues()
    clock.end(.totals)
    return changes
  }
}
