import GRDB
import KithCore

extension HubStore {
  /// Builds the indexes that a first load put off. Identity needs them; without work to do it costs nothing.
  public func buildIndexes() throws(KithError) {
    for (index, table) in Self.deferrableIndexes {
      let exists = try read { db in try Self.hasIndex(index, on: table, in: db) }
      if !exists { try write { db in try build(SQLiteDDL.create(index, on: table), in: db) } }
    }
  }

  /// SQLite sorts as much at once as its cache may hold. Some megabytes, which lie in the processor's own cache, are
  /// sorted more than twice as fast as all at once, and take no memory to speak of.
  private func build(_ statement: String, in db: Database) throws {
    try db.execute(sql: "PRAGMA cache_size = -\(Self.sortingKibibytes)")
    defer { try? db.execute(sql: "PRAGMA cache_size = -\(memory.cacheBytes / 1_024)") }
    try db.execute(sql: statement)
  }

  private static let sortingKibibytes = 4 * 1_024

  /// Drops the deferrable indexes of tables that are empty: filling a table and then sorting once is several times
  /// faster than keeping an index in random order all along.
  static func deferIndexes(in db: Database) throws {
    for (index, table) in deferrableIndexes where try hasIndex(index, on: table, in: db) {
      let isEmpty = try Row.fetchOne(db, sql: "SELECT 1 FROM \(table.name) LIMIT 1") == nil
      if isEmpty { try db.execute(sql: "DROP INDEX \(SQLiteDDL.name(index, table))") }
    }
  }

  /// Whether profiles can be found by what points to them.
  static func isIdentifierIndexBuilt(in db: Database) throws -> Bool {
    try deferrableIndexes.filter { $0.table.name == "identifiers" }
      .allSatisfy { try hasIndex($0.index, on: $0.table, in: db) }
  }

  /// Whether touchpoints can be found by their key.
  static func isTouchpointIndexBuilt(in db: Database) throws -> Bool {
    try touchpointIndexes.allSatisfy { try hasIndex($0.index, on: $0.table, in: db) }
  }

  static func buildTouchpointIndex(in db: Database) throws {
    for (index, table) in touchpointIndexes { try db.execute(sql: SQLiteDDL.create(index, on: table)) }
  }

  private static let touchpointIndexes = deferrableIndexes.filter {
    $0.table.name == "touchpoints" && $0.index.isUnique
  }

  private static let deferrableIndexes = Schema.tables.flatMap { table in
    table.indexes.filter(\.isDeferrable).map { (index: $0, table: table) }
  }

  private static func hasIndex(
    _ index: IndexSpecification, on table: TableSpecification, in db: Database
  ) throws -> Bool {
    try Row.fetchOne(
      db, sql: "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?",
      arguments: [SQLiteDDL.name(index, table)]
    ) != nil
  }
}
