import Foundation
import GRDB
import KithCore
import Testing

@testable import KithStore

@Suite struct ReadingAndErrorTests {
  @Test(arguments: Backend.allCases) func tablesAreStreamedByName(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let run = try hub.writer()
    _ = try run.write(StoreBatch(records: ["b", "a"].map { contact(person($0, name: "N" + $0)) }))
    var rows: [[TableValue]] = []
    try hub.store.rows(of: "profiles", RowSelection(columns: ["key", "given_name", "customer_id"])) {
      row throws(KithError) in
      rows.append(row.values)
    }
    #expect(rows == [[.text("b"), .text("Nb"), .null], [.text("a"), .text("Na"), .null]])
    var count = 0
    try hub.store.rows(of: "profiles", RowSelection(limit: 1)) { row throws(KithError) in count += row.columns.count }
    #expect(count == Schema.table("profiles")?.columns.count)
    #expect(try hub.store.tables().first { $0.name == "profiles" }?.rowCount == 2)
    #expect(try !hub.store.tables().contains { $0.name == "quarantine" })
    for table in try hub.store.tables() {
      try hub.store.rows(of: table.name) { _ throws(KithError) in }
    }
  }

  @Test func unknownNamesAreAnsweredWithTheNearest() throws {
    let hub = try TemporaryHub()
    let table = #expect(throws: KithError.self) { try hub.store.rows(of: "custommers") { _ throws(KithError) in } }
    #expect(table?.seen == "custommers" && table?.fix == "Did you mean customers?")
    let column = #expect(throws: KithError.self) {
      try hub.store.rows(of: "customers", RowSelection(columns: ["emial"])) { _ throws(KithError) in }
    }
    #expect(column?.fix == "Did you mean email?")
    let hidden = #expect(throws: KithError.self) { try hub.store.rows(of: "sqlite_master") { _ throws(KithError) in } }
    #expect(hidden?.recovery == .configuration)
  }

  @Test func aFileThatIsNoDatabase() throws {
    let hub = try TemporaryHub()
    let file = hub.folder + "/notes.txt"
    try Data("name;city\nAnna;Bern\n".utf8).write(to: URL(fileURLWithPath: file))
    let error = #expect(throws: KithError.self) { try HubStore(path: file) }
    #expect(error?.what == "the hub's database file is not a SQLite database")
    #expect(error?.recovery == .configuration && error?.place == file)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)).count == 20, "it is left as it is")
  }

  @Test func aFolderThatDoesNotExist() throws {
    let hub = try TemporaryHub()
    let error = #expect(throws: KithError.self) { try HubStore(path: hub.folder + "/none/hub.sqlite") }
    #expect(error?.recovery == .configuration)
    #expect(error?.fix?.contains("Create the folder") == true)
  }

  @Test func aFullDisk() throws {
    let hub = try TemporaryHub()
    let writer = try hub.writer()
    let pages = try hub.int("PRAGMA page_count")
    try hub.run("PRAGMA max_page_count = \(pages + 4)")
    let batch = StoreBatch(
      records: (0..<3_000).map { contact(person("\($0)", name: "Name")) }, checkpoint: Checkpoint("end"))
    let error = #expect(throws: KithError.self) { try writer.write(batch) }
    #expect(error?.what == "the disk is full" && error?.recovery == .transient)
    try hub.run("PRAGMA max_page_count = 1000000")
    #expect(try hub.int("SELECT COUNT(*) FROM profiles") == 0)
    #expect(try hub.store.checkpoint(source: "crm", stream: "contacts") == nil)
    #expect(try hub.writer().write(batch).inserted == 3_000)
  }

  @Test func aDatabaseThatAnotherProgramHoldsTooLong() throws {
    let hub = try TemporaryHub()
    _ = try hub.writer().write(StoreBatch(records: [contact(person("1", name: "Anna"))]))
    let store = try HubStore(path: hub.path, busySeconds: 0.05)
    let begin = { try store.startRun(source: "shop", connector: "csv", mode: "incremental", at: FixedTime.noon) }
    let other = try DatabaseQueue(path: hub.path)
    try other.inDatabase { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      let error = #expect(throws: KithError.self) { try begin() }
      #expect(error?.what == "the database is locked by another program" && error?.recovery == .transient)
      #expect(error?.fix?.contains("run the command again") == true)
      // Readers wait for nobody, and a checkpoint that cannot run is no error.
      #expect(try store.identityQueue().profiles == 1)
      try store.engine.finish()
      try db.execute(sql: "ROLLBACK")
    }
    let run = try begin()
    #expect(try store.finishRun(run, status: .succeeded, at: FixedTime.noon) == RunCounts())
    #expect(try hub.int("SELECT COUNT(*) FROM profiles") == 1)
  }

  @Test(arguments: [
    (ResultCode.SQLITE_BUSY, KithError.Recovery.transient), (.SQLITE_READONLY, .configuration),
    (.SQLITE_CORRUPT, .configuration), (.SQLITE_CANTOPEN, .configuration), (.SQLITE_IOERR, .transient),
    (.SQLITE_NOTADB, .configuration), (.SQLITE_CONSTRAINT, .bug),
  ])
  func everyFailureTellsWhatToDo(code: ResultCode, recovery: KithError.Recovery) {
    let error = StoreErrors.translate(DatabaseError(resultCode: code), path: "/none/hub.sqlite")
    #expect(error.recovery == recovery && error.place == "/none/hub.sqlite" && error.fix != nil)
  }

  /// What was in the way of a file may be gone when it is asked for the reason.
  @Test func aFileThatCouldNotBeOpenedForAMoment() throws {
    let hub = try TemporaryHub()
    let error = StoreErrors.translate(DatabaseError(resultCode: .SQLITE_CANTOPEN), path: hub.path)
    #expect(error.recovery == .transient && error.fix?.contains("run the command again") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: hub.folder).allSatisfy { !$0.contains("probe") })
  }

  @Test func aDatabaseThatMayNotBeWritten() throws {
    let hub = try TemporaryHub()
    try hub.store.close()
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: hub.path)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: hub.path) }
    // The administrator may write anything: nothing to see then.
    if geteuid() == 0 { return }
    let error = #expect(throws: KithError.self) { try hub.reopen() }
    #expect(error?.recovery == .configuration)
  }
}
