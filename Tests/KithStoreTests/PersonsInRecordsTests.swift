import KithCore
import KithTesting
import Testing

@testable import KithStore

@Suite struct PersonsInRecordsTests {
  @Test(arguments: Backend.allCases) func identifiersUniteAndTheNewestAttributesWin(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer("events")
    _ = try writer.write(
      StoreBatch(records: [
        visit("1", person("p", emails: ["b@example.com"], name: "Newest", city: "Bern"), at: 100),
        visit("2", person("p", emails: ["a@example.com"], name: "Older"), at: 50),
        visit("3", person("p"), at: 200),
      ]))
    let profile = try hub.rows("SELECT given_name, city, email, observed_at, is_listed FROM profiles")
    #expect(
      profile.map { $0.map(\.text) }
        == [["\"Newest\"", "\"Bern\"", "\"a@example.com\"", "\"\(time(100).sqlText)\"", "0"]])
    #expect(try hub.int("SELECT COUNT(*) FROM identifiers") == 2)
    #expect(try hub.int("SELECT COUNT(*) FROM touchpoints WHERE profile_id = 1") == 3)
    #expect(try hub.int("SELECT COUNT(*) FROM refresh_queue") == 1)
  }

  /// When people were last met is written once per stream; a run that is killed before leaves it in the queue.
  @Test(arguments: Backend.allCases) func timesOfAKilledRunCount(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer("events")
    for at in [50, 100] as [Int64] {
      _ = try writer.write(StoreBatch(records: [visit("\(at)", person("p", name: "Known"), at: at)]))
    }
    let observed = "SELECT observed_at FROM profiles"
    #expect(try hub.list(observed) == time(50).sqlText)
    #expect(try hub.list("SELECT observed_at FROM refresh_queue") == time(100).sqlText)
    try hub.reopen()
    let next = try hub.writer("events")
    _ = try next.write(StoreBatch(records: [visit("70", person("p", name: "Older"), at: 70)]))
    #expect(try hub.list("SELECT given_name FROM profiles") == "Known")
    #expect(try hub.list(observed) == time(100).sqlText)
    #expect(try hub.int("SELECT COUNT(*) FROM refresh_queue WHERE observed_at IS NULL") == 1)
  }

  @Test(arguments: Backend.allCases) func aListedPersonIsNotChangedByRecords(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let writer = try hub.writer("mixed")
    let listed = contact(person("p", emails: ["listed@example.com"], name: "Listed"))
    let event = visit("1", person("p", emails: ["event@example.com"], name: "Event"), at: 9)
    _ = try writer.write(StoreBatch(records: [event, listed]))
    let forward = try hub.dump()
    let other = try TemporaryHub(backend)
    let second = try other.writer("mixed")
    _ = try second.write(StoreBatch(records: [listed]))
    _ = try second.write(StoreBatch(records: [event]))
    #expect(try other.list("SELECT value FROM identifiers") == "listed@example.com")
    // The time of observation is the only trace of who came first.
    #expect(try other.dump()[1...] == forward[1...])
  }

  /// The same observations in any order, in any batches, with or without a restart in between.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64], Backend.allCases)
  func theOrderOfArrivalDoesNotMatter(seed: UInt64, backend: Backend) throws {
    var random = SeededGenerator(seed: seed)
    let records = (0..<60).map { index -> CanonicalRecord in
      let key = "p\(Int.random(in: 0..<5, using: &random))"
      var person = person(key, emails: ["\(Int.random(in: 0..<4, using: &random))@example.com"])
      if Bool.random(using: &random) {
        person.attributes = [CanonicalAttribute(.givenName, "N\(Int.random(in: 0..<4, using: &random))")]
      }
      if Int.random(in: 0..<3, using: &random) == 0 {
        let status: Consent.Status = Bool.random(using: &random) ? .granted : .denied
        person.consents = [Consent(purpose: "email", status: status)]
        person.traits = [Trait(name: "t", value: "\(index)")]
        person.createdAt = time(Int64.random(in: 0..<10, using: &random))
      }
      return visit("e\(index)", person, at: Int64.random(in: 0..<20, using: &random))
    }
    var dumps: [[[String]]] = []
    for _ in 0..<3 {
      let hub = try TemporaryHub(backend)
      var writer = try hub.writer("events")
      var rest = records.shuffled(using: &random)[...]
      while !rest.isEmpty {
        let count = min(rest.count, Int.random(in: 1...20, using: &random))
        _ = try writer.write(StoreBatch(records: Array(rest.prefix(count))))
        rest = rest.dropFirst(count)
        if Bool.random(using: &random) {
          try hub.reopen()
          writer = try hub.writer("events")
        }
      }
      dumps.append(try hub.dump())
    }
    #expect(dumps[1] == dumps[0], "seed \(seed)")
    #expect(dumps[2] == dumps[0], "seed \(seed)")
  }
}
