import KithCore

extension HubStore {
  /// The entries that fit, the oldest first. `after` continues behind the last entry of a previous call.
  public func quarantine(
    _ filter: QuarantineFilter = QuarantineFilter(), limit: Int = 100, after: Int64 = 0
  ) throws(KithError) -> [QuarantineEntry] {
    let (condition, arguments) = Self.condition(filter)
    return try read { db in
      try Row.fetchAll(
        db,
        sql: "\(Self.quarantineSelect) WHERE q.quarantine_id > ? AND \(condition) ORDER BY q.quarantine_id LIMIT ?",
        arguments: [after] + arguments + [limit]
      ).map(QuarantineEntry.init(row:))
    }
  }

  /// One entry with its raw record; nil when there is none of that number.
  public func quarantineEntry(_ id: Int64) throws(KithError) -> QuarantineEntry? {
    try read { db in
      try Row.fetchOne(db, sql: "\(Self.quarantineSelect) WHERE q.quarantine_id = ?", arguments: [id])
        .map(QuarantineEntry.init(row:))
    }
  }

  /// How many entries fit, by source, stream, code and status, the most frequent first.
  public func quarantineCounts(
    _ filter: QuarantineFilter = QuarantineFilter()
  ) throws(KithError) -> [QuarantineCount] {
    let (condition, arguments) = Self.condition(filter)
    return try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT s.name AS source, st.name AS stream, q.code, q.status, COUNT(*) AS count FROM quarantine AS q
          JOIN streams AS st USING (stream_id) JOIN sources AS s USING (source_id) WHERE \(condition)
          GROUP BY 1, 2, 3, 4 ORDER BY count DESC, 1, 2, 3, 4
          """, arguments: arguments
      ).map {
        QuarantineCount(
          source: $0["source"], stream: $0["stream"], code: $0["code"],
          status: QuarantineStatus(rawValue: $0["status"]) ?? .waiting, count: $0["count"])
      }
    }
  }

  /// Gives up on waiting entries; they stay on record. Returns how many were waiting.
  public func discardQuarantine(_ ids: [Int64], at time: Timestamp) throws(KithError) -> Int {
    try write { db in
      let statement = try db.statement(
        "UPDATE quarantine SET status = 'discarded', resolved_at = ? WHERE quarantine_id = ? AND status = 'waiting'")
      var count = 0
      for id in ids {
        try statement.begin().time(time).integer(id).run()
        count += try statement.changes
      }
      return count
    }
  }

  private static let quarantineSelect = """
    SELECT q.*, s.name AS source, st.name AS stream FROM quarantine AS q
    JOIN streams AS st USING (stream_id) JOIN sources AS s USING (source_id)
    """

  private static func condition(_ filter: QuarantineFilter) -> (sql: String, arguments: StoreArguments) {
    let parts: [(String, (any StoreEncodable)?)] = [
      ("s.name", filter.source), ("st.name", filter.stream), ("q.code", filter.code),
      ("q.status", filter.status?.rawValue), ("q.run_id", filter.run?.rawValue),
    ]
    let used = parts.compactMap { column, value in value.map { (column, $0) } }
    var conditions = used.map { "\($0.0) = ?" }
    var arguments = StoreArguments(used.map(\.1.tableValue))
    if let among = filter.among {
      (conditions, arguments) = adding(among, to: conditions, arguments, column: "s.name")
    }
    return (conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND "), arguments)
  }
}

extension QuarantineEntry {
  fileprivate init(row: Row) {
    let reject = Reject(
      code: row["code"], reason: row["reason"], place: row["place"], raw: row["raw"],
      context: row["context"])
    self.init(
      id: row["quarantine_id"], source: row["source"], stream: row["stream"], run: RunID(row["run_id"]),
      status: QuarantineStatus(rawValue: row["status"]) ?? .waiting, reject: reject,
      createdAt: Timestamp(sqlText: row["created_at"]) ?? Timestamp(seconds: 0),
      resolvedAt: (row["resolved_at"] as String?).flatMap(Timestamp.init(sqlText:)))
  }
}
