import KithCore

/// A profile as survivorship sees it: the canonical values that the store holds.
public struct StoredProfile: Sendable {
  public var id: Int64
  public var source: String
  public var kind: Profile.Kind
  public var attributes: [Attribute: String]
  /// Those that may link, the strongest kind first.
  public var identifiers: [CanonicalIdentifier]
  /// As shown to people.
  public var email: String?
  public var phone: String?
  public var createdAt: Timestamp?
  /// When the source changed it, or the time of the newest record that it was met in.
  public var updatedAt: Timestamp?
}

/// What tells who is behind a profile: what identity compares.
public struct IdentityRow: Sendable {
  public var id: Int64
  public var source: String
  public var kind: Profile.Kind
  /// Those that say something of the person, full names and full addresses in their parts.
  public var attributes: [CanonicalAttribute]
  /// Those that link, visitor ids left out.
  public var identifiers: [CanonicalIdentifier]
  /// Whether it has an address or number to write to, even one that is nobody's: noreply@.
  public var hasContact: Bool
  /// The customer that it belongs to.
  public var customer: Int64?
  /// Whether it is gone at its source: then it only tells whose it was.
  public var isDeleted: Bool
  /// Visitor ids that link, as `identifiers` stores them.
  public var visitorHashes: [Int64] = []
}

/// Why two profiles are, or may be, one customer, as stored in `matches`.
public struct StoredMatch: Sendable, Equatable {
  public var left: Int64
  public var right: Int64
  public var rule: String
  /// `visitor_id` or empty.
  public var kind: String
  public var value: String
  /// log2 of the odds.
  public var score: Double?
  public var isUsed: Bool
  public var note: String

  public init(
    left: Int64, right: Int64, rule: String, kind: String = "", value: String = "", score: Double? = nil,
    isUsed: Bool = true, note: String = ""
  ) {
    self.left = left
    self.right = right
    self.rule = rule
    self.kind = kind
    self.value = value
    self.score = score
    self.isUsed = isUsed
    self.note = note
  }
}

/// One step in the life of a customer id, as stored in `customer_lineage`.
public struct StoredLineage: Sendable, Equatable {
  public enum Event: String, Sendable { case new, merge, split, moved, retired }
  public var event: Event
  public var customerID: Int64
  public var otherCustomerID: Int64?
  /// Of a customer that is no more: the profile that stands for it, should it come back.
  public var profileID: Int64?
  public var reason: String

  public init(event: Event, customerID: Int64, otherCustomerID: Int64?, profileID: Int64? = nil, reason: String) {
    self.profileID = profileID
    self.event = event
    self.customerID = customerID
    self.otherCustomerID = otherCustomerID
    self.reason = reason
  }
}

/// A golden value and where it came from.
public struct StoredGoldenValue: Sendable, Equatable {
  public var field: String
  public var value: String
  public var profileID: Int64
  public var rule: String

  public init(field: String, value: String, profileID: Int64, rule: String) {
    self.field = field
    self.value = value
    self.profileID = profileID
    self.rule = rule
  }
}

/// One identity pass inside one transaction: the touched profiles go out, the new customers come in.
public struct IdentitySession {
  let db: StoreConnection
  let now: Timestamp
  let memory: MemoryBudget

  /// A visitor id held by more profiles than this is nobody's and is not followed.
  static let visitorLimit = 200

  private static let temporaryKibibytes = 32 * 1_024

  func begin() throws {
    try HubStore.settleObservations(in: db)
    // Temporary tables have a cache of their own, of two megabytes: those of a large hub would be written to files and
    // read back page by page.
    if !db.isRemote { try db.execute(sql: "PRAGMA temp.cache_size = -\(Self.temporaryKibibytes)") }
    // Learning and comparing take their time, in which the database hears nothing.
    if db.isRemote { try db.execute(sql: "SET LOCAL idle_in_transaction_session_timeout = '1h'") }
    for table in Schema.identityTables {
      try db.createTemporary(table)
      try db.execute(sql: "DELETE FROM \(table.name)")
    }
  }

  /// From now on pages that were read stay, until `end`: the profiles of a customer lie anywhere in the tables, and are
  /// read when they are compared, for the golden record, and for its totals.
  public func keepPages() throws {
    if !db.isRemote { try db.execute(sql: "PRAGMA cache_size = -\(memory.identityCacheBytes / 1_024)") }
  }

  func end() {
    // It is no more than a setting; the connection goes on without it.
    if !db.isRemote { try? db.execute(sql: "PRAGMA cache_size = -\(memory.cacheBytes / 1_024)") }
  }

  // MARK: profiles

  /// Which profiles `eachRow` goes through.
  public enum Scope: Sendable {
    case all
    /// Those that changed since the index was kept, and those that wait.
    case changed
  }

