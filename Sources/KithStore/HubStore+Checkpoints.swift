import KithCore

/// How far a stream has been read, and what hangs on it.
public struct StreamCheckpoint: Sendable, Equatable {
  public var source: String
  public var stream: String
  /// In the connector's own words.
  public var checkpoint: Checkpoint
  public var movedAt: Timestamp?
  /// The run that moved it last.
  public var run: RunID
  /// Records of the stream in the hub; those that are gone at the source are not counted.
  public var records: Int
}

extension HubStore {
  /// Where the stream's last run ended.
  public func checkpoint(source: String, stream: String) throws(KithError) -> Checkpoint? {
    try read { db in
      try String.fetchOne(
        db,
        sql: """
          SELECT c.checkpoint FROM checkpoints AS c JOIN streams AS st USING (stream_id)
          JOIN sources AS s USING (source_id) WHERE s.name = ? AND st.name = ?
          """, arguments: [source, stream]
      ).map(Checkpoint.init)
    }
  }

  /// The checkpoints of all streams, by source and stream.
  public func checkpoints() throws(KithError) -> [StreamCheckpoint] { try read { db in try Self.checkpoints(in: db) } }

  /// Forgets how far streams have been read: their next run reads everything. No data is touched. To be called under the
  /// source's lease, for a run that goes on would move its checkpoint again.
  ///
  /// - Parameter actor: for the audit log.
  /// - Returns: what was forgotten.
  public func resetCheckpoints(
    source: String, streams: [String], by actor: String, at now: Timestamp
  ) throws(KithError) -> [StreamCheckpoint] {
    try write { db in
      let known = try Self.checkpoints(in: db).filter { $0.source == source && streams.contains($0.stream) }
      for one in known {
        try db.execute(
          sql: """
            DELETE FROM checkpoints WHERE stream_id IN (
              SELECT st.stream_id FROM streams AS st JOIN sources AS s USING (source_id) WHERE s.name = ? AND st.name = ?)
            """, arguments: [source, one.stream])
        try Self.audit(
          db, "reset checkpoint", "stream \(source)/\(one.stream)", by: actor,
          detail: String(one.checkpoint.text.prefix(2_000)), at: now)
      }
      return known
    }
  }

  private static func checkpoints(in db: StoreConnection) throws -> [StreamCheckpoint] {
    let counts = try recordCounts(in: db)
    return try Row.fetchAll(
      db,
      sql: """
        SELECT s.name AS source, st.name AS stream, st.stream_id, c.checkpoint, c.updated_at, c.run_id
        FROM checkpoints AS c JOIN streams AS st USING (stream_id) JOIN sources AS s USING (source_id) ORDER BY 1, 2
        """
    ).map { row in
      let stream: Int64 = row["stream_id"]
      return StreamCheckpoint(
        source: row["source"], stream: row["stream"], checkpoint: Checkpoint(row["checkpoint"]),
        movedAt: (row["updated_at"] as String?).flatMap(Timestamp.init(sqlText:)), run: RunID(row["run_id"]),
        records: counts[stream] ?? 0)
    }
  }
}
