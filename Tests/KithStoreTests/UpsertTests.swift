import KithCore
import Testing

@testable import KithStore

@Suite struct UpsertTests {
  @Test(arguments: Backend.allCases) func newEqualAndChangedRecords(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer()
    let anna = person("1", emails: ["anna@example.com"], name: "Anna", city: "Bern")
    #expect(try writer.write(StoreBatch(records: [contact(anna)])) == RunCounts(read: 1, inserted: 1))
    #expect(try hub.int("SELECT COUNT(*) FROM resolve_queue") == 1)
    try hub.run("DELETE FROM resolve_queue")

    let again = try hub.writer()
    #expect(try again.write(StoreBatch(records: [contact(anna)])) == RunCounts(read: 1, unchanged: 1))
    #expect(try hub.int("SELECT COUNT(*) FROM resolve_queue") == 0)
    #expect(try hub.int("SELECT run_id FROM profiles") == 1, "an unchanged record is not written")

    let moved = person("1", emails: ["anna@example.org"], city: "Chur")
    #expect(try again.write(StoreBatch(records: [contact(moved)])).updated == 1)
    let stored = try hub.rows("SELECT given_name, given_name_delivered, city, email, run_id FROM profiles")
    #expect(stored.map { $0.map(\.text) } == [["NULL", "NULL", "\"Chur\"", "\"anna@example.org\"", "2"]])
    #expect(try hub.list("SELECT value FROM identifiers") == "anna@example.org")
    #expect(try hub.int("SELECT COUNT(*) FROM resolve_queue") == 1)
  }

  @Test(arguments: Backend.allCases) func everyAttributeGoesToItsColumn(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    var all = CanonicalProfile(key: "k", createdAt: time(1), updatedAt: time(2))
    func value(_ attribute: Attribute) -> String { attribute == .birthDate ? "1980-02-29" : "v-\(attribute.name)" }
    all.attributes = Attribute.allCases.map { CanonicalAttribute($0, value($0), delivered: "d-\($0.name)") }
    all.traits = [Trait(name: "Shoe size", value: "39")]
    all.consents = [Consent(purpose: "email", status: .granted, changedAt: time(3))]
    _ = try hub.writer().write(StoreBatch(records: [contact(all)]))
    for attribute in Attribute.allCases {
      #expect(try hub.text("SELECT \(attribute.name)_delivered FROM profiles") == "d-\(attribute.name)")
      if attribute != .fullName, attribute != .address {
        #expect(try hub.text("SELECT \(attribute.name) FROM profiles") == value(attribute))
      }
    }
    let origin = try hub.list("SELECT source, created_at, updated_at FROM profiles")
    #expect(origin == "crm \(time(1).sqlText) \(time(2).sqlText)")
    #expect(try hub.text("SELECT value FROM profile_traits WHERE name = 'Shoe size'") == "39")
    #expect(try hub.list("SELECT status, changed_at FROM consents") == "granted \(time(3).sqlText)")
  }

  @Test(arguments: Backend.allCases) func theLastOfAKeyWinsWithinABatchAndIsCounted(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let counts = try hub.writer().write(
      StoreBatch(records: [contact(person("1", name: "Old")), contact(person("2")), contact(person("1", name: "New"))]))
    #expect(counts == RunCounts(read: 3, inserted: 2, unchanged: 1, duplicates: 1))
    #expect(try hub.text("SELECT given_name FROM profiles WHERE key = '1'") == "New")
  }

  @Test(arguments: Backend.allCases) func aKeyThatComesBackInALaterBatchOfTheRunIsADuplicate(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer()
    _ = try writer.write(StoreBatch(records: [contact(person("1", name: "A"))]))
    let counts = try writer.write(StoreBatch(records: [contact(person("1", name: "B"))]))
    #expect(counts == RunCounts(read: 1, updated: 1, duplicates: 1))
  }

  @Test(arguments: Backend.allCases) func deletionsAndReturns(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer()
    _ = try writer.write(StoreBatch(records: [contact(person("1", name: "A"))]))
    #expect(try writer.write(StoreBatch(records: [deletion(.profile, "1")])) == RunCounts(read: 1, deleted: 1))
    #expect(try hub.text("SELECT deleted_at FROM profiles WHERE is_deleted") == FixedTime.noon.sqlText)
    #expect(try writer.write(StoreBatch(records: [deletion(.profile, "1")])).unchanged == 1)
    #expect(try writer.write(StoreBatch(records: [deletion(.profile, "none")])).unchanged == 1)
    #expect(try hub.writer().write(StoreBatch(records: [contact(person("1", name: "A"))])).updated == 1)
    #expect(try hub.int("SELECT COUNT(*) FROM profiles WHERE NOT is_deleted AND deleted_at IS NULL") == 1)
  }

