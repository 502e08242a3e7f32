import KithCore

/// A message that waits to be read.
public struct WaitingDelivery: Sendable {
  public var key: String
  public var topic: String?
  public var body: [UInt8]
}

extension HubStore {
  /// For how long a message that was read is known again, in seconds: thirty days.
  public static let deliveryMemory: Double = 2_592_000

  /// Keeps a message; false when it has come before. When this returns it is on the disk.
  public func keepDelivery(
    source: String, key: String, topic: String?, body: [UInt8], at now: Timestamp
  ) throws(KithError) -> Bool {
    try write { db in
      try db.execute(
        sql: "DELETE FROM webhook_deliveries WHERE status = 'read' AND source = ? AND received_us <= ?",
        arguments: [source, now.adding(seconds: -Self.deliveryMemory).microseconds])
      // Two that come within one microsecond keep their order; those that were read have had theirs.
      let newest = try Int64.fetchOne(
        db, sql: "SELECT MAX(received_us) FROM webhook_deliveries WHERE status = 'waiting' AND source = ?",
        arguments: [source])
      try db.execute(
        sql: """
          INSERT INTO webhook_deliveries (source, delivery_key, received_us, status, topic, body)
          VALUES (?, ?, ?, 'waiting', ?, ?) ON CONFLICT (source, delivery_key) DO NOTHING
          """, arguments: [source, key, max(now.microseconds, (newest ?? 0) + 1), topic, body])
      return try db.changesCount > 0
    }
  }

  /// Messages of a source that wait, the oldest first.
  public func waitingDeliveries(source: String, limit: Int) throws(KithError) -> [WaitingDelivery] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT delivery_key, topic, body FROM webhook_deliveries WHERE status = 'waiting' AND source = ?
          ORDER BY received_us LIMIT ?
          """, arguments: [source, limit]
      ).map { WaitingDelivery(key: $0["delivery_key"], topic: $0["topic"], body: $0["body"] as [UInt8]? ?? []) }
    }
  }

  /// Sources for which messages wait.
  public func sourcesWithDeliveries() throws(KithError) -> [String] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT DISTINCT source FROM webhook_deliveries WHERE status = 'waiting' ORDER BY source"
      ).map { $0["source"] }
    }
  }
}
