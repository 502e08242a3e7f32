import GRDB
import KithCore

extension IdentitySession {
  /// Ties profiles to their customers; only rows that change are written. Touched profiles that are not in
  /// `customerOf` (deleted ones) lose theirs. Every customer that gained, lost or holds a touched profile is stale.
  /// Returns how many profiles moved.
  func assign(_ customerOf: [Int64: Int64], previous: [Int64: Int64]) throws -> Int {
    let update = try db.cachedStatement(sql: "UPDATE profiles SET customer_id = ? WHERE profile_id = ?")
    let stale = try db.cachedStatement(sql: "INSERT OR IGNORE INTO stale VALUES (?)")
    var moved = 0
    for (profile, customer) in customerOf where previous[profile] != customer {
      try update.execute(arguments: [customer, profile])
      moved += 1
    }
    for (profile, _) in previous where customerOf[profile] == nil {
      try update.execute(arguments: [nil, profile])
      moved += 1
    }
    for customer in Set(customerOf.values).union(previous.values).sorted() { try stale.execute(arguments: [customer]) }
    return moved
  }

  /// Customers whose totals changed without their identity: from the queue that the writers fill.
  func markQueuedCustomersStale() throws {
    try db.execute(
      sql: """
        INSERT OR IGNORE INTO stale
        SELECT p.customer_id FROM refresh_queue q JOIN profiles p USING (profile_id) WHERE p.customer_id IS NOT NULL
        """)
  }

  /// Replaces the matches among touched profiles.
  func replaceMatches(_ matches: [StoredMatch]) throws {
    try db.execute(
      sql: """
        DELETE FROM matches WHERE left_profile_id IN (SELECT profile_id FROM touched)
          OR right_profile_id IN (SELECT profile_id FROM touched)
        """)
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO matches(left_profile_id, right_profile_id, rule, kind, value) VALUES (?, ?, ?, ?, ?)
        """)
    for match in matches {
      try insert.execute(arguments: [match.left, match.right, match.rule, match.kind, match.value])
    }
  }

  func append(_ lineage: [StoredLineage]) throws {
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO customer_lineage(occurred_at, event, customer_id, other_customer_id, reason) VALUES (?, ?, ?, ?, ?)
        """)
    for step in lineage {
      try insert.execute(
        arguments: [now.sqlText, step.event.rawValue, step.customerID, step.otherCustomerID, step.reason])
    }
  }

  /// The stale customers that still have a profile.
  func staleCustomers() throws -> [Int64] {
    try Int64.fetchAll(db, sql: "SELECT customer_id FROM stale ORDER BY customer_id")
  }

  /// Writes the identity columns of one customer and the provenance of each.
  func writeGolden(customer: Int64, displayName: String?, values: [StoredGoldenValue]) throws {
    try db.cachedStatement(sql: "DELETE FROM customer_attributes WHERE customer_id = ?").execute(arguments: [customer])
    let insert = try db.cachedStatement(
      sql: "INSERT INTO customer_attributes(customer_id, attribute, value, profile_id, rule) VALUES (?, ?, ?, ?, ?)")
    for value in values {
      try insert.execute(arguments: [customer, value.field, value.value, value.profileID, value.rule])
    }
    let byField = Dictionary(values.map { ($0.field, $0.value) }) { first, _ in first }
    let arguments: [(any DatabaseValueConvertible)?] =
      [customer, Profile.Kind.person.rawValue, displayName] + Self.goldenFields.map { byField[$0] } + [
        now.sqlText, now.sqlText,
      ]
    try db.cachedStatement(sql: Self.goldenUpsert).execute(arguments: StatementArguments(arguments))
  }

  static let goldenFields = Schema.storedAttributes.map(\.name) + ["email", "phone"]

  private static let goldenUpsert: String = {
    let columns = ["customer_id", "kind", "display_name"] + goldenFields + ["created_at", "updated_at"]
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    let updates = (["display_name"] + goldenFields).map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    let differs = (["display_name"] + goldenFields).map { "\($0) IS NOT excluded.\($0)" }.joined(separator: " OR ")
    return """
      INSERT INTO customers(\(columns.joined(separator: ", "))) VALUES (\(marks))
      ON CONFLICT(customer_id) DO UPDATE SET \(updates), updated_at = excluded.updated_at WHERE \(differs)
      """
  }()

  /// Removes customers without profiles and recomputes the totals of the stale ones.
  func refreshTotals(baseCurrency: String) throws {
    try db.execute(
      sql: """
        DELETE FROM customer_attributes WHERE customer_id IN (SELECT customer_id FROM stale)
          AND customer_id NOT IN (SELECT customer_id FROM profiles WHERE customer_id IS NOT NULL AND NOT is_deleted);
        DELETE FROM customers WHERE customer_id IN (SELECT customer_id FROM stale)
          AND customer_id NOT IN (SELECT customer_id FROM profiles WHERE customer_id IS NOT NULL AND NOT is_deleted);
        """)
    for statement in CustomerTotals.statements {
      try db.execute(sql: statement, arguments: statement.contains(":currency") ? ["currency": baseCurrency] : [:])
    }
  }

  func clearQueues() throws {
    try db.execute(sql: "DELETE FROM resolve_queue; DELETE FROM refresh_queue; DELETE FROM touched; DELETE FROM stale;")
  }
}
