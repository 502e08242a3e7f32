import GRDB
import KithCore
import Testing

@testable import KithStore

@Suite struct RunTests {
  @Test(arguments: Backend.allCases) func aRunSumsUpItsStreams(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let run = try hub.store.startRun(source: "crm", connector: "csv", mode: "full", at: time(0))
    for stream in ["contacts", "leads"] {
      let writer = try StreamWriter(
        store: hub.store, source: "crm", stream: stream, run: run, money: MoneySettings(baseCurrency: "EUR"),
        time: FixedTime())
      _ = try writer.write(
        StoreBatch(
          records: [contact(person("1")), contact(person("2"))], rejects: [reject("f:1")],
          checkpoint: Checkpoint("x")))
    }
    try hub.store.finishStream(run, source: "crm", stream: "contacts", status: .succeeded)
    let failure = KithError(.transient, "the server hung up", place: "leads", fix: "Try again")
    try hub.store.finishStream(run, source: "crm", stream: "leads", status: .failed, error: failure)
    let counts = try hub.store.finishRun(run, status: .partial, error: failure, at: time(9))
    #expect(counts == RunCounts(read: 6, inserted: 4, quarantined: 2))

    let record = try #require(try hub.store.runs(limit: 5).first)
    #expect(record.status == .partial && record.startedAt == time(0) && record.finishedAt == time(9))
    #expect(record.error == "leads: the server hung up" && record.hint == "Try again")
    #expect(record.streams.map(\.stream) == ["contacts", "leads"])
    #expect(record.streams[1].error == "leads: the server hung up")
    let status = try hub.store.status()
    #expect(status.map(\.source) == ["crm"] && status[0].connector == "csv")
    #expect(status[0].streams.map(\.waitingInQuarantine) == [1, 1])
    #expect(status[0].streams[0].checkpointAt == FixedTime.noon)
    #expect(status[0].streams[0].records == 2)
  }

  /// People met in records, and the touchpoints that orders are, are no records of the stream.
  @Test(arguments: Backend.allCases) func aStreamHasTheRecordsThatItDelivered(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let buyer = person("p", emails: ["p@example.com"])
    _ = try hub.writer("events").write(StoreBatch(records: (1...5).map { visit("e\($0)", buyer) }))
    let order = Order(key: "o", placedAt: time(0))
    _ = try hub.writer("orders").write(StoreBatch(records: [purchase(order, buyer), deletion(.order, "o")]))
    let lines = ["1", "2", "3"].map { row(order, OrderLine(key: $0), buyer) }
    _ = try hub.writer("lines").write(StoreBatch(records: lines))
    let streams = try hub.store.status()[0].streams
    #expect(streams.map(\.stream) == ["events", "lines", "orders"])
    #expect(streams.map(\.records) == [5, 3, 0])
  }

  @Test(arguments: Backend.allCases) func aRunLeftBehindByADeadProcessIsFailed(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer()
    _ = try writer.write(StoreBatch(records: [contact(person("1"))], checkpoint: Checkpoint("1")))
    try hub.reopen()
    _ = try hub.writer()
    let runs = try hub.store.runs(limit: 5)
    #expect(runs.map(\.status) == [.running, .failed])
    #expect(runs[1].counts == RunCounts(read: 1, inserted: 1))
    #expect(runs[1].error?.hasPrefix("interrupted") == true)
    #expect(try hub.store.checkpoint(source: "crm", stream: "contacts") == Checkpoint("1"))
    #expect(try hub.store.checkpoints(of: "crm").map(\.checkpoint) == [Checkpoint("1")])
    let cleared = try hub.store.clearCheckpoints(
      source: "crm", streams: ["contacts", "leads"], by: "test", at: FixedTime.noon)
    #expect(cleared == ["contacts"])
    #expect(try hub.store.checkpoint(source: "crm", stream: "contacts") == nil)
    #expect(try hub.store.checkpoints(of: "crm").isEmpty && hub.store.verify().isEmpty)
    #expect(try hub.list("SELECT actor, action, object FROM audit_log") == "test reset checkpoint stream crm/contacts")
  }

  @Test(arguments: Backend.allCases) func aSourceIsLeasedOnce(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let other = try HubStore(hub.location)
    var lease: SourceLease? = try hub.store.acquireLease(source: "crm/é")
    let error = #expect(throws: KithError.self) { try other.acquireLease(source: "crm/é") }
    #expect(error?.recovery == .transient)
    _ = try other.acquireLease(source: "shop")
    #expect(lease?.source == "crm/é")
    lease = nil
    _ = try other.acquireLease(source: "crm/é")
    #expect(LockFolder.fileName("a/b") != LockFolder.fileName("a%2Fb"))
  }

  @Test func theIndexOfIdentifiersIsThereAfterARun() throws {
    let hub = try TemporaryHub()
    let writer = try hub.writer()
    let index = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'identifiers_by_identifier_hash'"
    #expect(try hub.int(index) == 0, "the first load puts it off")
    _ = try writer.write(StoreBatch(records: [contact(person("1", emails: ["a@example.com"]))]))
    try hub.store.finishRun(RunID(1), status: .succeeded, at: time(1))
    #expect(try hub.int(index) == 1)
    _ = try hub.writer()
    #expect(try hub.int(index) == 1, "only an empty table is filled without it")
  }

  /// In memory readers and the writer take turns.
  @Test(arguments: [Backend.sqlite, .postgres]) func aReaderSeesOneStateDuringWrites(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    _ = try hub.writer().write(StoreBatch(records: [contact(person("1"))]))
    let other = try HubStore(hub.location)
    let (before, after) = try other.read { db in
      let before = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM profiles")
      _ = try hub.writer().write(StoreBatch(records: (2...900).map { contact(person("\($0)")) }))
      return (before, try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM profiles"))
    }
    #expect(before == 1 && after == 1)
    #expect(try other.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM profiles") } == 900)
  }

  @Test func afterARunTheWriteAheadLogIsEmpty() throws {
    let hub = try TemporaryHub()
    _ = try hub.writer().write(StoreBatch(records: (0..<500).map { contact(person("\($0)", name: "A")) }))
    #expect(try #require(FileProbe.size(of: hub.path + "-wal")) > 0)
    try hub.store.finishRun(RunID(1), status: .succeeded, at: time(1))
    #expect(FileProbe.size(of: hub.path + "-wal") == 0)
    #expect(try hub.text("PRAGMA integrity_check") == "ok")
  }
}
