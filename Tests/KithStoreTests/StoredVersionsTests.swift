import KithCore
import Testing

@testable import KithStore

/// What is stored just as it is delivered is known without being normalised; nothing else is.
@Suite struct StoredVersionsTests {
  private func fingerprint(_ key: String, _ hash: Int64?, _ kind: Record.Kind = .profile) -> StoredVersions.Fingerprint?
  {
    StoredVersions.Fingerprint(kind: kind, key: key, hash: hash)
  }

  private func versions(_ hub: TemporaryHub) throws -> StoredVersions {
    try StoredVersions(store: hub.store, source: "crm", stream: "contacts")
  }

  @Test(arguments: Backend.allCases) func onlyEqualRecordsAreFound(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    #expect(try versions(hub).isEmpty)
    let (anna, eva) = (contact(person("1", name: "Anna")), contact(person("2", name: "Eva")))
    _ = try hub.writer().write(
      StoreBatch(records: [anna, eva, visit("v", person("3", emails: ["met@example.com"])), deletion(.profile, "2")]))
    var found = try versions(hub)
    let rows = try found.rows(of: [
      fingerprint("1", anna.hash), fingerprint("1", anna.hash, .touchpoint), fingerprint("2", eva.hash), nil,
      fingerprint("9", 5),
    ])
    #expect(rows.map { $0?.table } == [.profiles, nil, nil, nil, nil])
  }

  /// A record that is on its way to the writer is about to change what is stored.
  @Test(arguments: Backend.allCases) func whatWasHandedOnIsNotAnsweredFor(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let anna = contact(person("1", name: "Anna"))
    _ = try hub.writer().write(StoreBatch(records: [anna]))
    var inOneBatch = try versions(hub)
    #expect(try inOneBatch.rows(of: [fingerprint("1", 7), fingerprint("1", anna.hash)]).allSatisfy { $0 == nil })
    var inTwo = try versions(hub)
    #expect(try inTwo.rows(of: [fingerprint("1", nil)]).count { $0 == nil } == 1)
    #expect(try inTwo.rows(of: [fingerprint("1", anna.hash)]).count { $0 == nil } == 1)
  }

  @Test(arguments: Backend.allCases) func whereSomebodyWasErasedEachRecordIsLookedAt(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    _ = try hub.writer().write(StoreBatch(records: [contact(person("1", name: "Anna"))]))
    try hub.run("INSERT INTO suppressions VALUES ('email', 1, '2024-01-01 00:00:00', NULL)")
    #expect(try versions(hub).isEmpty)
  }
}
