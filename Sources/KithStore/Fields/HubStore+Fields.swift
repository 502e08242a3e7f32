import KithCore

extension HubStore {
  /// The fields that a stream is known to have, by name; none before its first run.
  public func fields(source: String, stream: String) throws(KithError) -> [StreamField] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT f.* FROM stream_fields AS f JOIN streams AS st USING (stream_id) JOIN sources AS s USING (source_id)
          WHERE s.name = ? AND st.name = ? ORDER BY f.field
          """, arguments: [source, stream]
      ).map {
        StreamField(
          name: $0["field"], kind: ($0["kind"] as String?).flatMap(FieldKind.init(rawValue:)), records: $0["records"],
          seen: $0["seen"], filled: $0["filled"], isGone: $0["is_gone"])
      }
    }
  }

  /// Keeps what a run has noticed of a stream's fields.
  ///
  /// - Parameters:
  ///   - fields: as they are known from now on; nil leaves them as they are, and lets the changes wait for a person.
  public func noteFields(
    _ run: RunID, source: String, stream: String, changes: [FieldChange], fields: [StreamField]?, at now: Timestamp
  ) throws(KithError) {
    try write { db in
      try Self.checkIsRunning(run, in: db)
      let streamID = try Self.streamID(stream, source: source, in: db)
      try db.execute(
        sql: "UPDATE field_changes SET state = 'past' WHERE stream_id = ? AND state = 'waiting'", arguments: [streamID])
      let state: FieldChange.State = fields == nil ? .waiting : .accepted
      for change in changes {
        try db.execute(
          sql: """
            INSERT INTO field_changes (run_id, stream_id, field, change, kind_before, kind_after, state, noticed_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            run.rawValue, streamID, change.name, change.what.rawValue, change.before?.rawValue, change.after?.rawValue,
            state.rawValue, now.sqlText,
          ])
      }
      for field in fields ?? [] { try Self.set(field, streamID, in: db) }
    }
  }

  /// Takes the changes that wait as what the stream has; how many there were. `actor` is for the audit log.
  public func acceptFields(
    source: String, stream: String, by actor: String, at now: Timestamp
  ) throws(KithError) -> Int {
    try write { db in
      let streamID = try Self.streamID(stream, source: source, in: db)
      let rows = try Row.fetchAll(
        db, sql: "SELECT field, change, kind_after FROM field_changes WHERE stream_id = ? AND state = 'waiting'",
        arguments: [streamID])
      for row in rows {
        let (name, kind): (String, String?) = (row["field"], row["kind_after"])
        switch FieldChange.What(rawValue: row["change"]) {
        case .new:
          let field = StreamField(
            name: name, kind: kind.flatMap(FieldKind.init(rawValue:)), records: 0, seen: 0, filled: 0)
          try Self.set(field, streamID, in: db)
        case .vanished:
          try db.execute(
            sql: "UPDATE stream_fields SET is_gone = ? WHERE stream_id = ? AND field = ?",
            arguments: [true, streamID, name])
        case .retyped, nil:
          try db.execute(
            sql: "UPDATE stream_fields SET kind = ? WHERE stream_id = ? AND field = ?",
            arguments: [kind, streamID, name])
        }
      }
      if rows.isEmpty { return 0 }
      try db.execute(
        sql: "UPDATE field_changes SET state = 'accepted' WHERE stream_id = ? AND state = 'waiting'",
        arguments: [streamID])
      try Self.audit(
        db, "accept fields", "stream \(source)/\(stream)", by: actor, detail: "\(rows.count) changes", at: now)
      return rows.count
    }
  }

  /// Changes that were noticed, the newest run first; all sources and streams when they are nil.
  public func fieldChanges(
    source: String? = nil, run: RunID? = nil, state: FieldChange.State? = nil, limit: Int
  ) throws(KithError) -> [FieldChangeRecord] {
    let parts: [(String, (any StoreEncodable)?)] = [
      ("s.name", source), ("c.run_id", run?.rawValue), ("c.state", state?.rawValue),
    ]
    let used = parts.compactMap { column, value in value.map { (column, $0) } }
    let condition = used.isEmpty ? "" : "WHERE " + used.map { "\($0.0) = ?" }.joined(separator: " AND ")
    return try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT c.*, s.name AS source, st.name AS stream FROM field_changes AS c JOIN streams AS st USING (stream_id)
          JOIN sources AS s USING (source_id) \(condition) ORDER BY c.run_id DESC, s.name, st.name, c.field LIMIT ?
          """, arguments: StoreArguments(used.map(\.1.tableValue)) + [limit]
      ).map(FieldChangeRecord.init(row:))
    }
  }

  private static func set(_ field: StreamField, _ streamID: Int64, in db: StoreConnection) throws {
    try db.execute(
      sql: """
        INSERT INTO stream_fields (stream_id, field, kind, records, seen, filled, is_gone) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (stream_id, field) DO UPDATE SET kind = excluded.kind, records = excluded.records,
          seen = excluded.seen, filled = excluded.filled, is_gone = excluded.is_gone
        """,
      arguments: [
        streamID, field.name, field.kind?.rawValue, field.records, field.seen, field.filled, field.isGone,
      ])
  }
}

extension FieldChangeRecord {
  fileprivate init(row: Row) {
    func kind(_ column: String) -> FieldKind? { (row[column] as String?).flatMap(FieldKind.init(rawValue:)) }
    self.init(
      source: row["source"], stream: row["stream"], run: RunID(row["run_id"]),
      change: FieldChange(
        FieldChange.What(rawValue: row["change"]) ?? .new, row["field"], before: kind("kind_before"),
        after: kind("kind_after")),
      state: FieldChange.State(rawValue: row["state"]) ?? .past,
      noticedAt: Timestamp(sqlText: row["noticed_at"]) ?? Timestamp(seconds: 0))
  }
}
