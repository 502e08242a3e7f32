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
  /// Checks what must hold in every hub: the file and its indexes are whole, every run adds up, each stream has the
  /// rows that its runs inserted, checkpoints are those that were stored with the data, references lead somewhere, orders
  /// match their lines, and every order, answer and ticket is a touchpoint. Reads one consistent snapshot, changes
  /// nothing.
  public func verify() throws(KithError) -> [Inconsistency] {
    try read { db in
      var found: [Inconsistency] = []
      let integrity = db.isRemote ? ["ok"] : try String.fetchAll(db, sql: "PRAGMA integrity_check(20)")
      if integrity != ["ok"] {
        found.append(
          Inconsistency(
            what: "the database file is damaged", count: integrity.count, example: integrity.first ?? "",
            fix: "Stop using it and restore a backup."))
      }
      found += try Self.missingIndexes(in: db)
      found += try Self.brokenSeals(in: db)
      found += try Self.wrongSums(in: db)
      for check in VerifyCheck.all {
        let count = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM (\(check.sql)) AS broken") ?? 0
        guard count > 0 else { continue }
        let example = try String.fetchOne(db, sql: "SELECT * FROM (\(check.sql)) AS broken LIMIT 1") ?? ""
        found.append(
          Inconsistency(
            what: check.what, count: count, example: example,
            fix: Self.restoreAdvice))
      }
      return found
    }
  }

  /// Keeps the customers as they are now, for `customersThatChanged`; meant for a copy that is thrown away.
  public func rememberCustomers() throws(KithError) {
    try write { db in
      for table in Self.rebuiltTables {
        try db.execute(sql: "CREATE TABLE remembered_\(table) AS SELECT * FROM \(table)")
      }
    }
  }

  /// The customers that are not as they were remembered: gone, new, or other in what they say.
  public func customersThatChanged() throws(KithError) -> [Int64] {
    try read { db in
      let changes = try Self.rebuiltTables.map { table in
        // When a row was written is no part of what it says.
        let columns = try Self.columns(of: table).map(\.name).filter { $0 != "updated_at" && $0 != "created_at" }
        let list = columns.joined(separator: ", ")
        return """
          SELECT customer_id FROM (SELECT \(list) FROM \(table) EXCEPT SELECT \(list) FROM remembered_\(table))
          UNION SELECT customer_id FROM (SELECT \(list) FROM remembered_\(table) EXCEPT SELECT \(list) FROM \(table))
          """
      }
      return try Int64.fetchAll(
        db, sql: "SELECT customer_id FROM (\(changes.joined(separator: " UNION "))) AS changed ORDER BY customer_id")
    }
  }

  private static let rebuiltTables = ["customers", "customer_channels"]

  private static let restoreAdvice =
    "Something other than Kith changed the database, or Kith is wrong: restore a backup, then sync."

  /// Without a unique index a key could be there twice; without the others, identity and BI tools would read whole
  /// tables.
  private static func missingIndexes(in db: StoreConnection) throws -> [Inconsistency] {
    let present = try Set(String.fetchAll(db, sql: db.indexNames))
    let isLoading = try Int.fetchOne(db, sql: "SELECT 1 FROM runs WHERE status = 'running' LIMIT 1") != nil
    let missing = Schema.tables.flatMap { table in
      table.indexes.filter { !($0.isDeferrable && isLoading) }.map { SQLiteDDL.name($0, table) }
    }.filter { !present.contains($0) }
    guard let first = missing.first else { return [] }
    return [
      Inconsistency(
        what: "an index is missing", count: missing.count, example: first,
        fix: "`kith resolve` builds those that a first load puts off; for others: \(restoreAdvice)")
    ]
  }

  /// A checkpoint that something else moved may be ahead of the data: what lies between would never be read.
  private static func brokenSeals(in db: StoreConnection) throws -> [Inconsistency] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT c.stream_id, c.checkpoint, c.run_id, c.read, c.seal, s.name || '/' || st.name
        FROM checkpoints c LEFT JOIN streams st USING (stream_id) LEFT JOIN sources s USING (source_id)
        """)
    let broken = rows.filter { row in
      row[4] as Int64 != CheckpointSeal.value(stream: row[0], checkpoint: row[1], run: row[2], read: row[3])
    }
    guard let first = broken.first else { return [] }
    return [
      Inconsistency(
        what: "a checkpoint is not the one that was stored with its data", count: broken.count,
        example: first[5] as String? ?? "stream \(first[0] as Int64)",
        fix: "Read the streams concerned anew: `kith sync SOURCE --full`.")
    ]
  }
}
