import GRDB
import KithCore
import KithEngine
import KithStore
import Testing

@Suite struct VerifyTests {
  private func hub() async throws -> TestHub {
    let anna = person("1", "Anna", "Meier", email: "anna@example.com")
    let order = Order(
      key: "a", person: anna, placedAt: Timestamp(seconds: 1_700_000_000),
      lines: [OrderLine(key: "1", unitPrice: Amount(mantissa: 5)), OrderLine(key: "2", unitPrice: Amount(mantissa: 7))])
    let test = try TestHub([
      ListConnector("crm", ["s": [Batch(records: [.profile(anna)])]]),
      ListConnector("shop", ["s": [Batch(records: [.order(order), pageView("w", anna, at: 5)])]]),
    ])
    _ = try await test.sync()
    return test
  }

  @Test func aSoundHubIsSound() async throws {
    let test = try await hub()
    defer { test.remove() }
    #expect(try test.hub.verify().problems == [])
  }

  @Test(arguments: [
    ("DELETE FROM touchpoints WHERE key = 'order:a'", "orders has no touchpoint"),
    ("UPDATE touchpoints SET profile_id = 999 WHERE key = 'w'", "touchpoints.profile_id"),
    ("DELETE FROM order_lines WHERE key = '2'", "lines that it counts"),
    ("UPDATE customers SET revenue = 1", "differs from the one rebuilt"),
    ("UPDATE customers SET display_name = 'Otto'", "differs from the one rebuilt"),
    ("UPDATE customer_channels SET valence_sum = 9", "differs from the one rebuilt"),
    (
      "UPDATE touchpoints_daily SET valence_sum = valence_sum + 0.000001 WHERE type = 'order_placed'",
      "touchpoints_daily"
    ),
    ("UPDATE touchpoints SET occurred_at = '2020-02-02 00:00:00' WHERE key = 'w'", "touchpoints_daily does not say"),
    ("DELETE FROM orders_daily", "orders_daily does not say"),
    (
      "INSERT INTO survey_responses_daily (date, source, survey) VALUES ('2020-02-02', '', '')",
      "survey_responses_daily"
    ),
    ("UPDATE order_lines SET name = 'Zelt'", "order_lines_monthly does not say"),
    ("UPDATE runs SET inserted = inserted + 1", "run's counts do not add up"),
    ("UPDATE run_streams SET read = 0, inserted = 0", "more or less than its streams"),
    ("UPDATE checkpoints SET run_id = 77", "a run that never was"),
    ("UPDATE checkpoints SET checkpoint = '9'", "not the one that was stored with its data"),
    ("UPDATE run_streams SET read = 0, inserted = 0", "ahead of what its run has stored"),
    ("DELETE FROM touchpoints WHERE key = 'w'", "more or fewer rows than its runs inserted"),
    (
      """
      INSERT INTO orders SELECT order_id + 1, profile_id, stream_id, 'b', hash, is_deleted, run_id, kind, channel, placed_at,
        status, currency, total, total_base, tax, shipping, discount, refunded, country, campaign, 0, delivered_total,
        header_line, header_rank, header_at, header_hash, row_at FROM orders
      """, "more or fewer rows than its runs inserted"
    ),
    ("DELETE FROM orders", "comes from a row of orders that is not there"),
    ("DROP INDEX orders_by_stream_id_key", "an index is missing"),
    ("DROP INDEX touchpoints_by_profile_id", "an index is missing"),
    ("UPDATE profiles SET customer_id = 50 WHERE source = 'crm'", "profiles.customer_id"),
    ("DELETE FROM profiles WHERE source = 'crm'", "identifiers.profile_id"),
    ("UPDATE matches SET right_profile_id = 999", "matches.right_profile_id"),
    ("UPDATE profiles SET customer_id = NULL", "a customer has no profile"),
  ])
  func namesTheDamage(_ damage: String, _ words: String) async throws {
    let test = try await hub()
    defer { test.remove() }
    let queue = try DatabaseQueue(path: test.folder.appendingPathComponent("kith.sqlite").path)
    try await queue.write { db in try db.execute(sql: damage) }
    let found = try test.hub.verify().problems
    #expect(found.contains { $0.what.contains(words) }, "\(found)")
  }

  @Test func whatWaitsForIdentityIsToldAndNotCompared() async throws {
    let test = try await hub()
    defer { test.remove() }
    let queue = try DatabaseQueue(path: test.folder.appendingPathComponent("kith.sqlite").path)
    try await queue.write { db in
      try db.execute(
        sql:
          "INSERT INTO refresh_queue (profile_id) VALUES (1); INSERT INTO resolve_queue VALUES (1), (2); UPDATE customers SET revenue = 1"
      )
    }
    let result = try test.hub.verify()
    #expect(result.waiting == 2)
    #expect(result.problems == [])
  }

  @Test func leavesTheHubAsItIs() async throws {
    let test = try await hub()
    defer { test.remove() }
    let before = try test.rows("SELECT name FROM sqlite_master ORDER BY name") + test.rows("SELECT * FROM customers")
    _ = try test.hub.verify()
    #expect(
      try test.rows("SELECT name FROM sqlite_master ORDER BY name") + test.rows("SELECT * FROM customers") == before)
  }
}
