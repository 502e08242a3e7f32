import KithCore

extension HubStore {
  /// Begins a run. The caller holds the source's lease, so a run of the source that still says `running` belongs to a
  /// process that died: it is marked failed.
  public func startRun(
    source: String, connector: String, mode: String, at time: Timestamp
  ) throws(KithError) -> RunID {
    guard let run = try startRun(source: source, connector: connector, mode: mode, scheduledAt: nil, at: time) else {
      throw KithError(.bug, "a run without a tick was taken for one that has been", place: source)
    }
    return run
  }

  /// Begins the run of a tick; nil when that tick, or a later one, has been run: each is run once, however many
  /// schedulers there are.
  public func startRun(
    source: String, connector: String, mode: String, scheduledAt tick: Timestamp?, at time: Timestamp
  ) throws(KithError) -> RunID? {
    try write { db in
      let sourceID = try Self.sourceID(source, connector: connector, in: db)
      if let tick {
        let later = try Int.fetchOne(
          db, sql: "SELECT 1 FROM runs WHERE source_id = ? AND scheduled_at >= ? LIMIT 1",
          arguments: [sourceID, tick.sqlText])
        if later != nil { return nil }
      }
      try Self.noteCheckpoints(
        "r.status = 'running' AND r.source_id = ?", arguments: [sourceID], in: db)
      let interrupted: StoreArguments = [
        time.sqlText, "interrupted: the process that ran it ended before the run did",
        "Nothing is lost: this run goes on from the last checkpoint", KithError.Recovery.transient.rawValue, sourceID,
      ]
      try db.execute(
        sql: """
          UPDATE run_streams SET status = 'failed', error = 'interrupted' WHERE status = 'running'
            AND run_id IN (SELECT run_id FROM runs WHERE status = 'running' AND source_id = ?)
          """, arguments: [sourceID])
      try db.execute(
        sql: """
          UPDATE runs SET status = 'failed', finished_at = ?, error = ?, hint = ?, error_class = ?, \(Self.summedCounts)
          WHERE status = 'running' AND source_id = ?
          """, arguments: interrupted)
      let run = try Self.firstNumber("runs", in: db)
      let counts = RunCounts().columns.map(\.name).joined(separator: ", ")
      let zeros = RunCounts().columns.map { _ in "0" }.joined(separator: ", ")
      try db.execute(
        sql: """
          INSERT INTO runs (run_id, source_id, source, started_at, status, mode, scheduled_at, \(counts))
          VALUES (?, ?, ?, ?, 'running', ?, ?, \(zeros))
          """, arguments: [run, sourceID, source, time.sqlText, mode, tick?.sqlText])
      return RunID(run)
    }
  }

  /// Throws when the run has ended: somebody else has taken the source's lease meanwhile. Whoever stood still for too
  /// long must not write behind the one who took over.
  static func checkIsRunning(_ run: RunID, in db: StoreConnection) throws {
    let status = try String.fetchOne(db, sql: "SELECT status FROM runs WHERE run_id = ?", arguments: [run.rawValue])
    if status == RunStatus.running.rawValue { return }
    throw KithError(
      .transient, "the run has lost its lease", place: "run \(run.rawValue)", seen: status ?? "no such run",
      allowed: "a run that is under way",
      fix: "Another worker runs the source now and goes on from the last checkpoint; nothing is lost")
  }

  /// Ends one stream's part of a run. A stream that delivered nothing is recorded here, too.
  public func finishStream(
    _ run: RunID, source: String, stream: String, status: RunStatus, error: KithError? = nil,
    traffic: RunTraffic = RunTraffic()
  ) throws(KithError) {
    try write { db in
      try Self.checkIsRunning(run, in: db)
      try Self.settleObservations(in: db)
      let streamID = try Self.streamID(stream, source: source, in: db)
      try db.execute(
        sql: """
          INSERT INTO run_streams (run_id, stream_id, status, error, hint, error_class, error_place, bytes, requests)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (run_id, stream_id) DO UPDATE SET status = excluded.status, error = excluded.error,
            hint = excluded.hint, error_class = excluded.error_class, error_place = excluded.error_place,
            bytes = excluded.bytes, requests = excluded.requests
          """,
        arguments: [
          run.rawValue, streamID, status.rawValue, error.map(Self.errorText), error?.fix, error?.recovery.rawValue,
          error?.place, traffic.bytes, traffic.requests,
        ])
      try Self.noteCheckpoints(
        "r.run_id = ? AND c.stream_id = ?", arguments: [run.rawValue, streamID], in: db)
    }
  }

