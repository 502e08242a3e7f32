import KithCore
import KithTesting
import Testing

@testable import KithStore

/// Several workers on one hub: a source is run by one at a time, and who stood still for too long writes nothing more.
@Suite struct FleetTests {
  private func hub() throws -> (one: TemporaryHub, other: HubStore, url: PostgresURL) {
    let hub = try TemporaryHub(.postgres)
    guard case .postgres(let url) = hub.location else { throw KithError(.bug, "not in PostgreSQL") }
    return (hub, try HubStore(hub.location), url)
  }

  /// As after a minute without renewal.
  private func letRunOut(_ url: PostgresURL) throws {
    try PostgresConnection(url).run("UPDATE leases SET expires_at = clock_timestamp() - interval '1 s'")
  }

  @Test func whoLostTheLeaseWritesNothingMore() throws {
    let (hub, other, url) = try hub()
    let lease = try hub.store.acquireLease(source: "crm")
    let writer = try hub.writer()
    _ = try writer.write(StoreBatch(records: [contact(person("1"))], checkpoint: Checkpoint("1")))
    #expect(throws: KithError.self) { try other.acquireLease(source: "crm") }
    try letRunOut(url)
    let taken = try other.acquireLease(source: "crm")
    // The same source by the other worker.
    let run = try other.startRun(source: "crm", connector: "csv", mode: "incremental", at: FixedTime.noon)
    let next = try StreamWriter(
      store: other, source: "crm", stream: "contacts", run: run, money: MoneySettings(baseCurrency: "EUR"),
      time: FixedTime())
    let error = #expect(throws: KithError.self) {
      try writer.write(StoreBatch(records: [contact(person("old"))], checkpoint: Checkpoint("old")))
    }
    #expect(error?.what == "the run has lost its lease" && error?.recovery == .transient)
    for late in [
      { try hub.store.finishStream(RunID(1), source: "crm", stream: "contacts", status: .succeeded) },
      { try hub.store.finishRun(RunID(1), status: .succeeded, at: FixedTime.noon) },
    ] { #expect(throws: KithError.self) { try late() } }
    _ = try next.write(StoreBatch(records: [contact(person("2"))], checkpoint: Checkpoint("2")))
    try other.finishRun(run, status: .succeeded, at: FixedTime.noon)
    #expect(try hub.list("SELECT key FROM profiles ORDER BY key") == "1,2")
    #expect(try hub.list("SELECT checkpoint FROM checkpoints") == "2")
    #expect(try hub.list("SELECT status FROM runs ORDER BY run_id") == "failed,succeeded")
    #expect(try other.verify().isEmpty)
    withExtendedLifetime((lease, taken)) {}
  }

  /// A worker that wakes up does not renew what is another's by then.
  @Test func aLeaseThatIsLostStaysLost() throws {
    let (hub, other, url) = try hub()
    var late: SourceLease? = try hub.store.acquireLease(source: "crm")
    try letRunOut(url)
    let taken = try other.acquireLease(source: "crm")
    // Giving back what one does not have takes nothing from anybody.
    _ = late
    late = nil
    #expect(throws: KithError.self) { try hub.store.acquireLease(source: "crm") }
    withExtendedLifetime(taken) {}
  }

  /// A killed process leaves its lease in the table; its connection is gone, and nobody waits for the minute to pass.
  @Test func theLeaseOfADeadWorkerIsFree() throws {
    let (hub, other, url) = try hub()
    let connection = try PostgresConnection(url)
    try connection.run(
      """
      INSERT INTO leases VALUES ('crm', 'somebody', 1, 'epoch', clock_timestamp() + interval '1 min'),
        ('shop', 'somebody', pg_backend_pid(), (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()),
          clock_timestamp() + interval '1 min')
      """)
    let lease = try other.acquireLease(source: "crm")
    #expect(throws: KithError.self) { try hub.store.acquireLease(source: "shop") }
    withExtendedLifetime(lease) {}
  }

