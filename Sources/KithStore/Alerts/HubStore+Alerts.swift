import Foundation
import KithCore

extension HubStore {
  /// Alerts that are open, the oldest first.
  public func openAlerts() throws(KithError) -> [AlertRecord] {
    try read { db in try Self.openAlerts(in: db) }
  }

  /// The newest alerts first, those that are over as well.
  ///
  /// - Parameters:
  ///   - before: only those with a lower number: the page after one that ended there.
  ///   - among: only those of these sources; nil for all.
  public func alerts(
    limit: Int, before: Int64? = nil, among: Set<String>? = nil
  ) throws(KithError) -> [AlertRecord] {
    var (conditions, arguments): ([String], StoreArguments) = (["alert_id < ?"], [before ?? Int64.max])
    if let among { (conditions, arguments) = Self.adding(among, to: conditions, arguments) }
    return try read { db in
      try Row.fetchAll(
        db,
        sql: "SELECT * FROM alerts WHERE \(conditions.joined(separator: " AND ")) ORDER BY alert_id DESC LIMIT ?",
        arguments: arguments + [limit]
      ).map(AlertRecord.init(row:))
    }
  }

  /// Opens and resolves alerts, and notes whom that is to be told, in one transaction: no restart repeats or loses one.
  /// Returns what has changed.
  ///
  /// - Parameter decide: what is to change, given the alerts that are open; asked again once nobody else can change them.
  public func changeAlerts(
    tell destinations: [String], at now: Timestamp, _ decide: ([AlertRecord]) -> [AlertChange]
  ) throws(KithError) -> [(alert: AlertRecord, event: AlertEvent)] {
    // Mostly nothing changes, and nobody waits for a reader.
    if decide(try openAlerts()).isEmpty { return [] }
    return try write { db in
      try decide(Self.openAlerts(in: db)).compactMap { change in
        guard let (alert, event) = try Self.apply(change, at: now, in: db) else { return nil }
        for destination in destinations {
          try db.execute(
            sql: """
              INSERT INTO alert_deliveries (delivery_id, alert_id, event, destination, created_at, attempts, next_at)
              VALUES (\(Self.nextNumber("alert_deliveries")), ?, ?, ?, ?, 0, ?)
              """, arguments: [alert.id, event.rawValue, destination, now.sqlText, now.sqlText])
        }
        return (alert, event)
      }
    }
  }

  /// Since when each of these is watched: from now on for those that were not before. Names of sources, or
  /// `source/stream`.
  public func watchedSince(_ names: [String], at now: Timestamp) throws(KithError) -> [String: Timestamp] {
    let known = try read { db in try Self.watched(in: db) }
    if names.allSatisfy({ known[$0] != nil }) { return known }
    return try write { db in
      var known = try Self.watched(in: db)
      for name in names where known[name] == nil {
        try Self.set(Self.watchedPrefix + name, now.sqlText, in: db)
        known[name] = now
      }
      return known
    }
  }

  private static let watchedPrefix = "watched/"

  private static func watched(in db: StoreConnection) throws -> [String: Timestamp] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT name, value FROM hub_settings WHERE name LIKE ?", arguments: [watchedPrefix + "%"])
    var moments: [String: Timestamp] = [:]
    for row in rows {
      moments[String((row[0] as String).dropFirst(watchedPrefix.count))] = Timestamp(sqlText: row[1])
    }
    return moments
  }

  private static func openAlerts(in db: StoreConnection) throws -> [AlertRecord] {
    try Row.fetchAll(db, sql: "SELECT * FROM alerts WHERE resolved_at IS NULL ORDER BY alert_id")
      .map(AlertRecord.init(row:))
  }

  private static func apply(
    _ change: AlertChange, at now: Timestamp, in db: StoreConnection
  ) throws -> (AlertRecord, AlertEvent)? {
    switch change {
    case .open(let finding):
      let id = try firstNumber("alerts", in: db)
      try db.execute(
        sql: """
          INSERT INTO alerts (alert_id, kind, source, stream, opened_at, text, details) VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          id, finding.key.kind.rawValue, finding.key.source, finding.key.stream, now.sqlText, finding.text,
          try finding.details.json,
        ])
      return (
        AlertRecord(id: id, key: finding.key, text: finding.text, details: finding.details, openedAt: now), .opened
      )
    case .resolve(let id, let resolution):
      try db.execute(
        sql: "UPDATE alerts SET resolved_at = ?, resolution = ? WHERE alert_id = ? AND resolved_at IS NULL",
        arguments: [now.sqlText, resolution.rawValue, id])
      guard try db.changesCount > 0 else { return nil }
      return try Row.fetchOne(db, sql: "SELECT * FROM alerts WHERE alert_id = ?", arguments: [id])
        .map { (AlertRecord(row: $0), .resolved) }
    }
  }
}

extension AlertRecord {
  init(row: Row) {
    func time(_ column: String) -> Timestamp? { (row[column] as String?).flatMap(Timestamp.init(sqlText:)) }
    // A kind of a newer Kith would have refused the database.
    let kind = AlertKind(rawValue: row["kind"]) ?? .runFailed
    self.init(
      id: row["alert_id"], key: AlertKey(kind, source: row["source"], stream: row["stream"]), text: row["text"],
      details: AlertDetails(json: row["details"]), openedAt: time("opened_at") ?? Timestamp(seconds: 0),
      resolvedAt: time("resolved_at"),
      resolution: (row["resolution"] as String?).flatMap(AlertResolution.init(rawValue:)))
  }
}

extension AlertDetails {
  fileprivate var json: String {
    get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
  }

  fileprivate init(json: String) {
    self = (try? JSONDecoder().decode(AlertDetails.self, from: Data(json.utf8))) ?? AlertDetails()
  }
}
