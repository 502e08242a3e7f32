import Foundation
import KithCore
import Testing

@testable import KithStore

/// What is counted and not known: it has a table and a fact, and nothing to do with persons.
@Suite struct TrafficTests {
  private func count(_ key: String, _ day: String, visits: Int?, campaign: String? = "spring") throws -> CanonicalRecord
  {
    let traffic = Traffic(
      key: key, date: try #require(CalendarDate(iso: day)), trafficSource: "google", campaign: campaign, country: "CH",
      visits: visits)
    var hash = ContentHash()
    hash.combine(String(describing: traffic))
    return CanonicalRecord(record: .traffic(traffic), hash: hash.value)
  }

  @Test(arguments: Backend.allCases) func aLaterReadingReplaces(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let first = try [count("a", "2024-03-05", visits: 3), count("b", "2024-03-06", visits: nil)]
    #expect(try hub.writer("pages").write(StoreBatch(records: first)) == RunCounts(read: 2, inserted: 2))
    let again = try [count("a", "2024-03-05", visits: 4), first[1], count("c", "2024-03-06", visits: 1)]
    #expect(
      try hub.writer("pages").write(StoreBatch(records: again))
        == RunCounts(read: 3, inserted: 1, updated: 1, unchanged: 1))
    let facts =
      "SELECT source, date, key, channel, traffic_source, campaign, country, visits FROM fact_traffic ORDER BY key"
    #expect(
      try hub.list(facts)
        == "crm 2024-03-05 a web google spring CH 4,crm 2024-03-06 b web google spring CH NULL,"
        + "crm 2024-03-06 c web google spring CH 1")
    #expect(
      try hub.list(
        """
        SELECT d.weekday_name, c.name, SUM(t.visits) AS visits FROM fact_traffic t JOIN dim_date d ON d.date = t.date
        JOIN dim_channel c ON c.channel = t.channel GROUP BY d.weekday, d.weekday_name, c.name ORDER BY d.weekday
        """) == "Tuesday Web 4,Wednesday Web 1")
    #expect(try hub.int("SELECT COUNT(*) FROM touchpoints") == 0 && hub.int("SELECT COUNT(*) FROM profiles") == 0)
    #expect(try hub.int("SELECT COUNT(*) FROM resolve_queue") == 0)
    let status = try #require(try hub.store.status().first?.streams.first)
    #expect(status.records == 3 && status.newestAt?.sqlText == "2024-03-06 00:00:00")

    var exported: [String] = []
    let since = RowSelection(columns: ["key"], since: Timestamp(seconds: 1_709_683_200), isByTime: true)
    try hub.store.rows(of: "fact_traffic", since) { exported.append($0.values[0].text) }
    #expect(exported == ["\"b\"", "\"c\""])

    #expect(
      try hub.writer("pages").write(StoreBatch(records: [deletion(.traffic, "a"), deletion(.traffic, "x")]))
        == RunCounts(read: 2, unchanged: 1, deleted: 1))
    #expect(try hub.list("SELECT key FROM fact_traffic ORDER BY key") == "b,c")
    #expect(try hub.int("SELECT COUNT(*) FROM traffic") == 3)
    let all = try hub.writer("pages").write(StoreBatch(records: [first[1]], snapshot: .whole))
    #expect(all == RunCounts(read: 2, unchanged: 1, deleted: 1))
    #expect(try hub.list("SELECT key FROM fact_traffic") == "b")
    #expect(try hub.store.verify() == [])

    try hub.run("UPDATE traffic SET visits = -1 WHERE key = 'b'")
    let problems = try hub.store.verify()
    #expect(problems.count == 1 && "\(problems)".contains("traffic b"), "\(problems)")
  }

  /// What was counted under another origin at first does not stay there; other days, streams and runs that read less do.
  @Test(arguments: Backend.allCases) func aWholeDayIsReplaced(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let first = try [
      count("a", "2024-03-04", visits: 1), count("b", "2024-03-05", visits: 2), count("c", "2024-03-06", visits: 3),
      count("d", "2024-03-07", visits: 4),
    ]
    let days = try #require(CalendarDate(iso: "2024-03-05"))...#require(CalendarDate(iso: "2024-03-06"))
    var batch = StoreBatch(records: first)
    batch.wholeDays = [days]
    #expect(try hub.writer("pages").write(batch) == RunCounts(read: 4, inserted: 4))
    _ = try hub.writer("goals").write(StoreBatch(records: [count("b", "2024-03-05", visits: nil)]))

    let writer = try hub.writer("pages")
    // The days come in two batches: the first one's rows count as well.
    #expect(try writer.write(StoreBatch(records: [first[2]])) == RunCounts(read: 1, unchanged: 1))
    batch.records = [try count("e", "2024-03-05", visits: 2)]
    #expect(try writer.write(batch) == RunCounts(read: 2, inserted: 1, deleted: 1))
    let left = "SELECT stream_id, key FROM fact_traffic ORDER BY stream_id, date, key"
    #expect(try hub.list(left) == "1 a,1 e,1 c,1 d,2 b")
    #expect(try hub.store.verify() == [])
    // It comes back.
    #expect(try hub.writer("pages").write(StoreBatch(records: [first[1]])).updated == 1)
    #expect(try hub.list(left) == "1 a,1 b,1 e,1 c,1 d,2 b")
  }

  /// The statement of docs/analysts.md.
  @Test(arguments: Backend.allCases) func itMeetsOrdersByTheirCampaign(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let counts = try [
      count("a", "2024-03-04", visits: 10), count("b", "2024-03-05", visits: 5), count("c", "2024-03-06", visits: nil),
      count("d", "2024-03-06", visits: 7, campaign: "autumn"), count("e", "2024-03-06", visits: 99, campaign: nil),
    ]
    _ = try hub.writer("visits").write(StoreBatch(records: counts))
    let orders = (1...3).map { number in
      purchase(
        Order(
          key: "o\(number)", kind: number == 3 ? .return : .sale, placedAt: time(Int64(number)), campaign: "spring"),
        person("1", name: "Anna"))
    }
    _ = try hub.writer("orders").write(StoreBatch(records: orders))
    try hub.run(
      """
      INSERT INTO customers (customer_id, kind, created_at, updated_at)
      VALUES (4, 'person', '2024-03-01 00:00:00', '2024-03-01 00:00:00');
      UPDATE profiles SET customer_id = 4
      """)
    let folders = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    let text = try String(contentsOfFile: folders + "/docs/analysts.md", encoding: .utf8)
    let statement = try #require(text.firstMatch(of: /-- What the visits of a campaign[^\n]*\n(?<sql>[^;]*);/)).sql
    #expect(try hub.list(String(statement)) == "spring 15 2 1,autumn 7 0 0")
  }

  /// What a batch brought is known, and not handed on again.
  @Test(arguments: Backend.allCases) func whatIsStoredIsFoundUnread(backend: Backend) throws {
    let hub = try TemporaryHub(backend)
    let record = try count("a", "2024-03-05", visits: 3)
    _ = try hub.writer("pages").write(StoreBatch(records: [record]))
    var versions = try StoredVersions(store: hub.store, source: "crm", stream: "pages")
    let found = try versions.rows(of: [
      StoredVersions.Fingerprint(kind: .traffic, key: "a", hash: record.hash),
      StoredVersions.Fingerprint(kind: .traffic, key: "a", hash: 1),
      StoredVersions.Fingerprint(kind: .product, key: "a", hash: record.hash),
    ])
    #expect(found.map { $0 != nil } == [true, false, false])
  }

  /// A hub from before has the table and the fact afterwards.
  @Test func anEarlierHubIsBroughtUp() throws {
    let hub = try TemporaryHub()
    let schema = "SELECT name, sql FROM sqlite_master WHERE name LIKE '%traffic%' ORDER BY name"
    let expected = try hub.rows(schema)
    #expect(expected.count == 4)
    try hub.run(
      "DROP VIEW fact_traffic; DROP TABLE traffic; DELETE FROM grdb_migrations WHERE identifier = 'v13'")
    try hub.reopen()
    #expect(try hub.rows(schema) == expected)
    #expect(try hub.store.verify() == [])
  }

  @Test func anEarlierHubInPostgresIsBroughtUp() throws {
    let hub = try TemporaryHub(.postgres)
    guard case .postgres(let url) = hub.location else { return }
    try PostgresConnection(url).run(
      "DROP VIEW fact_traffic; DROP TABLE traffic; COMMENT ON SCHEMA \(url.schema) IS 'Kith hub version 12'")
    try hub.reopen()
    _ = try hub.writer("pages").write(StoreBatch(records: [count("a", "2024-03-05", visits: 3)]))
    #expect(try hub.list("SELECT source, visits FROM fact_traffic") == "crm 3")
  }

  @Test func toolsAreToldItsDaysAndChannels() throws {
    let table = try #require(BIDescription(hasContacts: false).tables.first { $0.name == "fact_traffic" })
    let references = table.columns.compactMap { column in
      column.reference.map { "\(column.name) \($0.table).\($0.column)" }
    }
    #expect(references == ["stream_id streams.stream_id", "date dim_date.date", "channel dim_channel.channel"])
    #expect(table.columns.first { $0.name == "date" }?.type == .date && table.timeColumn == "date")
    #expect(!table.columns.contains { $0.name == "customer_id" })
  }
}
