import GRDB
import KithCore

/// Something in a hub that cannot be so.
public struct Inconsistency: Sendable, Equatable {
  /// What is wrong, one sentence.
  public var what: String
  /// How many rows are concerned.
  public var count: Int
  /// One of them.
  public var example: String
  /// What to do about it.
  public var fix: String

  public init(what: String, count: Int, example: String, fix: String) {
    self.what = what
    self.count = count
    self.example = example
    self.fix = fix
  }
}

extension HubStore {
  /// Checks what must hold in every hub: the file is whole, every run adds up, references lead somewhere, orders match
  /// their lines, and every order, answer and ticket is a touchpoint. Reads one consistent snapshot, changes nothing.
  public func verify() throws(KithError) -> [Inconsistency] {
    try read { db in
      var found: [Inconsistency] = []
      let integrity = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)")
      if integrity != ["ok"] {
        found.append(
          Inconsistency(what: "the database file is damaged", count: integrity.count, example: integrity.first ?? "",
            fix: "Stop using it and restore a backup."))
      }
      for check in Self.checks {
        let count = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM (\(check.sql))") ?? 0
        guard count > 0 else { continue }
        let example = try String.fetchOne(db, sql: "SELECT * FROM (\(check.sql)) LIMIT 1") ?? ""
        found.append(
          Inconsistency(
            what: check.what, count: count, example: example,
            fix: "Something other than Kith changed the database, or Kith is wrong: restore a backup, then sync."))
      }
      return found
    }
  }

  /// Keeps the customers as they are now, for `customersThatChanged`; meant for a copy that is thrown away.
  public func rememberCustomers() throws(KithError) {
    try write { db in try db.execute(sql: "CREATE TABLE remembered_customers AS SELECT * FROM customers") }
  }

  /// The customers that are not as they were remembered: gone, new, or other in what they say.
  public func customersThatChanged() throws(KithError) -> [Int64] {
    try read { db in
      // When a row was written is no part of what it says.
      let columns = try Self.columns(of: "customers").map(\.name).filter { $0 != "updated_at" && $0 != "created_at" }
      let list = columns.joined(separator: ", ")
      return try Int64.fetchAll(
        db,
        sql: """
          SELECT customer_id FROM (
            SELECT * FROM (SELECT \(list) FROM customers EXCEPT SELECT \(list) FROM remembered_customers)
            UNION SELECT * FROM (SELECT \(list) FROM remembered_customers EXCEPT SELECT \(list) FROM customers)
          ) GROUP BY customer_id ORDER BY customer_id
          """)
    }
  }

  private struct Check {
    let what: String
    let sql: String
  }

  private static let checks: [Check] = runChecks + references + recordChecks

  private static let sum = "inserted + updated + unchanged + deleted + quarantined + suppressed"

  private static let runChecks = [
    Check(
      what: "a run's counts do not add up",
      sql: "SELECT 'run ' || run_id FROM runs WHERE status <> 'running' AND read <> \(sum)"),
    Check(
      what: "a stream's counts do not add up",
      sql: "SELECT 'run ' || run_id || ', stream ' || stream_id FROM run_streams WHERE read <> \(sum)"),
    Check(
      what: "a run read more or less than its streams",
      sql: """
        SELECT 'run ' || run_id FROM runs r WHERE status <> 'running'
          AND read <> (SELECT COALESCE(SUM(s.read), 0) FROM run_streams s WHERE s.run_id = r.run_id)
        """),
    Check(
      what: "a checkpoint names a run that never was",
      sql: "SELECT 'stream ' || stream_id FROM checkpoints WHERE run_id NOT IN (SELECT run_id FROM runs)"),
  ]

  private static let references: [Check] = [
    ("matches", "left_profile_id", "profiles"), ("matches", "right_profile_id", "profiles"),
    ("profiles", "stream_id", "streams"), ("profiles", "customer_id", "customers"),
    ("identifiers", "profile_id", "profiles"), ("consents", "profile_id", "profiles"),
    ("profile_traits", "profile_id", "profiles"), ("touchpoints", "profile_id", "profiles"),
    ("orders", "profile_id", "profiles"), ("survey_responses", "profile_id", "profiles"),
    ("tickets", "profile_id", "profiles"), ("order_lines", "order_id", "orders"),
    ("customer_attributes", "customer_id", "customers"), ("customer_attributes", "profile_id", "profiles"),
  ].map { table, column, target in
    let key = Schema.table(target)?.primaryKey.first ?? column
    return Check(
      what: "\(table).\(column) names a row of \(target) that is not there",
      sql: """
        SELECT '\(column) ' || \(column) FROM \(table) t WHERE \(column) IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM \(target) o WHERE o.\(key) = t.\(column))
        """)
  }

  private static let recordChecks =
    [
      Check(
        what: "an order does not have the lines that it counts",
        sql: """
          SELECT 'order ' || key FROM orders o WHERE NOT is_deleted AND line_count <>
            (SELECT COUNT(*) FROM order_lines l WHERE l.order_id = o.order_id AND NOT l.is_deleted)
          """)
    ]
    + [("orders", "order"), ("survey_responses", "response"), ("tickets", "ticket")].map { table, origin in
      Check(
        what: "a row of \(table) has no touchpoint",
        sql: """
          SELECT '\(origin) ' || key FROM \(table) r WHERE NOT is_deleted AND NOT EXISTS (
            SELECT 1 FROM touchpoints t
            WHERE t.stream_id = r.stream_id AND t.key = '\(origin):' || r.key AND NOT t.is_deleted)
          """)
    }
    + [
      Check(
        what: "a customer has no profile",
        sql: """
          SELECT 'customer ' || customer_id FROM customers c WHERE NOT EXISTS (
            SELECT 1 FROM profiles p WHERE p.customer_id = c.customer_id AND NOT p.is_deleted)
          """)
    ]
}
