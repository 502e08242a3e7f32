import GRDB
import KithCore

/// A profile as identity sees it: the canonical values that the store holds.
public struct StoredProfile: Sendable {
  public var id: Int64
  public var sourceID: Int64
  public var source: String
  public var kind: Profile.Kind
  public var customerID: Int64?
  public var attributes: [Attribute: String]
  /// Those that may link
  /// and are not held by more profiles than the pass's limit.
  public var identifiers: [CanonicalIdentifier]
  /// As shown to people.
  public var email: String?
  public var phone: String?
  public var createdAt: Timestamp?
  /// When the source changed it, or the time of the newest record that it was met in.
  public var updatedAt: Timestamp?
}

/// Why two profiles are one customer, as stored in `matches`.
public struct StoredMatch: Sendable, Equatable {
  public var left: Int64
  public var right: Int64
  public var rule: String
  /// `email`, `phone` …; empty for a human's decision.
  public var kind: String
  public var value: String

  public init(left: Int64, right: Int64, rule: String, kind: String, value: String) {
    self.left = left
    self.right = right
    self.rule = rule
    self.kind = kind
    self.value = value
  }
}

/// One step in the life of a customer id, as stored in `customer_lineage`.
public struct StoredLineage: Sendable, Equatable {
  public enum Event: String, Sendable { case new, merge, split, moved, retired }
  public var event: Event
  public var customerID: Int64
  public var otherCustomerID: Int64?
  public var reason: String

