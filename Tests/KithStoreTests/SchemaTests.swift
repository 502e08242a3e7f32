import Foundation
import GRDB
import KithCore
import Testing

@testable import KithStore

@Suite struct SchemaTests {
  @Test func everyTableAndColumnIsInTheDictionary() throws {
    let hub = try TemporaryHub()
    let missing = try hub.rows(
      """
      SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c
      WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' AND NOT EXISTS (
        SELECT 1 FROM data_dictionary AS d WHERE d.table_name = m.name AND d.column_name = c.name AND d.meaning <> '')
      """)
    #expect(missing.isEmpty)
    let tables = try hub.int("SELECT COUNT(*) FROM data_dictionary WHERE column_name = ''")
    #expect(tables == Schema.tables.count + Schema.views.count + 1)
  }

  @Test func declaredTypesSurviveInTablesAndViews() throws {
    let hub = try TemporaryHub()
    for (table, column, type) in [
      ("orders", "total", "DECIMAL(14,2)"), ("orders", "placed_at", "DATETIME"), ("customers", "birth_date", "DATE"),
      ("profiles", "is_deleted", "BOOLEAN"), ("fact_orders", "total", "DECIMAL(14,2)"),
      ("fact_touchpoints", "occurred_at", "DATETIME"), ("fact_touchpoints", "customer_id", "INTEGER"),
    ] {
      let found = try hub.text("SELECT type FROM pragma_table_info('\(table)') WHERE name = '\(column)'")
      #expect(found == type, "\(table).\(column)")
    }
  }

  @Test func theCustomersTableHasWhatIdentityFills() throws {
    let names = Set(try HubStore.columns(of: "customers").map(\.name))
    for name in ["title", "given_name", "house_number", "country", "revenue", "last_nps", "valence", "source_names"] {
      #expect(names.contains(name), "\(name)")
    }
    #expect(!names.contains("full_name") && !names.contains("address"))
  }

  @Test func openingAgainChangesNothing() throws {
    let hub = try TemporaryHub()
    let before = try hub.rows("SELECT name, sql FROM sqlite_master ORDER BY name")
    try hub.reopen()
    #expect(try hub.rows("SELECT name, sql FROM sqlite_master ORDER BY name") == before)
  }

  @Test func aNewerDatabaseIsRefused() throws {
    let hub = try TemporaryHub()
    try hub.run("INSERT INTO grdb_migrations (identifier) VALUES ('v999')")
    let error = #expect(throws: KithError.self) { try hub.reopen() }
    #expect(error?.recovery == .configuration)
    #expect(error?.what == "the database was written by a newer Kith")
  }

  @Test func thePragmasAreSet() throws {
    let hub = try TemporaryHub()
    #expect(try hub.text("PRAGMA journal_mode") == "wal")
    let (checkpoint, synchronous) = try hub.store.write { db in
      (try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint"), try Int.fetchOne(db, sql: "PRAGMA synchronous"))
    }
    #expect(checkpoint == 0)
    #expect(synchronous == 2)
  }
}
