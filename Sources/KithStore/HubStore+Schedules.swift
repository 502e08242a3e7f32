import KithCore

/// A source that is not run on schedule for the time being.
public struct PausedSource: Sendable, Equatable {
  public var source: String
  public var reason: String
}

extension HubStore {
  /// By source the newest tick that has been run.
  public func lastTicks() throws(KithError) -> [String: Timestamp] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT s.name, MAX(r.scheduled_at) AS tick FROM runs r JOIN sources s USING (source_id)
          WHERE r.scheduled_at IS NOT NULL GROUP BY s.name
          """)
      var ticks: [String: Timestamp] = [:]
      for row in rows { ticks[row["name"]] = (row["tick"] as String?).flatMap(Timestamp.init(sqlText:)) }
      return ticks
    }
  }

  /// Whether nobody has begun a run of this tick or a later one, nor runs the source for an earlier one: a worker that
  /// has its lease may be about to, or have died before it could.
  public func isOpen(tick: Timestamp, of source: String) throws(KithError) -> Bool {
    try read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT 1 FROM runs r JOIN sources s USING (source_id)
          WHERE s.name = ? AND (r.scheduled_at >= ? OR r.status = 'running') LIMIT 1
          """, arguments: [source, tick.sqlText]) == nil
    }
  }

  private static let pausePrefix = "paused/"

  /// The sources that are paused, by name.
  public func pausedSources() throws(KithError) -> [PausedSource] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT name, value FROM hub_settings WHERE name LIKE ? ORDER BY name",
        arguments: [Self.pausePrefix + "%"]
      ).map { row in
        PausedSource(source: String((row[0] as String).dropFirst(Self.pausePrefix.count)), reason: row[1])
      }
    }
  }

  /// Lets schedulers leave out a source until it is resumed, also after a restart. `actor` is for the audit log.
  public func pause(_ source: String, reason: String, by actor: String, at now: Timestamp) throws(KithError) {
    try write { db in
      try Self.set(Self.pausePrefix + source, reason, in: db)
      try Self.audit(db, "pause", "source \(source)", by: actor, detail: reason, at: now)
    }
  }

  /// False when it was not paused.
  public func resume(_ source: String, by actor: String, at now: Timestamp) throws(KithError) -> Bool {
    try write { db in
      try db.execute(sql: "DELETE FROM hub_settings WHERE name = ?", arguments: [Self.pausePrefix + source])
      guard try db.changesCount > 0 else { return false }
      try Self.audit(db, "resume", "source \(source)", by: actor, detail: nil, at: now)
      return true
    }
  }

  static func audit(
    _ db: StoreConnection, _ action: String, _ object: String, by actor: String, detail: String?, at now: Timestamp
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO audit_log(audit_id, occurred_at, actor, action, object, detail)
        VALUES (\(nextNumber("audit_log")), ?, ?, ?, ?, ?)
        """, arguments: [now.sqlText, actor, action, object, detail])
  }
}
