import KithCore
import Testing

@testable import KithStore

/// What a run leaves for those who look into it.
@Suite struct RunDetailTests {
  @Test(arguments: Backend.allCases) func aRunTellsWhereItStoodAndWhatWentWrong(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    _ = try hub.writer().write(StoreBatch(records: [contact(person("1"))], checkpoint: Checkpoint("one")))
    try hub.store.finishStream(
      RunID(1), source: "crm", stream: "contacts", status: .succeeded, traffic: RunTraffic(bytes: 120, requests: 3))
    try hub.store.finishRun(RunID(1), status: .succeeded, at: FixedTime.noon.adding(seconds: 42))
    let writer = try hub.writer()
    _ = try writer.write(
      StoreBatch(
        records: [contact(person("2"))], rejects: [reject("f:1"), reject("f:2", code: "number")],
        checkpoint: Checkpoint("two")))
    let failure = KithError(.configuration, "a column is missing", place: "f.csv:1", fix: "Name it")
    try hub.store.finishStream(RunID(2), source: "crm", stream: "contacts", status: .failed, error: failure)
    try hub.store.finishRun(RunID(2), status: .failed, error: failure, at: FixedTime.noon.adding(seconds: 90))

    let first = try #require(try hub.store.run(RunID(1)))
    #expect(first.seconds(at: FixedTime.noon) == 42)
    #expect(first.streams[0].traffic == RunTraffic(bytes: 120, requests: 3))
    #expect(first.streams[0].checkpointBefore == nil && first.streams[0].checkpointAfter == "one")
    let second = try #require(try hub.store.run(RunID(2)))
    #expect(second.errorClass == .configuration && second.streams[0].errorClass == .configuration)
    #expect(second.streams[0].errorPlace == "f.csv:1" && second.streams[0].hint == "Name it")
    #expect(second.streams[0].checkpointBefore == "one" && second.streams[0].checkpointAfter == "two")
    let setAside = try hub.store.quarantineCounts(QuarantineFilter(status: nil, run: RunID(2)))
    #expect(setAside.map(\.code) == ["date", "number"] && setAside.map(\.count) == [1, 1])
    #expect(try hub.store.quarantineCounts(QuarantineFilter(status: nil, run: RunID(1))).isEmpty)
    #expect(try hub.store.run(RunID(3)) == nil)
  }

  /// The process died: what it had stored is told all the same.
  @Test(arguments: Backend.allCases) func anInterruptedRunKeepsItsCheckpoints(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let long = String(repeating: "x", count: 2_500)
    _ = try hub.writer().write(StoreBatch(records: [contact(person("1"))], checkpoint: Checkpoint(long)))
    try hub.reopen()
    _ = try hub.writer("leads")
    let run = try #require(try hub.store.run(RunID(1)))
    #expect(run.status == .failed && run.errorClass == .transient)
    #expect(run.streams[0].checkpointAfter == String(long.prefix(2_000)) + "…")
    #expect(try hub.store.checkpoint(source: "crm", stream: "contacts") == Checkpoint(long))
  }

  /// A hub of an earlier version gets what has come to its runs since.
  @Test func earlierRunsAreKept() throws {
    let hub = try TemporaryHub()
    _ = try hub.writer().write(StoreBatch(records: [contact(person("1"))], checkpoint: Checkpoint("one")))
    try hub.store.finishRun(RunID(1), status: .succeeded, at: time(1))
    let columns = "SELECT name FROM pragma_table_info('run_streams') ORDER BY name"
    let expected = try hub.list(columns)
    try hub.run(
      """
      DROP TABLE run_checkpoints; ALTER TABLE runs DROP COLUMN error_class;
      ALTER TABLE run_streams DROP COLUMN error_class; ALTER TABLE run_streams DROP COLUMN error_place;
      ALTER TABLE run_streams DROP COLUMN bytes; ALTER TABLE run_streams DROP COLUMN requests;
      DELETE FROM grdb_migrations WHERE identifier IN ('v11', 'v12', 'v13')
      """)
    try hub.reopen()
    #expect(try hub.list(columns) == expected)
    let run = try #require(try hub.store.run(RunID(1)))
    #expect(run.errorClass == nil && run.streams[0].counts.inserted == 1 && run.streams[0].checkpointAfter == nil)
    _ = try hub.writer()
    #expect(try hub.store.run(RunID(2))?.streams[0].checkpointBefore == "one")
  }
}