  /// Calls `body` with every profile, by id.
  public func eachRow(_ scope: Scope, _ body: (IdentityRow) throws -> Void) throws {
    switch scope {
    case .all: try Self.eachRow(db, profiles: "profiles p", identifiers: "identifiers i", body)
    case .changed:
      try Self.eachRow(
        db, profiles: "\(Self.changed) c CROSS JOIN profiles p ON p.profile_id = c.profile_id",
        identifiers: "\(Self.changed) c CROSS JOIN identifiers i ON i.profile_id = c.profile_id", body)
    }
  }

  private static let changed =
    "(SELECT profile_id FROM identity_changes UNION SELECT profile_id FROM resolve_queue)"

  // MARK: the index that is kept beside the database

  /// Which index fits the profiles as they were before `changedIDs`; nil when none was kept.
  public func indexToken() throws -> UInt64? {
    try String.fetchOne(db, sql: "SELECT value FROM hub_settings WHERE name = 'identity_index'").flatMap { UInt64($0) }
  }

  /// The profiles that changed since the index was kept, deleted ones among them.
  public func changedIDs() throws -> [Int64] {
    try Int64.fetchAll(db, sql: "SELECT profile_id FROM \(Self.changed) c ORDER BY profile_id")
  }

  /// From now on that index fits, as soon as this pass is committed.
  public func keep(index token: UInt64) throws {
    try HubStore.set("identity_index", String(token), in: db)
    try HubStore.set(Self.indexReads, "0", in: db)
    try db.execute(sql: "DELETE FROM identity_changes")
  }

  private static let indexReads = "identity_index_reads"

  /// Adds to the number of profiles that passes read because the index did not have them as they are; returns it.
  public func noteReads(besideIndex count: Int) throws -> Int {
    let before = "SELECT CAST(value AS BIGINT) FROM hub_settings WHERE name = ?"
    let reads = try (Int.fetchOne(db, sql: before, arguments: [Self.indexReads]) ?? 0) + count
    try HubStore.set(Self.indexReads, String(reads), in: db)
    return reads
  }

  /// The index lacks what waits now.
  public func noteChanges() throws {
    try db.execute(
      sql: "INSERT INTO identity_changes SELECT profile_id FROM resolve_queue WHERE TRUE ON CONFLICT DO NOTHING")
  }

  /// - Parameters:
  ///   - profiles: what stands after FROM, with the profiles as `p`.
  ///   - identifiers: the same for their identifiers as `i`.
  static func eachRow(
    _ db: StoreConnection, profiles: String, identifiers: String, _ body: (IdentityRow) throws -> Void
  ) throws {
    let columns = comparedAttributes.map { "p.\($0.name)" }.joined(separator: ", ")
    let arena = BindArena()
    let profiles = try FastStatement(
      """
      SELECT p.profile_id, p.kind = 'organisation', p.email IS NOT NULL OR p.phone IS NOT NULL, p.source, p.customer_id,
        p.is_deleted, \(columns)
      FROM \(profiles) ORDER BY p.profile_id
      """, in: db, arena: arena, hasManyRows: true)
    let identifiers = try FastStatement(
      """
      SELECT i.profile_id, i.kind, i.namespace, i.value, i.identifier_hash FROM \(identifiers) WHERE i.links
      ORDER BY i.profile_id
      """, in: db, arena: arena, hasManyRows: true)
    defer {
      profiles.reset()
      identifiers.reset()
    }
    profiles.begin()
    identifiers.begin()
    var hasIdentifier = try identifiers.step()
    while try profiles.step() {
      var row = IdentityRow(
        id: profiles.int64(0), source: profiles.optionalText(3) ?? "",
        kind: profiles.int64(1) == 1 ? .organisation : .person, attributes: [], identifiers: [],
        hasContact: profiles.int64(2) == 1, customer: profiles.optionalInt64(4), isDeleted: profiles.int64(5) == 1)
      for (column, attribute) in comparedAttributes.enumerated() {
        if let text = profiles.optionalText(CInt(column) + 6) { row.attributes.append(.init(attribute, text)) }
      }
      while hasIdentifier, identifiers.int64(0) <= row.id {
        if identifiers.int64(0) == row.id, let kind = Identifier.Kind(rawValue: UInt8(identifiers.int64(1))) {
          if kind == .visitorID {
            row.visitorHashes.append(identifiers.int64(4))
          } else {
            row.identifiers.append(
              CanonicalIdentifier(
                kind: kind, namespace: identifiers.optionalText(2) ?? "", value: identifiers.optionalText(3) ?? "",
                display: "", delivered: ""))
          }
        }
        hasIdentifier = try identifiers.step()
      }
      try body(row)
    }
  }

  private static let comparedAttributes: [Attribute] = [
    .givenName, .familyName, .birthDate, .street, .houseNumber, .postcode, .city, .company, .gender,
  ]