  @Test(arguments: Backend.allCases) func aCompleteListingMarksTheRestDeleted(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer()
    _ = try writer.write(StoreBatch(records: (1...5).map { contact(person("\($0)")) }, snapshot: .whole))
    let next = try hub.writer()
    let first = try next.write(StoreBatch(records: [contact(person("1")), contact(person("6"))], snapshot: .begins))
    #expect(first == RunCounts(read: 2, inserted: 1, unchanged: 1))
    let last = try next.write(StoreBatch(records: [contact(person("2"))], snapshot: .ends))
    #expect(last == RunCounts(read: 4, unchanged: 1, deleted: 3))
    let gone = "SELECT key FROM profiles WHERE is_deleted ORDER BY key"
    #expect(try hub.list(gone) == "3,4,5")
  }

  @Test(arguments: Backend.allCases) func anEndWithoutItsBeginningDeletesNothing(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    _ = try hub.writer().write(StoreBatch(records: (1...3).map { contact(person("\($0)")) }))
    let counts = try hub.writer().write(StoreBatch(records: [contact(person("1"))], snapshot: .ends))
    #expect(counts.deleted == 0)
  }

  @Test(arguments: Backend.allCases) func aListingOfOrdersKeepsThePeopleAndDropsTheTouchpoint(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let orders = ["1", "2"].map {
      purchase(Order(key: $0, placedAt: time(0)), person("p\($0)", emails: ["\($0)@example.com"]))
    }
    _ = try hub.writer("orders").write(StoreBatch(records: orders, snapshot: .whole))
    let counts = try hub.writer("orders").write(StoreBatch(records: [orders[0]], snapshot: .whole))
    #expect(counts == RunCounts(read: 2, unchanged: 1, deleted: 1))
    #expect(try hub.int("SELECT COUNT(*) FROM profiles WHERE NOT is_deleted") == 2)
    #expect(try hub.list("SELECT key FROM touchpoints WHERE is_deleted") == "order:2")
  }

  @Test(arguments: Backend.allCases) func erasedPersonsStayAway(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let hash = email("gone@example.com").identifierHash
    try hub.run("INSERT INTO suppressions VALUES ('email', \(hash), '2024-01-01 00:00:00', 'request')")
    let counts = try hub.writer().write(
      StoreBatch(records: [
        contact(person("1", emails: ["gone@example.com"])), visit("v", person("2", emails: ["gone@example.com"])),
        contact(person("3", emails: ["here@example.com"])),
      ]))
    #expect(counts == RunCounts(read: 3, inserted: 1, suppressed: 2))
    #expect(try hub.list("SELECT key FROM profiles") == "3")
  }

  @Test(arguments: Backend.allCases) func aChangeOfPersonRefreshesBoth(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer("events")
    _ = try writer.write(StoreBatch(records: [visit("e", person("a", emails: ["a@example.com"]))]))
    try hub.run("DELETE FROM refresh_queue")
    _ = try writer.write(StoreBatch(records: [visit("e", person("b", emails: ["b@example.com"]))]))
    #expect(try hub.int("SELECT COUNT(*) FROM refresh_queue") == 2)
  }

  @Test(arguments: Backend.allCases) func aFailedBatchLeavesNothingAndItsWriterRefusesMore(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer()
    _ = try writer.write(StoreBatch(records: [contact(person("1"))], checkpoint: Checkpoint("one")))
    try hub.run("ALTER TABLE identifiers RENAME TO elsewhere")
    let batch = StoreBatch(
      records: [contact(person("2")), contact(person("3", emails: ["c@example.com"]))], rejects: [reject("f:1")],
      checkpoint: Checkpoint("two"))
    #expect(throws: KithError.self) { try writer.write(batch) }
    #expect(try hub.int("SELECT COUNT(*) FROM profiles") == 1)
    #expect(try hub.int("SELECT COUNT(*) FROM quarantine") == 0)
    #expect(try hub.store.checkpoint(source: "crm", stream: "contacts") == Checkpoint("one"))
    try hub.run("ALTER TABLE elsewhere RENAME TO identifiers")
    let error = #expect(throws: KithError.self) { try writer.write(batch) }
    #expect(error?.recovery == .bug)
    let fresh = try hub.writer()
    #expect(try fresh.write(batch) == RunCounts(read: 3, inserted: 2, quarantined: 1))
  }

  /// Batches that waited for the writer share a transaction; each counts by itself, and the last checkpoint stands.
  @Test(arguments: Backend.allCases) func batchesShareATransaction(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer()
    var encoder = BatchEncoder(money: MoneySettings(baseCurrency: "EUR", rates: [:]))
    let batches = [("1", "one"), ("2", "two"), ("1", "three")].map { key, checkpoint in
      encoder.encode(StoreBatch(records: [contact(person(key, name: checkpoint))], checkpoint: Checkpoint(checkpoint)))
    }
    let counts = try writer.write(batches)
    #expect(counts == RunCounts(read: 3, inserted: 2, updated: 1, duplicates: 1))
    #expect(try hub.list("SELECT given_name FROM profiles ORDER BY key") == "three,two")
    #expect(try hub.store.checkpoint(source: "crm", stream: "contacts") == Checkpoint("three"))
    #expect(try hub.store.verify() == [])
  }
}
