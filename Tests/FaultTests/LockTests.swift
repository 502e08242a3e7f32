import Foundation
import GRDB
import KithTesting
import Testing

/// Others at the same database: a program that holds its write lock, and a second sync.
@Suite(.enabled(if: Program.hasFaults, "faults need Linux and a path without blanks")) struct LockTests {
  @Test func aSyncWaitsForAnotherProgramsTransaction() throws {
    let stage = try Stage.small.get()
    let program = try stage.program(before: .second)
    defer { program.remove() }
    let other = try DatabaseQueue(path: program.database)
    var running: RunningProgram?
    try other.inDatabase { db in
      try db.execute(sql: "BEGIN IMMEDIATE; INSERT INTO hub_settings VALUES ('other', 'here')")
      // It stops as it begins to wait, so the lock is there and is met, whatever the machine's speed.
      let sync = try program.start(["sync"], faults: .stop(before: 1, of: .waits))
      running = sync
      try #expect(sync.waitUntilStopped(), "the sync did not wait for the lock")
      try db.execute(sql: "ROLLBACK")
    }
    running?.resume()
    let run = try #require(try running?.wait())
    #expect(run.status == 0, "\(run.errors)")
    try other.close()
    #expect(try program.tables().difference(from: stage.second.expected) == nil)
  }

  @Test func twoSyncsOfOneSourceDoNotMeet() throws {
    let stage = try Stage.small.get()
    let program = try stage.program(before: .second)
    defer { program.remove() }
    let other = try DatabaseQueue(path: program.database)
    // With something in the WAL, opening the database has nothing to write and to wait for.
    try other.inDatabase { db in
      try db.execute(sql: "INSERT INTO hub_settings VALUES ('other', ''); DELETE FROM hub_settings WHERE value = ''")
    }
    // It has its first source's lease and waits for the database, so it holds nothing but the lease.
    var running: RunningProgram?
    try other.inDatabase { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      let sync = try program.start(["sync"], faults: .stop(before: 1, of: .waits))
      running = sync
      try #expect(sync.waitUntilStopped(), "the sync did not wait for the lock")
      try db.execute(sql: "ROLLBACK")
    }
    try other.close()
    let second = try program.run("sync")
    #expect(second.status == 1, "\(second.errors)")
    #expect(second.errors.contains("crm: failed: crm: another run of this source is under way"), "\(second.errors)")
    // One source's lease holds up no other.
    #expect(second.errors.contains("shop/customers: 40 read"), "\(second.errors)")
    running?.resume()
    let run = try #require(try running?.wait())
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("crm/contacts: 44 read: 4 inserted"), "\(run.errors)")
    let tables = try program.tables(numbers: .left)
    #expect(tables.difference(from: stage.second.expectedByKeys) == nil)
  }
}
