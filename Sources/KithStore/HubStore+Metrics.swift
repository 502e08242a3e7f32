import KithCore

/// Sums over the history of runs, for monitoring.
public struct RunTotals: Sendable, Equatable {
  public var source: String
  public var status: RunStatus
  public var runs: Int
  public var counts: RunCounts
}

/// When a stream was last read to its end.
public struct StreamSuccess: Sendable, Equatable {
  public var source: String
  public var stream: String
  public var at: Timestamp
}

extension HubStore {
  /// Runs and records by source and status.
  public func runTotals() throws(KithError) -> [RunTotals] {
    let sums = RunCounts().columns.map { "SUM(\($0.name)) AS \($0.name)" }.joined(separator: ", ")
    return try read { db in
      try Row.fetchAll(
        db,
        sql:
          "SELECT source, status, COUNT(*) AS runs, \(sums) FROM runs GROUP BY source, status ORDER BY source, status"
      ).map {
        RunTotals(
          source: $0["source"], status: RunStatus(rawValue: $0["status"]) ?? .failed, runs: $0["runs"],
          counts: RunCounts(row: $0))
      }
    }
  }

  /// By stream the end of the newest run that read all of it.
  public func streamSuccesses() throws(KithError) -> [StreamSuccess] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT r.source, st.name AS stream, MAX(r.finished_at) AS at FROM run_streams t JOIN runs r USING (run_id)
          JOIN streams st ON st.stream_id = t.stream_id WHERE t.status = 'succeeded' AND r.mode <> 'replay'
          GROUP BY r.source, st.name ORDER BY r.source, st.name
          """
      ).compactMap { row in
        (row["at"] as String?).flatMap(Timestamp.init(sqlText:)).map {
          StreamSuccess(source: row["source"], stream: row["stream"], at: $0)
        }
      }
    }
  }

  /// Throws when the database does not answer.
  public func ping() throws(KithError) {
    _ = try read { db in try Int.fetchOne(db, sql: "SELECT 1") }
  }
}
