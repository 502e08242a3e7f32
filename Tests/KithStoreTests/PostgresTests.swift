import Foundation
import GRDB
import KithCore
import KithTesting
import Testing

@testable import KithStore

/// A hub in PostgreSQL is the hub, row by row, whatever stands in it and whatever happens on the way.
@Suite struct PostgresTests {
  private let url: PostgresURL
  private let text: String

  init() throws {
    text = try PostgresServer.shared().url()
    url = try PostgresURL(text, isPublic: true)
  }

  // MARK: hubs of anything

  private static let texts = [
    "", "a", "Müller", "\\N", "\\", "a\tb", "a\nb\r\n", "\"quoted\", 'too'", "\\.", "😀 𝔘", "\u{7F}\u{1}", "NULL",
    "{\"a\": [1, 2]}", "' OR 1=1; --", String(repeating: "lang ", count: 3_000),
  ]
  private static let numbers = [
    0, 1, -1, 0.1, 3.3333333333333335, 1e-7, 123_456_789.123, 1e20, -2.5, 99.99, 5e-324, 1.7976931348623157e308,
  ]

  private func value(
    _ column: ColumnSpecification, _ table: TableSpecification, row: Int, of count: Int, _ dice: inout SeededGenerator
  ) -> any StoreEncodable {
    if table.primaryKey == [column.name], column.type == .integer { return row }
    if table.references[column.name] != nil { return 1 + dice.below(count) }
    let isUnique = table.indexes.contains { $0.isUnique && $0.columns.contains(column.name) }
    if isUnique || table.primaryKey.contains(column.name) {
      return column.type == .integer ? row : column.type == .date ? "2026-01-\(10 + row % 19)" : "\(row)\\\t é"
    }
    switch column.type {
    case .integer: return [Int64.min, .max, 0, -1, Int64(dice.below(1_000))][dice.below(5)]
    case .boolean: return dice.below(2)
    case .real, .quantity: return Self.numbers[dice.below(Self.numbers.count)]
    case .money: return Double(dice.below(2_000_000) - 1_000_000) / [1, 10, 100, 1_000, 10_000][dice.below(5)]
    case .date: return ["1899-12-31", "2026-02-28", "0001-01-01", "9999-12-31"][dice.below(4)]
    case .dateTime: return ["1970-01-01 00:00:00", "2026-03-29 02:30:00", "0001-01-01 23:59:59"][dice.below(3)]
    case .blob: return (0..<dice.below(40)).map { _ in UInt8(dice.below(256)) }
    case .text: return Self.texts[dice.below(Self.texts.count)]
    }
  }

  private func put(
    _ table: TableSpecification, row: Int, of count: Int, _ hub: TemporaryHub, _ dice: inout SeededGenerator
  ) throws {
    var values: [TableValue] = []
    for column in table.columns {
      let isNull = column.isNullable && dice.below(4) == 0
      values.append(isNull ? .null : value(column, table, row: row, of: count, &dice).tableValue)
    }
    let places = table.columns.map { _ in "?" }.joined(separator: ",")
    try hub.store.write {
      try $0.execute(
        sql: "INSERT OR REPLACE INTO \(table.name) VALUES (\(places))", arguments: StoreArguments(values))
    }
  }

  private func hub(rows: Int, seed: UInt64) throws -> TemporaryHub {
    let hub = try TemporaryHub()
    var dice = SeededGenerator(seed: seed)
    for table in Schema.tables where table.name != "data_dictionary" && table.name != "hub_settings" {
      for row in 1...rows { try put(table, row: row, of: rows, hub, &dice) }
    }
    return hub
  }

  private func content(_ hub: TemporaryHub, _ table: TableSpecification) throws -> [[TableValue]] {
    try hub.rows("SELECT * FROM \(table.name) ORDER BY \(table.primaryKey.joined(separator: ", "))")
  }

  // MARK: there and back

