import KithCore

extension HubStore {
  /// The newest runs first; all sources when `source` is nil.
  ///
  /// - Parameters:
  ///   - among: only runs of these sources; nil for all.
  ///   - before: only runs with a lower number: the page after one that ended there.
  ///   - hasStreams: whether each stream's part is told as well.
  public func runs(
    limit: Int, source: String? = nil, among: Set<String>? = nil, status: RunStatus? = nil, before: RunID? = nil,
    hasStreams: Bool = true
  ) throws(KithError) -> [RunRecord] {
    var conditions: [String] = []
    var arguments: StoreArguments = []
    if let source { (conditions, arguments) = (conditions + ["source = ?"], arguments + [source]) }
    if let among { (conditions, arguments) = Self.adding(among, to: conditions, arguments) }
    if let status { (conditions, arguments) = (conditions + ["status = ?"], arguments + [status.rawValue]) }
    if let before { (conditions, arguments) = (conditions + ["run_id < ?"], arguments + [before.rawValue]) }
    let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    return try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM runs \(condition) ORDER BY run_id DESC LIMIT ?", arguments: arguments + [limit]
      ).map { try Self.runRecord($0, in: db, hasStreams: hasStreams) }
    }
  }

  /// The condition that the column `source` is one of these.
  static func adding(
    _ sources: Set<String>, to conditions: [String], _ arguments: StoreArguments, column: String = "source"
  ) -> ([String], StoreArguments) {
    let names = sources.sorted()
    let condition = names.isEmpty ? "FALSE" : "\(column) IN (\(StoreArguments.marks(names.count)))"
    return (conditions + [condition], arguments + StoreArguments(names))
  }

  /// One run; nil when there is none of that number.
  public func run(_ id: RunID) throws(KithError) -> RunRecord? {
    try read { db in
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM runs WHERE run_id = ?", arguments: [id.rawValue]) else {
        return nil
      }
      var run = try Self.runRecord(row, in: db)
      let checkpoints = try Row.fetchAll(
        db,
        sql: """
          SELECT st.name, c.checkpoint_before, c.checkpoint_after FROM run_checkpoints AS c
          JOIN streams AS st USING (stream_id) WHERE c.run_id = ?
          """, arguments: [id.rawValue])
      for checkpoint in checkpoints {
        guard let place = run.streams.firstIndex(where: { $0.stream == checkpoint["name"] }) else { continue }
        run.streams[place].checkpointBefore = checkpoint["checkpoint_before"]
        run.streams[place].checkpointAfter = checkpoint["checkpoint_after"]
      }
      return run
    }
  }

  /// Every source and stream that the hub has met, by name.
  public func status() throws(KithError) -> [SourceStatus] {
    try read { db in
      let counts = try Self.recordCounts(in: db)
      let newest = try Self.newestTimes(in: db)
      return try Row.fetchAll(db, sql: "SELECT * FROM sources ORDER BY name").map { source in
        let id: Int64 = source["source_id"]
        let last = try Row.fetchOne(
          db, sql: "SELECT * FROM runs WHERE source_id = ? ORDER BY run_id DESC LIMIT 1", arguments: [id])
        let streams = try Row.fetchAll(
          db,
          sql: """
            SELECT st.stream_id, st.name, c.updated_at, (SELECT COUNT(*) FROM quarantine AS q
              WHERE q.status = 'waiting' AND q.stream_id = st.stream_id) AS waiting
            FROM streams AS st LEFT JOIN checkpoints AS c USING (stream_id) WHERE st.source_id = ? ORDER BY st.name
            """, arguments: [id])
        return SourceStatus(
          source: source["name"], connector: source["connector"],
          lastRun: try last.map { try Self.runRecord($0, in: db) },
          streams: streams.map { stream in
            let streamID: Int64 = stream["stream_id"]
            return StreamStatus(
              stream: stream["name"], checkpointAt: Self.time(stream["updated_at"]),
              waitingInQuarantine: stream["waiting"], records: counts[streamID] ?? 0, newestAt: newest[streamID])
          })
      }
    }
  }

  static func runRecord(_ row: Row, in db: StoreConnection, hasStreams: Bool = true) throws -> RunRecord {
    let id: Int64 = row["run_id"]
    let status = RunStatus(rawValue: row["status"]) ?? .failed
    let streams = !hasStreams && status != .running ? [] : try Self.streams(ofRun: id, in: db)
    // A run's own counts are summed up when it ends; until then its streams tell.
    let counts = status == .running ? streams.reduce(RunCounts()) { $0 + $1.counts } : RunCounts(row: row)
    return RunRecord(
      id: RunID(id), source: row["source"], mode: row["mode"], status: status,
      startedAt: time(row["started_at"]) ?? Timestamp(seconds: 0), finishedAt: time(row["finished_at"]),
      counts: counts, error: row["error"], hint: row["hint"], errorClass: errorClass(row),
      scheduledAt: time(row["scheduled_at"]), streams: streams)
  }

  private static func streams(ofRun id: Int64, in db: StoreConnection) throws -> [RunStreamRecord] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT t.*, st.name FROM run_streams AS t JOIN streams AS st USING (stream_id) WHERE run_id = ?
        ORDER BY st.name
        """, arguments: [id]
    ).map {
      RunStreamRecord(
        stream: $0["name"], status: RunStatus(rawValue: $0["status"]) ?? .failed, counts: RunCounts(row: $0),
        error: $0["error"], hint: $0["hint"], errorClass: errorClass($0), errorPlace: $0["error_place"],
        traffic: RunTraffic(bytes: $0["bytes"], requests: $0["requests"]))
    }
  }

  private static func errorClass(_ row: Row) -> KithError.Recovery? {
    (row["error_class"] as String?).flatMap(KithError.Recovery.init(rawValue:))
  }

  private static func time(_ text: String?) -> Timestamp? { text.flatMap(Timestamp.init(sqlText:)) }

  private static func recordCounts(in db: StoreConnection) throws -> [Int64: Int] {
    let rows = try Row.fetchAll(db, sql: StreamRecords.counts(.live))
    return Dictionary(uniqueKeysWithValues: rows.map { ($0["stream_id"], $0["n"]) })
  }

  private static func newestTimes(in db: StoreConnection) throws -> [Int64: Timestamp] {
    var newest: [Int64: Timestamp] = [:]
    let columns = [
      ("touchpoints", "occurred_at"), ("orders", "placed_at"), ("survey_responses", "responded_at"),
      ("tickets", "created_at"), ("traffic", "date || ' 00:00:00'"), ("profiles", "COALESCE(updated_at, created_at)"),
    ]
    for (table, column) in columns {
      let rows = try Row.fetchAll(
        db, sql: "SELECT stream_id, MAX(\(column)) AS t FROM \(table) NOT INDEXED GROUP BY stream_id")
      for row in rows {
        guard let time = time(row["t"]) else { continue }
        let stream: Int64 = row["stream_id"]
        // Profiles only tell for streams that have nothing else.
        if table == "profiles", newest[stream] != nil { continue }
        newest[stream] = max(newest[stream] ?? time, time)
      }
    }
    return newest
  }
}
