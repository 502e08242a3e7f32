import KithCore

/// How far a stream has been read, as the hub keeps it.
public struct StoredCheckpoint: Sendable, Equatable {
  public var stream: String
  public var checkpoint: Checkpoint
  public var movedAt: Timestamp
}

extension HubStore {
  /// All checkpoints of a source, by stream.
  public func checkpoints(of source: String) throws(KithError) -> [StoredCheckpoint] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT st.name, c.checkpoint, c.updated_at FROM checkpoints AS c JOIN streams AS st USING (stream_id)
          JOIN sources AS s USING (source_id) WHERE s.name = ? ORDER BY st.name
          """, arguments: [source]
      ).map {
        StoredCheckpoint(
          stream: $0["name"], checkpoint: Checkpoint($0["checkpoint"]),
          movedAt: Timestamp(sqlText: $0["updated_at"]) ?? Timestamp(seconds: 0))
      }
    }
  }

  /// Where the stream's last run ended.
  public func checkpoint(source: String, stream: String) throws(KithError) -> Checkpoint? {
    try read { db in
      try String.fetchOne(db, sql: Self.ofStream, arguments: [source, stream]).map(Checkpoint.init)
    }
  }

  /// Forgets how far streams have been read: their next run reads everything. No data is touched. The caller holds the
  /// source's lease: a run that goes on would write its own checkpoint afterwards.
  ///
  /// - Parameter actor: for the audit log.
  /// - Returns: the streams that had one.
  public func clearCheckpoints(
    source: String, streams: [String], by actor: String, at now: Timestamp
  ) throws(KithError) -> [String] {
    try write { db in
      try streams.filter { stream in
        // Kept in the audit log: whoever reset the wrong one finds there where it stood.
        let before = try String.fetchOne(db, sql: Self.ofStream, arguments: [source, stream])
        try db.execute(
          sql: """
            DELETE FROM checkpoints WHERE stream_id IN (
              SELECT st.stream_id FROM streams AS st JOIN sources AS s USING (source_id)
              WHERE s.name = ? AND st.name = ?)
            """, arguments: [source, stream])
        guard try db.changesCount > 0 else { return false }
        try Self.audit(
          db, "reset checkpoint", "stream \(source)/\(stream)", by: actor,
          detail: before.map { String($0.prefix(2_000)) }, at: now)
        return true
      }
    }
  }

  private static let ofStream = """
    SELECT c.checkpoint FROM checkpoints AS c JOIN streams AS st USING (stream_id)
    JOIN sources AS s USING (source_id) WHERE s.name = ? AND st.name = ?
    """
}
