import KithCore

extension HubStore {
  /// The newest runs of a source that have ended, the newest first, without replays.
  public func endedRuns(of source: String, limit: Int) throws(KithError) -> [RunRecord] {
    try endedRuns(of: source, "", [], limit: limit)
  }

  /// The newest of them that read so many records at least.
  public func newestRun(of source: String, reading least: Int) throws(KithError) -> RunRecord? {
    try endedRuns(of: source, "AND r.read >= ?", [least], limit: 1).first
  }

  private func endedRuns(
    of source: String, _ condition: String, _ arguments: StoreArguments, limit: Int
  ) throws(KithError) -> [RunRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT r.* FROM runs AS r JOIN sources AS s USING (source_id)
          WHERE s.name = ? AND r.status <> 'running' AND r.mode <> 'replay' \(condition) ORDER BY r.run_id DESC LIMIT ?
          """, arguments: [source] + arguments + [limit]
      ).map { try Self.runRecord($0, in: db, hasStreams: false) }
    }
  }

  /// When a stream was last read to its end, and when a run of it last brought something new, changed or deleted.
  public func newestReadings(
    source: String, stream: String
  ) throws(KithError) -> (success: Timestamp?, new: Timestamp?) {
    try read { db in
      func newest(_ condition: String) throws -> Timestamp? {
        try String.fetchOne(
          db,
          sql: """
            SELECT r.finished_at FROM run_streams AS t JOIN runs AS r USING (run_id)
            WHERE t.stream_id = (SELECT st.stream_id FROM streams AS st JOIN sources AS s USING (source_id)
                WHERE s.name = ? AND st.name = ?)
              AND r.finished_at IS NOT NULL AND r.mode <> 'replay' AND \(condition)
            ORDER BY t.run_id DESC LIMIT 1
            """, arguments: [source, stream]
        ).flatMap(Timestamp.init(sqlText:))
      }
      return (
        try newest("t.status = 'succeeded'"), try newest("t.inserted + t.updated + t.deleted > 0")
      )
    }
  }
}