  /// A transaction that its worker has left standing is ended by the server, and the others write on.
  @Test func aTransactionThatStandsStillIsEnded() throws {
    let (hub, other, _) = try hub()
    let error = #expect(throws: KithError.self) {
      try hub.store.write { db in
        try db.execute(sql: "INSERT INTO hub_settings (name, value) VALUES ('late', 'x')")
        try db.execute(sql: "SET LOCAL idle_in_transaction_session_timeout = '1ms'")
        // Another worker waits for its turn, and gets it.
        try other.write { try $0.execute(sql: "INSERT INTO hub_settings (name, value) VALUES ('next', 'x')") }
        try db.execute(sql: "INSERT INTO hub_settings (name, value) VALUES ('later', 'x')")
      }
    }
    #expect(error?.recovery == .transient, "\(String(describing: error))")
    #expect(try hub.list("SELECT name FROM hub_settings ORDER BY name") == "next")
    // The connection is made anew.
    try hub.store.write { try $0.execute(sql: "INSERT INTO hub_settings (name, value) VALUES ('again', 'x')") }
    #expect(try hub.list("SELECT name FROM hub_settings ORDER BY name") == "again,next")
  }

  /// The same in the middle of a copy, which the server does not call idle.
  @Test func aCopyThatStandsStillIsEnded() throws {
    let (hub, other, url) = try hub()
    let connection = try PostgresConnection(url)
    let error = #expect(throws: KithError.self) {
      try connection.transaction { () throws(KithError) in
        try connection.run(PostgresSchema(connection, url).lock)
        try connection.copyIn("COPY resolve_queue FROM STDIN") { put throws(KithError) in
          let line = RawBytes()
          line.append(text: "1\n")
          try put(line.all)
          // Another worker waits for its turn, looks who has it, and gets it.
          let glance = try PostgresConnection(url)
          try PostgresSchema(glance, url).endStandstill(afterSeconds: 3_600)
          try PostgresSchema(glance, url).endStandstill(afterSeconds: 0)
          try other.writeSomething()
        }
      }
    }
    #expect(error?.recovery == .transient, "\(String(describing: error))")
    #expect(try hub.list("SELECT name FROM hub_settings") == "next")
    #expect(try hub.int("SELECT COUNT(*) FROM resolve_queue") == 0)
  }

  @Test func aHubOfAnotherVersionOrACopyIsTold() throws {
    let (hub, _, url) = try hub()
    let connection = try PostgresConnection(url)
    try connection.run("COMMENT ON SCHEMA \(url.schema) IS 'Kith hub version 99'")
    let newer = #expect(throws: KithError.self) { try HubStore(hub.location) }
    #expect(newer?.recovery == .configuration && newer?.fix?.contains("newer") == true)
    try connection.run("COMMENT ON SCHEMA \(url.schema) IS NULL")
    let unknown = #expect(throws: KithError.self) { try HubStore(hub.location) }
    #expect(unknown?.fix?.contains("kith copy") == true)
    try connection.run("COMMENT ON SCHEMA \(url.schema) IS 'Kith hub version \(PostgresSchema.version)'")
    let file = try TemporaryHub()
    let refused = #expect(throws: KithError.self) { try PostgresHub(url).take(file.store) }
    #expect(refused?.what.contains("a hub works in this schema") == true)
  }

  /// A hub of an earlier version gets what it lacks, and keeps what it holds.
  @Test func anEarlierVersionIsBroughtUp() throws {
    let (hub, _, url) = try hub()
    _ = try hub.writer().write(
      StoreBatch(records: [contact(person("1", emails: ["a@example.com"], name: "Anna")), visit("v", person("1"))]))
    let identifiers = try hub.rows("SELECT * FROM identifiers ORDER BY profile_id, value")
    try PostgresConnection(url).run(
      """
      UPDATE identifiers SET display = value WHERE display IS NULL;
      ALTER TABLE identifiers ALTER COLUMN display SET NOT NULL;
      DROP TABLE touchpoints_daily, customer_channels; DROP VIEW fact_touchpoints; DROP TABLE dim_channel; ALTER TABLE customers DROP COLUMN last_csat;
      COMMENT ON SCHEMA \(url.schema) IS 'Kith hub version 4'
      """)
    try hub.reopen()
    #expect(try hub.list("SELECT source, key FROM fact_touchpoints") == "crm v")
    #expect(try hub.int("SELECT COUNT(*) FROM dim_channel") == 12)
    #expect(try hub.list("SELECT source, channel, touchpoints FROM touchpoints_daily") == "crm web 1")
    #expect(try hub.int("SELECT COUNT(last_csat) FROM customers") == 0)
    #expect(try hub.list("SELECT given_name FROM profiles WHERE is_listed") == "Anna")
    #expect(try hub.rows("SELECT * FROM identifiers ORDER BY profile_id, value") == identifiers)
  }

  /// SQLite's ways of naming parameters, and what must stay as it is.
  @Test(arguments: [
    ("SELECT ? + ?", "SELECT $1 + $2", 2), ("SELECT ?2, ?1, ?2", "SELECT $2, $1, $2", 2),
    ("SELECT :a, :b, :a", "SELECT $1, $2, $1", 2), ("SELECT '?', ':a', ?::text", "SELECT '?', ':a', $1::text", 1),
    ("a CROSS JOIN b ON a.x = b.x", "a JOIN b ON a.x = b.x", 0), ("SELECT 'it''s ?' || ?", "SELECT 'it''s ?' || $1", 1),
  ]) func parametersAreTranslated(sql: String, expected: String, count: Int) {
    let translated = PostgresSQL(sql)
    #expect(translated.text == expected && translated.parameters == count)
  }

  /// Rows that are there already are met on the way straight into a table, at its beginning, middle or end.
  @Test(arguments: Backend.allCases, [0, 7, 19]) func bulkInsertsMeetWhatIsThere(backend: Backend, place: Int) throws {
    let hub = try TemporaryHub(backend)
    try hub.run("INSERT INTO resolve_queue VALUES (\(place))")
    try hub.store.write { db in
      let insert = try BulkInsert(
        into: "resolve_queue", ["profile_id"], rows: 4, ending: "ON CONFLICT DO NOTHING", in: db, arena: BindArena())
      var changed = 0
      try insert.insert(Array(0..<20), { $1.integer(Int64($0)) }, settled: { changed += $1 })
      #expect(changed == 19)
      try insert.insert(Array(10..<30), { $1.integer(Int64($0)) }, settled: { changed += $1 })
      #expect(changed == 29)
    }
    #expect(try hub.int("SELECT COUNT(*) FROM resolve_queue") == 30)
  }
}

extension HubStore {
  /// Writes something.
  fileprivate func writeSomething() throws(KithError) {
    try write { try $0.execute(sql: "INSERT INTO hub_settings (name, value) VALUES ('next', 'x')") }
  }
}