  public init(event: Event, customerID: Int64, otherCustomerID: Int64?, reason: String) {
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
  let db: Database
  let now: Timestamp

  /// Fills the temporary table of touched profiles: those that changed, all that share a linking identifier with them,
  /// and so on until nothing is added, with everybody who is in the same customer. Values held by more than
  /// `holderLimit` profiles are not followed: they link nobody. Returns how many profiles are touched.
  func collect(everything: Bool, holderLimit: Int) throws -> Int {
    try db.execute(
      sql: """
        CREATE TEMP TABLE IF NOT EXISTS touched(profile_id INTEGER PRIMARY KEY, round INTEGER NOT NULL);
        CREATE TEMP TABLE IF NOT EXISTS stale(customer_id INTEGER PRIMARY KEY);
        CREATE TEMP TABLE IF NOT EXISTS crowded(identifier_hash INTEGER PRIMARY KEY);
        DELETE FROM touched; DELETE FROM stale; DELETE FROM crowded;
        """)
    if try everything || isMostlyQueued() {
      try db.execute(sql: "INSERT INTO touched SELECT profile_id, 0 FROM profiles")
      let count = db.changesCount
      try db.execute(sql: Self.crowdedAnywhere, arguments: [holderLimit])
      return count
    }
    try db.execute(sql: "INSERT OR IGNORE INTO touched SELECT profile_id, 0 FROM resolve_queue")
    var round = 0
    while true {
      let before = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM touched") ?? 0
      try db.execute(sql: Self.spread, arguments: [round + 1, round, holderLimit, round])
      try db.execute(sql: Self.sameCustomer, arguments: [round + 1, round])
      let after = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM touched") ?? 0
      if after == before { break }
      round += 1
    }
    try db.execute(sql: Self.crowdedAmongTouched, arguments: [holderLimit + 1, holderLimit])
    return try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM touched") ?? 0
  }

  /// Following links from a third of all profiles would take longer than looking at all of them; the result is the same.
  private func isMostlyQueued() throws -> Bool {
    let queued = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM resolve_queue") ?? 0
    guard queued > 10_000 else { return false }
    return queued * 3 > (try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM profiles") ?? 0)
  }

  private static let crowdedAnywhere = """
    INSERT INTO crowded
    SELECT identifier_hash FROM identifiers WHERE links GROUP BY identifier_hash HAVING COUNT(*) > ?
    """

  private static let crowdedAmongTouched = """
    INSERT OR IGNORE INTO crowded
    SELECT i.identifier_hash FROM touched t CROSS JOIN identifiers i ON i.profile_id = t.profile_id
    WHERE i.links AND (
      SELECT COUNT(*) FROM (
        SELECT 1 FROM identifiers held WHERE held.identifier_hash = i.identifier_hash AND held.links LIMIT ?)
    ) > ?
    """

  /// A value that has just grown beyond the limit is followed once more, because it used to link.
  private static let spread = """
    INSERT OR IGNORE INTO touched
    SELECT other.profile_id, ?
    FROM touched t
    CROSS JOIN identifiers mine ON mine.profile_id = t.profile_id AND mine.links
    CROSS JOIN identifiers other ON other.identifier_hash = mine.identifier_hash AND other.links
    WHERE t.round = ? AND (
      SELECT COUNT(*) FROM identifiers held WHERE held.identifier_hash = mine.identifier_hash AND held.links
    ) <= ? + (CASE ? WHEN 0 THEN (SELECT COUNT(*) FROM resolve_queue) ELSE 0 END)
    """

  private static let sameCustomer = """
    INSERT OR IGNORE INTO touched
    SELECT other.profile_id, ?
    FROM touched t
    CROSS JOIN profiles mine ON mine.profile_id = t.profile_id AND mine.customer_id IS NOT NULL
    CROSS JOIN profiles other ON other.customer_id = mine.customer_id
    WHERE t.round = ?
    """

  /// The touched profiles that exist at their source, by id, with their linking identifiers.
  public func profiles() throws -> [StoredProfile] {
    var result: [StoredProfile] = []
    let attributeColumns = Schema.storedAttributes.map { "p.\($0.name)" }.joined(separator: ", ")
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT p.profile_id, s.source_id, s.name, p.kind, p.customer_id, p.email, p.phone, p.created_at,
          COALESCE(p.updated_at, p.observed_at),
          \(attributeColumns)
        FROM touched t CROSS JOIN profiles p ON p.profile_id = t.profile_id JOIN streams st USING (stream_id)
          JOIN sources s USING (source_id)
        WHERE NOT p.is_deleted ORDER BY p.profile_id
        """)
    while let row = try cursor.next() { result.append(Self.profile(row)) }
    try addIdentifiers(to: &result)
    return result
  }

  private static func profile(_ row: Row) -> StoredProfile {
    var attributes: [Attribute: String] = [:]
    for (index, attribute) in Schema.storedAttributes.enumerated() {
      if let value: String = row[9 + index] { attributes[attribute] = value }
    }
    return StoredProfile(
      id: row[0], sourceID: row[1], source: row[2], kind: Profile.Kind(rawValue: row[3]) ?? .person,
      customerID: row[4], attributes: attributes, identifiers: [], email: row[5], phone: row[6],
      createdAt: (row[7] as String?).flatMap(Timestamp.init(sqlText:)),
      updatedAt: (row[8] as String?).flatMap(Timestamp.init(sqlText:)))
  }

  private func addIdentifiers(to profiles: inout [StoredProfile]) throws {
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT i.profile_id, i.kind, i.namespace, i.value, i.display
        FROM touched t CROSS JOIN identifiers i ON i.profile_id = t.profile_id
        WHERE i.links AND NOT EXISTS (
          SELECT 1 FROM crowded c WHERE c.identifier_hash = i.identifier_hash)
        ORDER BY i.profile_id, i.kind, i.namespace, i.value
        """)
    var index = 0
    while let row = try cursor.next() {
      let id: Int64 = row[0]
      while index < profiles.count, profiles[index].id < id { index += 1 }
      guard index < profiles.count, profiles[index].id == id, let kind = Identifier.Kind(rawValue: row[1]) else {
        continue
      }
      let value: String = row[3]
      profiles[index].identifiers.append(
        CanonicalIdentifier(kind: kind, namespace: row[2], value: value, display: row[4] ?? value, delivered: ""))
    }
  }

  /// The customer of every touched profile, deleted ones included: what ids are handed on from.
  public func previousCustomers() throws -> [Int64: Int64] {
    var result: [Int64: Int64] = [:]
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT p.profile_id, p.customer_id FROM touched t CROSS JOIN profiles p ON p.profile_id = t.profile_id
        WHERE p.customer_id IS NOT NULL
        """)
    while let row = try cursor.next() { result[row[0]] = row[1] }
    return result
  }

  /// Human decisions between touched profiles.
  public func decisions() throws -> [(left: Int64, right: Int64, isSame: Bool)] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT d.left_profile_id, d.right_profile_id, d.decision FROM decisions d
        JOIN touched l ON l.profile_id = d.left_profile_id JOIN touched r ON r.profile_id = d.right_profile_id
        """
    ).map { ($0[0], $0[1], ($0[2] as String) == "same") }
  }

  /// The first customer id that was never given out.
  public func nextCustomerID() throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT CAST(value AS INTEGER) FROM hub_settings WHERE name = 'next_customer_id'") ?? 1
  }

  func setNextCustomerID(_ id: Int64) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO hub_settings(name, value) VALUES ('next_customer_id', ?)", arguments: [String(id)])
  }
}
