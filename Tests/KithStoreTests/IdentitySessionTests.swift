import KithCore
import KithTesting
import Testing

@testable import KithStore

@Suite struct IdentitySessionTests {
  /// Numbers of profiles that are no more make no profiles.
  @Test(arguments: Backend.allCases) func whetherThereAreMoreProfilesIsTold(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    func answers() throws -> [Bool] {
      try hub.store.write { db in
        let session = IdentitySession(db: db, now: FixedTime.noon, memory: .standard)
        return try [0, 3, 4, 5, 6, 7].map { try session.hasMoreProfiles(than: $0) }
      }
    }
    #expect(try answers() == [false, false, false, false, false, false])
    let writer = try hub.writer("people")
    _ = try writer.write(StoreBatch(records: (1...6).map { visit("\($0)", person("p\($0)", name: "N"), at: 1) }))
    #expect(try hub.int("SELECT COUNT(*) FROM profiles") == 6)
    #expect(try answers() == [true, true, true, true, false, false])
    let middle = "WHERE profile_id IN (SELECT profile_id FROM profiles ORDER BY profile_id LIMIT 2 OFFSET 2)"
    for table in ["resolve_queue", "refresh_queue", "touchpoints", "profiles"] {
      try hub.run("DELETE FROM \(table) \(middle)")
    }
    #expect(try hub.int("SELECT COUNT(*) FROM profiles") == 4)
    #expect(try answers() == [true, true, false, false, false, false])
  }
}
