import KithCore

extension HubStore {
  /// What is to be told now, in the order in which it happened. Of one alert a destination hears that it is over only
  /// when it has heard, or cannot hear, that it was open.
  public func dueDeliveries(at now: Timestamp, limit: Int) throws(KithError) -> [AlertDelivery] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT d.delivery_id, d.event, d.destination, d.attempts, a.* FROM alert_deliveries AS d
          JOIN alerts AS a USING (alert_id)
          WHERE d.next_at <= ? AND NOT EXISTS (
            SELECT 1 FROM alert_deliveries AS e WHERE e.alert_id = d.alert_id AND e.destination = d.destination
              AND e.delivery_id < d.delivery_id AND e.next_at IS NOT NULL)
          ORDER BY d.delivery_id LIMIT ?
          """, arguments: [now.sqlText, limit]
      ).map { row in
        AlertDelivery(
          id: row["delivery_id"], alert: AlertRecord(row: row),
          event: AlertEvent(rawValue: row["event"]) ?? .opened, destination: row["destination"],
          attempts: row["attempts"])
      }
    }
  }

  /// Takes a delivery for this process until a moment; false when another one has it, or it is done. A process that dies
  /// on the way leaves it to whoever comes after that moment.
  public func claimDelivery(_ id: Int64, at now: Timestamp, until end: Timestamp) throws(KithError) -> Bool {
    try write { db in
      try db.execute(
        sql: "UPDATE alert_deliveries SET next_at = ? WHERE delivery_id = ? AND next_at <= ?",
        arguments: [end.sqlText, id, now.sqlText])
      return try db.changesCount > 0
    }
  }

  /// It has arrived.
  public func noteDelivered(_ id: Int64, at now: Timestamp) throws(KithError) {
    try write { db in
      try db.execute(
        sql: "UPDATE alert_deliveries SET delivered_at = ?, next_at = NULL, error = NULL WHERE delivery_id = ?",
        arguments: [now.sqlText, id])
    }
  }

  /// It has not arrived; nil for `next` gives it up.
  ///
  /// - Parameter error: without secrets.
  public func noteUndelivered(_ id: Int64, error: String, next: Timestamp?) throws(KithError) {
    try write { db in
      try db.execute(
        sql: "UPDATE alert_deliveries SET attempts = attempts + 1, error = ?, next_at = ? WHERE delivery_id = ?",
        arguments: [error, next?.sqlText, id])
    }
  }

  /// Destinations that were last told something in vain, by name.
  public func deliveryProblems() throws(KithError) -> [AlertDeliveryProblem] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT d.destination, d.next_at, d.error FROM alert_deliveries AS d
          WHERE d.delivered_at IS NULL AND d.error IS NOT NULL AND (d.next_at IS NOT NULL OR d.delivery_id > COALESCE((
            SELECT MAX(e.delivery_id) FROM alert_deliveries AS e
            WHERE e.destination = d.destination AND e.delivered_at IS NOT NULL), 0))
          ORDER BY d.destination, d.delivery_id
          """)
      var problems: [AlertDeliveryProblem] = []
      for row in rows {
        let destination: String = row["destination"]
        if problems.last?.destination != destination {
          problems.append(AlertDeliveryProblem(destination: destination, waiting: 0, givenUp: 0, error: ""))
        }
        let isWaiting = (row["next_at"] as String?) != nil
        problems[problems.count - 1].waiting += isWaiting ? 1 : 0
        problems[problems.count - 1].givenUp += isWaiting ? 0 : 1
        problems[problems.count - 1].error = row["error"]
      }
      return problems
    }
  }
}