  /// The visitor ids of persons that lead somewhere, each with its namespace.
  ///
  /// - Parameter everything: of all persons, else of the touched ones.
  public func visitorIDs(everything: Bool) throws -> [(profile: Int64, visitor: String)] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT p.profile_id, i.namespace || ' ' || i.value
        FROM \(everything ? "profiles p" : Self.touchedProfiles)
          CROSS JOIN identifiers i ON i.profile_id = p.profile_id AND i.links AND i.kind = 6
        WHERE NOT p.is_deleted AND p.kind = 'person' AND (
          SELECT COUNT(*) FROM identifiers held WHERE held.identifier_hash = i.identifier_hash AND held.links
        ) <= ?
        ORDER BY 1, 2
        """, arguments: [Self.visitorLimit]
    ).map { ($0[0], $0[1]) }
  }

  static let touchedProfiles = "touched t CROSS JOIN profiles p ON p.profile_id = t.profile_id"

  /// Ids that were merged or retired and that no customer has now, by the profile that stood for them.
  ///
  /// - Parameter everything: of all profiles, else of the touched ones.
  public func formerCustomers(everything: Bool) throws -> [Int64: Int64] {
    let lineage = "customer_lineage l"
    return try numbers(
      """
      SELECT l.profile_id, l.customer_id
      FROM \(everything ? lineage : "touched t CROSS JOIN \(lineage) ON l.profile_id = t.profile_id")
      WHERE l.profile_id IS NOT NULL AND l.event IN ('merge', 'retired')
        AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.customer_id = l.customer_id)
      ORDER BY l.sequence
      """)
  }

  /// The second column by the first; the last row of a number counts.
  private func numbers(_ sql: String) throws -> [Int64: Int64] {
    let statement = try db.statement(sql, hasManyRows: true)
    defer { statement.reset() }
    statement.begin()
    var result: [Int64: Int64] = [:]
    while try statement.step() { result[statement.int64(0)] = statement.int64(1) }
    return result
  }

  /// Human decisions, each with when and by whom it was said.
  public func decisions() throws -> [(left: Int64, right: Int64, isSame: Bool, said: String)] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT d.left_profile_id, d.right_profile_id, d.decision, d.decided_at, d.decided_by FROM decisions d
        ORDER BY d.left_profile_id, d.right_profile_id
        """
    ).map { ($0[0], $0[1], ($0[2] as String) == "same", "\($0[3] as String) \($0[4] as String)") }
  }

  /// The first customer id that was never given out.
  public func nextCustomerID() throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT CAST(value AS BIGINT) FROM hub_settings WHERE name = 'next_customer_id'") ?? 1
  }

  func setNextCustomerID(_ id: Int64) throws {
    try HubStore.set("next_customer_id", String(id), in: db)
  }

  // MARK: the model

  /// The newest model, with the number of profiles that there were when it was learned.
  public func model() throws -> (data: [UInt8], profiles: Int, settings: String)? {
    try Row.fetchOne(
      db, sql: "SELECT data, profiles, settings FROM identity_models ORDER BY model_id DESC LIMIT 1"
    ).map { ($0[0], $0[1], $0[2]) }
  }

  /// - Parameter isLearned: false where the newest one has only grown.
  public func store(model: [UInt8], profiles: Int, settings: String, isLearned: Bool) throws {
    if isLearned {
      try db.execute(
        sql: """
          INSERT INTO identity_models(model_id, learned_at, profiles, settings, data)
          VALUES (\(HubStore.nextNumber("identity_models")), ?, ?, ?, ?)
          """, arguments: [now.sqlText, profiles, settings, model])
      try db.execute(sql: "DELETE FROM identity_models WHERE model_id < (SELECT MAX(model_id) FROM identity_models)")
    } else {
      try db.execute(
        sql: "UPDATE identity_models SET data = ? WHERE model_id = (SELECT MAX(model_id) FROM identity_models)",
        arguments: [model])
    }
  }

  /// Whether there are more profiles than so many, deleted ones included. They are only counted where their ids do not
  /// tell: counting a million takes longer than resolving one of them.
  public func hasMoreProfiles(than count: Int) throws -> Bool {
    let ids = "(SELECT MAX(profile_id) FROM profiles) - (SELECT MIN(profile_id) FROM profiles) + 1"
    guard let span = try Int.fetchOne(db, sql: "SELECT \(ids)"), span > count else { return false }
    let first = "(SELECT 1 AS one FROM profiles LIMIT \(count + 1)) AS listed"
    return try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM \(first)") ?? 0 > count
  }

  /// How many profiles there are, deleted ones included: those that exist would have to be looked at one by one.
  public func profileCount() throws -> Int {
    try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM profiles") ?? 0
  }

  /// Inserts into a table; what is there stays.
  func bulk(_ table: String, _ columns: [String]) throws -> BulkInsert {
    try BulkInsert(
      into: table, columns, rows: 64, ending: "ON CONFLICT DO NOTHING", in: db, arena: BindArena())
  }
}