  @Test(arguments: 1...3) func goesThereAndBack(seed: UInt64) throws {
    let hub = try hub(rows: 40, seed: seed)
    let postgres = try PostgresHub(url)
    let first = try postgres.take(hub.store)
    #expect(first.tables.allSatisfy { $0.changed == $0.rows && $0.removed == 0 })
    #expect(try postgres.take(hub.store).tables.allSatisfy { $0.changed == 0 && $0.removed == 0 })
    // Rows come, go and change; references may point anywhere as long as they point to something.
    var dice = SeededGenerator(seed: seed + 100)
    try hub.run("DELETE FROM touchpoints WHERE touchpoint_id % 3 = 0; DELETE FROM order_lines; DELETE FROM matches")
    try hub.run("UPDATE customers SET revenue = ROUND(revenue + 0.01, 2), display_name = NULL WHERE customer_id < 10")
    for row in 41...60 {
      for name in ["customers", "profiles", "touchpoints", "identifiers"] {
        try put(try #require(Schema.table(name)), row: row, of: 40, hub, &dice)
      }
    }
    let report = try postgres.take(hub.store)
    func table(_ name: String) -> CopyReport.Table? { report.tables.first { $0.name == name } }
    #expect(table("touchpoints")?.removed == 13 && table("touchpoints")?.changed == 20)
    #expect(table("customers")?.removed == 0 && table("customers")?.changed == 29)
    #expect(table("order_lines")?.removed == 40 && table("orders")?.changed == 0)
    let back = try TemporaryHub()
    _ = try PostgresHub(url).give(to: back.store)
    for table in Schema.tables { #expect(try content(back, table) == content(hub, table), "\(table.name)") }
    let full = #expect(throws: KithError.self) { try PostgresHub(url).give(to: back.store) }
    #expect(full?.what.contains("not empty") == true)
  }

  /// Types, keys, relations and words, as a tool finds them.
  @Test func toolsFindWhatTheyNeed() throws {
    _ = try PostgresHub(url).take(try hub(rows: 3, seed: 9).store)
    let connection = try PostgresConnection(url)
    let types = try connection.query(
      """
      SELECT data_type FROM information_schema.columns
      WHERE table_schema = 'kith' AND table_name = 'orders' AND column_name IN ('placed_at', 'total', 'is_deleted')
      ORDER BY column_name
      """)
    #expect(types == [["boolean"], ["timestamp with time zone"], ["numeric"]])
    let keys = try connection.number(
      "SELECT count(*) FROM information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY'")
    #expect(keys == Schema.references.values.reduce(0) { $0 + $1.count })
    for table in Schema.tables {
      let described = try connection.number(
        """
        SELECT count(*) FROM pg_attribute a WHERE attrelid = 'kith.\(table.name)'::regclass AND attnum > 0
          AND NOT attisdropped AND col_description(attrelid, attnum) IS NOT NULL
        """)
      #expect(described == table.columns.count, "\(table.name)")
    }
    let row = try connection.query("SELECT count(*), count(customer_id) FROM kith.fact_orders")
    #expect(row.count == 1)
  }

  /// A table of an earlier Kith gets the columns of today, and analysts' own views stay.
  @Test func olderTablesAreBroughtUp() throws {
    let hub = try hub(rows: 5, seed: 4)
    _ = try PostgresHub(url).take(hub.store)
    let role = "reader_\(UInt32.random(in: 0...9_999_999))"
    _ = try PostgresHub(url).grant(role, hasContacts: false)
    let connection = try PostgresConnection(url)
    try connection.run(
      """
      CREATE VIEW kith.mine AS SELECT customer_id FROM kith.customers;
      ALTER TABLE kith.customers ADD COLUMN once integer;
      DROP VIEW kith.fact_orders, kith_bi.fact_orders, kith_bi.orders;
      ALTER TABLE kith.orders DROP COLUMN campaign, ADD COLUMN once integer, ALTER COLUMN status TYPE varchar(9) USING 'x'
      """)
    _ = try PostgresHub(url).take(hub.store)
    let back = try TemporaryHub()
    _ = try PostgresHub(url).give(to: back.store)
    let orders = try #require(Schema.table("orders"))
    #expect(try content(back, orders) == content(hub, orders))
    #expect(try connection.query("SELECT count(*) FROM kith.mine") == [["5"]])
    let reader = try PostgresConnection(try PostgresURL(text.replacing("kith@", with: "\(role)@"), isPublic: true))
    #expect(try reader.query("SELECT count(campaign) >= 0 FROM kith_bi.fact_orders") == [["t"]])
    // Another role later, and views that stand on those of the first one.
    try connection.run("CREATE VIEW kith_bi.theirs AS SELECT customer_id FROM kith_bi.customers")
    _ = try PostgresHub(url).grant(role + "b", hasContacts: false)
    _ = try PostgresHub(url).take(hub.store)
    #expect(try reader.query("SELECT count(*) FROM kith_bi.customers") == [["5"]])
  }

  // MARK: what goes wrong on the way

  /// Who reads while tables are refreshed sees what was before, and afterwards all that is new.
  @Test func readersSeeOneStateOrTheOther() throws {
    let hub = try hub(rows: 20, seed: 5)
    _ = try PostgresHub(url).take(hub.store)
    let reader = try PostgresConnection(url)
    let counts = "SELECT (SELECT count(*) FROM kith.touchpoints), (SELECT count(*) FROM kith.orders)"
    try reader.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
    #expect(try reader.query(counts) == [["20", "20"]])
    try hub.run("DELETE FROM touchpoints; DELETE FROM order_lines; DELETE FROM orders WHERE order_id > 5")
    _ = try PostgresHub(url).take(hub.store)
    #expect(try reader.query(counts) == [["20", "20"]])
    try reader.run("COMMIT")
    #expect(try reader.query(counts) == [["0", "5"]])
  }

  /// A connection that dies in the middle leaves what was there; the next copy goes through.
  @Test func aLostConnectionChangesNothing() throws {
    let hub = try hub(rows: 20, seed: 6)
    _ = try PostgresHub(url).take(hub.store)
    let connection = try PostgresConnection(url)
    try connection.run(
      """
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); RETURN NEW; END';
      CREATE TRIGGER die BEFORE INSERT ON kith.tickets FOR EACH ROW EXECUTE FUNCTION die()
      """)
    try hub.run("UPDATE tickets SET status = 'other'; DELETE FROM touchpoints")
    let error = #expect(throws: KithError.self) { try PostgresHub(url).take(hub.store) }
    #expect(error?.recovery == .transient, "\(String(describing: error))")
    #expect(try connection.query("SELECT count(*) FROM kith.touchpoints") == [["20"]])
    try connection.run("DROP TRIGGER die ON kith.tickets")
    let report = try PostgresHub(url).take(hub.store)
    #expect(report.tables.first { $0.name == "touchpoints" }?.removed == 20)
  }

  /// What is read back must be what was sent.
  @Test func anAlteredCopyIsRefused() throws {
    let hub = try hub(rows: 20, seed: 7)
    _ = try PostgresHub(url).take(hub.store)
    let connection = try PostgresConnection(url)
    try connection.run(
      """
      CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.status := ''altered''; RETURN NEW; END';
      CREATE TRIGGER meddle BEFORE INSERT ON kith.tickets FOR EACH ROW EXECUTE FUNCTION meddle()
      """)
    try hub.run("UPDATE tickets SET comment = 'new'")
    let error = #expect(throws: KithError.self) { try PostgresHub(url).take(hub.store) }
    #expect(error?.description.contains("tickets") == true)
    #expect(try connection.query("SELECT count(*) FROM kith.tickets WHERE status = 'altered'") == [["0"]])
  }

  /// Sums of amounts may end in the noise of binary fractions: amounts have four digits in both databases.
  @Test func amountsHaveFourDigits() throws {
    let hub = try hub(rows: 3, seed: 2)
    try hub.run("UPDATE customers SET revenue = 0.1 + 0.2")
    _ = try PostgresHub(url).take(hub.store)
    #expect(try PostgresConnection(url).query("SELECT DISTINCT revenue FROM kith.customers") == [["0.3000"]])
    #expect(try PostgresHub(url).take(hub.store).tables.allSatisfy { $0.changed == 0 })
    try hub.run("UPDATE customers SET revenue = 1e15")
    let error = #expect(throws: KithError.self) { try PostgresHub(url).take(hub.store) }
    #expect(error?.description.contains("revenue") == true)
  }

  @Test func nulCharactersAreToldOf() throws {
    let hub = try TemporaryHub()
    var dice = SeededGenerator(seed: 1)
    try put(try #require(Schema.table("sources")), row: 1, of: 1, hub, &dice)
    try hub.run("UPDATE sources SET name = CAST(X'610062' AS TEXT)")
    #expect(try PostgresHub(url).take(hub.store).replaced == 1)
    #expect(try PostgresConnection(url).query("SELECT name FROM kith.sources") == [["a\u{FFFD}b"]])
  }

  // MARK: who may read

  @Test func rolesSeeNoMoreThanTheyShould() throws {
    let postgres = try PostgresHub(url)
    _ = try postgres.take(try hub(rows: 5, seed: 8).store)
    let role = "reader_\(UInt32.random(in: 0...9_999_999))"
    #expect(try postgres.grant(role, hasContacts: true) == ("kith", true))
    let reader = try PostgresConnection(
      try PostgresURL(text.replacing("kith@", with: "\(role)@"), isPublic: true))
    #expect(try reader.query("SELECT count(email) IS NOT NULL FROM kith.customers") == [["t"]])
    #expect(throws: KithError.self) { try reader.run("SELECT * FROM kith.quarantine") }
    #expect(try postgres.grant(role, hasContacts: false) == ("kith_bi", false))
    for sql in [
      "SELECT 1 FROM kith.customers", "SELECT email FROM kith_bi.customers", "DELETE FROM kith_bi.customers",
      "SET default_transaction_read_only = off; DELETE FROM kith_bi.customers", "CREATE TABLE kith_bi.x(a int)",
    ] {
      let error = #expect(throws: KithError.self, "\(sql)") { try reader.run(sql) }
      #expect(error?.recovery == .authorisation || error?.description.contains("does not exist") == true, "\(sql)")
    }
    let columns = try reader.query(
      "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'kith_bi'")
    let names = columns.compactMap { $0[0] }
    #expect(names.contains("customers.revenue") && names.contains("fact_touchpoints.channel"))
    for word in ["name", "email", "phone", "street", "birth", "comment", "value", "delivered", "identifier"] {
      // A word that tells of a count or a source's or product's name, and consent, is no contact.
      let harmless = [
        "_touchpoints", "_consent", "source_names", "group_name", "products.name", "order_lines.name",
        "order_lines_monthly.name",
        "sources.name", "streams.name", "table_name", "column_name", "delivered_total", "order_value",
        "metrics_daily.value", "dim_",
      ]
      let found = names.filter { name in name.contains(word) && !harmless.contains { name.contains($0) } }
      #expect(found.isEmpty, "\(found)")
    }
  }

  @Test func urls() throws {
    #expect(url.schema == "kith")
    #expect(try PostgresURL("postgresql://h/d?schema=other&sslmode=require", isPublic: true).schema == "other")
    for (text, words) in [
      ("mysql://h/d", "no PostgreSQL"), ("postgres://u:geheim@h/d", "password"),
      ("postgres://u@h/d?password=geheim", "password"), ("postgres://h/d?schema=A%3B", "no name"),
    ] {
      let error = #expect(throws: KithError.self) { try PostgresURL(text, isPublic: true) }
      #expect(error?.what.contains(words) == true, "\(text)")
      #expect(error?.description.contains("geheim") == false)
    }
    let secret = try PostgresURL("postgres://u:geheim@nowhere.invalid/d", isPublic: false)
    let error = #expect(throws: KithError.self) { try PostgresHub(secret) }
    #expect(error?.recovery == .transient && error?.description.contains("geheim") == false)
  }
}
