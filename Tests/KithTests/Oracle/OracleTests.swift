import Foundation
import GRDB
import KithTesting
import Testing

/// These files, in this order, give these tables: the real program against a slow and obvious one.
@Suite struct OracleTests {
  private static let isFull = ProcessInfo.processInfo.environment["KITH_TESTS"] == "full"

  /// To repeat one: swift test --filter 'OracleTests/filesInThisOrderGiveTheseTables', which names the seed.
  @Test(arguments: 1...(isFull ? 200 : 8)) func filesInThisOrderGiveTheseTables(seed: UInt64) throws {
    try check(seed: seed, database: nil)
  }

  /// The same with the hub in PostgreSQL.
  @Test(arguments: 1...(isFull ? 50 : 3)) func filesInThisOrderGiveTheseTablesInPostgreSQL(seed: UInt64) throws {
    try check(seed: seed, database: try PostgresServer.shared().schemaURL())
  }

  private func check(seed: UInt64, database: String?) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", OracleWorld.configuration)
    var world = OracleWorld(seed: seed)
    var oracle = OracleHub()
    for step in 1...6 {
      let deliveries = world.next()
      for delivery in deliveries { try program.write(delivery.file, delivery.text) }
      let sources = ["crm", "shop", "web", "survey", "desk"].filter { source in
        deliveries.contains { $0.source == source }
      }
      if sources.isEmpty { continue }
      let environment = database.map { ["KITH_DATABASE": "env:HUB", "HUB": $0] } ?? [:]
      let run = try program.start(["sync", "--json"] + sources, environment: environment).wait()
      let counts = try Self.counts(run.output)
      for delivery in deliveries {
        let expected = oracle.take(delivery)
        let name = "\(delivery.source)/\(delivery.stream)"
        #expect(counts[name] == expected, "seed \(seed), step \(step), \(name): \(run.errors)")
      }
      if let database {
        // What is compared is a copy.
        for name in try FileManager.default.contentsOfDirectory(atPath: program.folder.path)
        where name.hasPrefix("kith.sqlite") {
          try FileManager.default.removeItem(at: program.folder.appendingPathComponent(name))
        }
        let copy = try program.run("copy", "--from", "env:HUB", environment: ["HUB": database])
        #expect(copy.status == 0, "\(copy.errors)")
      }
      try compare(program, oracle, "seed \(seed), step \(step)")
    }
    let last = try program.run("verify", environment: database.map { ["KITH_DATABASE": "env:HUB", "HUB": $0] } ?? [:])
    #expect(last.status == 0, "seed \(seed): \(last.output)\(last.errors)")
  }

  private func compare(_ program: Program, _ oracle: OracleHub, _ place: String) throws {
    let queue = try DatabaseQueue(path: program.folder.appendingPathComponent("kith.sqlite").path)
    for (sql, expected) in [
      (Self.profiles, oracle.profiles), (Self.touchpoints, oracle.touchpoints), (Self.orderLines, oracle.orderLines),
      (Self.answers, oracle.answers), (Self.customers, oracle.customers),
    ] {
      let lines = try queue.read { try String.fetchAll($0, sql: sql) }.sorted()
      let missing = Set(expected).subtracting(lines).sorted().prefix(3)
      let added = Set(lines).subtracting(expected).sorted().prefix(3)
      #expect(
        lines == expected,
        "\(place): missing \(missing.joined(separator: " ; ")) added \(added.joined(separator: " ; "))")
    }
  }

  private static func counts(_ json: String) throws -> [String: OracleHub.Counts] {
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    var result: [String: OracleHub.Counts] = [:]
    for source in document["sources"] as? [[String: Any]] ?? [] {
      for stream in source["streams"] as? [[String: Any]] ?? [] {
        let counts = stream["counts"] as? [String: Int] ?? [:]
        result["\(stream["source"] ?? "")/\(stream["stream"] ?? "")"] = OracleHub.Counts(
          inserted: counts["inserted"] ?? 0, updated: counts["updated"] ?? 0, unchanged: counts["unchanged"] ?? 0,
          deleted: counts["deleted"] ?? 0, quarantined: counts["quarantined"] ?? 0)
      }
    }
    return result
  }

  private static let streamName =
    "(SELECT s.name || '/' || st.name FROM streams st JOIN sources s USING (source_id) WHERE st.stream_id = p.stream_id)"

  private static let kinds = """
    CASE i.kind WHEN 1 THEN 'customer_number' WHEN 4 THEN 'email' WHEN 5 THEN 'phone' WHEN 6 THEN 'visitor_id' END
    """

  private static let profiles = """
    SELECT \(streamName) || '|' || p.key || '|' || IFNULL(p.given_name, '') || '|' || IFNULL(p.family_name, '') || '|'
      || p.is_deleted || '|' || IFNULL((SELECT group_concat(t, ',') FROM (
        SELECT \(kinds) || ' ' || i.namespace || ' ' || i.value AS t FROM identifiers i
        WHERE i.profile_id = p.profile_id ORDER BY 1)), '') FROM profiles p
    """

  private static let touchpoints = """
    SELECT t.key || '|' || t.type || '|' || t.occurred_at || '|' || p.key
    FROM touchpoints t JOIN profiles p USING (profile_id) WHERE NOT t.is_deleted
    """

  private static let orderLines = """
    SELECT o.key || '|' || o.placed_at || '|' || CAST(ROUND(o.total * 100) AS INTEGER) || '|' || o.line_count || '|'
      || l.key || '|' || CAST(l.quantity AS INTEGER) || '|' || CAST(ROUND(l.unit_price * 100) AS INTEGER)
    FROM orders o JOIN order_lines l USING (order_id) WHERE NOT o.is_deleted AND NOT l.is_deleted
    """

  private static let answers = """
    SELECT r.key || '|' || r.responded_at || '|' || r.nps || '|' || p.key
    FROM survey_responses r JOIN profiles p USING (profile_id)
    UNION ALL SELECT t.key || '|' || t.created_at || '|' || t.subject || '|' || p.key
    FROM tickets t JOIN profiles p USING (profile_id)
    """

  private static let customers = """
    SELECT (SELECT group_concat(n, ' ') FROM (
        SELECT \(streamName) || '/' || p.key AS n FROM profiles p
        WHERE p.customer_id = c.customer_id AND NOT p.is_deleted ORDER BY 1))
      || '|' || c.orders || '|' || CAST(ROUND(c.revenue * 100) AS INTEGER) || '|' || c.touchpoints FROM customers c
    """
}