  /// Ends a run: sums up its streams, builds the indexes that a first load put off, and empties the WAL if nobody
  /// holds it.
  @discardableResult
  public func finishRun(
    _ run: RunID, status: RunStatus, error: KithError? = nil, at time: Timestamp
  ) throws(KithError) -> RunCounts {
    try buildIndexes()
    let counts = try write { db in
      try Self.checkIsRunning(run, in: db)
      try db.execute(
        sql: """
          UPDATE runs SET status = ?, finished_at = ?, error = ?, hint = ?, error_class = ?, \(Self.summedCounts)
          WHERE run_id = ?
          """,
        arguments: [
          status.rawValue, time.sqlText, error.map(Self.errorText), error?.fix, error?.recovery.rawValue, run.rawValue,
        ])
      return try Row.fetchOne(db, sql: "SELECT * FROM runs WHERE run_id = ?", arguments: [run.rawValue])
        .map(RunCounts.init(row:)) ?? RunCounts()
    }
    try engine.finish()
    return counts
  }

  /// A checkpoint as it is kept for the history: of one that lists thousands of files, the beginning.
  static func shortened(_ checkpoint: String) -> String {
    "CASE WHEN LENGTH(\(checkpoint)) > 2000 THEN SUBSTR(\(checkpoint), 1, 2000) || '…' ELSE \(checkpoint) END"
  }

  /// Keeps which checkpoints runs have left, for those that fit.
  private static func noteCheckpoints(
    _ condition: String, arguments: StoreArguments, in db: StoreConnection
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO run_checkpoints (run_id, stream_id, checkpoint_after)
        SELECT c.run_id, c.stream_id, \(shortened("c.checkpoint")) FROM checkpoints AS c JOIN runs AS r USING (run_id)
        WHERE \(condition)
        ON CONFLICT (run_id, stream_id) DO UPDATE SET checkpoint_after = excluded.checkpoint_after
        """, arguments: arguments)
  }

  /// `read = (SELECT SUM(read) …), inserted = …` over the run's streams.
  private static let summedCounts = RunCounts().columns.map {
    "\($0.name) = (SELECT COALESCE(SUM(t.\($0.name)), 0) FROM run_streams AS t WHERE t.run_id = runs.run_id)"
  }.joined(separator: ", ")

  /// The error without its advice, which has a column of its own.
  private static func errorText(_ error: KithError) -> String {
    KithError(error.recovery, error.what, place: error.place, seen: error.seen, allowed: error.allowed).description
  }

  static func sourceID(_ source: String, connector: String?, in db: StoreConnection) throws -> Int64 {
    let id = try Int64.fetchOne(
      db,
      sql: """
        INSERT INTO sources (source_id, name, connector) VALUES (\(nextNumber("sources")), ?, ?)
        ON CONFLICT (name) DO UPDATE SET connector = COALESCE(NULLIF(excluded.connector, ''), sources.connector)
        RETURNING source_id
        """, arguments: [source, connector ?? ""])
    guard let id else { throw KithError(.bug, "a source got no number", place: "sources", seen: source) }
    return id
  }

  static func streamID(_ stream: String, source: String, in db: StoreConnection) throws -> Int64 {
    let find = """
      SELECT stream_id FROM streams AS st JOIN sources AS s USING (source_id) WHERE s.name = ? AND st.name = ?
      """
    if let id = try Int64.fetchOne(db, sql: find, arguments: [source, stream]) { return id }
    let sourceID = try sourceID(source, connector: nil, in: db)
    let id = try firstNumber("streams", in: db)
    try db.execute(
      sql: "INSERT INTO streams (stream_id, source_id, name) VALUES (?, ?, ?)", arguments: [id, sourceID, stream])
    return id
  }

  /// The next number of a table whose rows are numbered, as SQL: within a transaction nobody else gives numbers out.
  static func nextNumber(_ table: String) -> String {
    let key = Schema.table(table)?.primaryKey.first ?? ""
    return "(SELECT COALESCE(MAX(\(key)), 0) + 1 FROM \(table))"
  }

  static func firstNumber(_ table: String, in db: StoreConnection) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT \(nextNumber(table))") ?? 1
  }

  /// Keeps one of the hub's own settings.
  static func set(_ name: String, _ value: String, in db: StoreConnection) throws {
    try db.execute(
      sql: """
        INSERT INTO hub_settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """, arguments: [name, value])
  }
}

extension RunCounts {
  init(row: Row) {
    self.init(
      read: row["read"], inserted: row["inserted"], updated: row["updated"], unchanged: row["unchanged"],
      deleted: row["deleted"], quarantined: row["quarantined"], suppressed: row["suppressed"],
      duplicates: row["duplicates"])
  }
}
