import KithCore

extension HubStore {
  /// Builds the indexes that a first load put off. Identity needs them; without work to do it costs nothing.
  public func buildIndexes() throws(KithError) {
    let present = try read { db in try String.fetchSet(db, sql: db.indexNames) }
    for (index, table) in Self.deferrableIndexes where !present.contains(SQLiteDDL.name(index, table)) {
      try write { db in try build(index, on: table, in: db) }
    }
    guard case .postgres(let url) = location else { return }
    if try read({ db in try Self.missingForeignKeys(in: db, schema: url.schema).isEmpty }) { return }
    // After a first load. Identity comes next, and must know how large the tables have become.
    try write { db in for table in Schema.tables where !table.references.isEmpty { try db.analyze(table.name) } }
  }

  /// Puts the foreign keys back that first loads and identity went without, in PostgreSQL, where whole tables are read to
  /// check them: once, when both are done.
  public func restoreForeignKeys() throws(KithError) {
    guard case .postgres(let url) = location else { return }
    if try read({ db in try Self.missingForeignKeys(in: db, schema: url.schema).isEmpty }) { return }
    try write { db in
      // Another worker may have been faster.
      for sql in try Self.missingForeignKeys(in: db, schema: url.schema) { try db.execute(sql: sql) }
    }
  }

  private static func missingForeignKeys(in db: StoreConnection, schema: String) throws -> [String] {
    let present = try String.fetchSet(
      db, sql: "SELECT conname FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    return Schema.tables.flatMap { PostgresDDL.foreignKeys($0, in: schema) }.filter { !present.contains($0.name) }
      .map(\.sql)
  }

  /// SQLite sorts as much at once as its cache may hold. Some megabytes, which lie in the processor's own cache, are
  /// sorted more than twice as fast as all at once, and take no memory to speak of. A second thread sorts while the first
  /// reads.
  private func build(_ index: IndexSpecification, on table: TableSpecification, in db: StoreConnection) throws {
    let statement = SQLiteDDL.create(index, on: table)
    if db.isRemote { return try db.execute(sql: statement) }
    try db.execute(sql: "PRAGMA cache_size = -\(Self.sortingKibibytes); PRAGMA threads = 1")
    defer { try? db.execute(sql: "PRAGMA cache_size = -\(memory.cacheBytes / 1_024); PRAGMA threads = 0") }
    try db.execute(sql: statement)
  }

  private static let sortingKibibytes = 4 * 1_024

  /// Drops the deferrable indexes of tables that are empty: filling a table and then sorting once is several times
  /// faster than keeping an index in random order all along. In PostgreSQL also the foreign keys, which are looked up
  /// row by row otherwise.
  static func deferIndexes(in db: StoreConnection) throws {
    let present = try String.fetchSet(db, sql: db.indexNames)
    for table in Schema.tables {
      let indexes = table.indexes.filter { $0.isDeferrable && present.contains(SQLiteDDL.name($0, table)) }
      let keys = db.isRemote ? try foreignKeys(of: table, in: db) : []
      if indexes.isEmpty && keys.isEmpty { continue }
      guard try Int.fetchOne(db, sql: "SELECT 1 FROM \(table.name) LIMIT 1") == nil else { continue }
      let drops =
        indexes.map { "DROP INDEX \(SQLiteDDL.name($0, table))" }
        + keys.map { "ALTER TABLE \(table.name) DROP CONSTRAINT \($0)" }
      // Whoever reads the empty table is not waited for: then it is filled with its indexes.
      if try !db.executeUnlessLocked(drops) { return }
    }
  }

  /// In PostgreSQL a pass of identity over many profiles would look up every row that it writes; then the keys go, and
  /// come back when it has ended. Whether they went.
  func dropForeignKeysIfLarge() throws(KithError) -> Bool {
    guard case .postgres = location else { return false }
    let waiting = try identityQueue().profiles
    let isFirst = try read { db in try Int.fetchOne(db, sql: "SELECT 1 FROM customers LIMIT 1") == nil }
    if waiting < Self.manyProfiles, !isFirst { return false }
    return try write { db in
      let tables = Schema.tables.filter {
        ["profiles", "customer_attributes", "customer_channels", "matches"].contains($0.name)
      }
      let drops = try tables.flatMap { table in
        try Self.foreignKeys(of: table, in: db).map { "ALTER TABLE \(table.name) DROP CONSTRAINT \($0)" }
      }
      return try db.executeUnlessLocked(drops)
    }
  }

  private static let manyProfiles = 20_000

  private static func foreignKeys(of table: TableSpecification, in db: StoreConnection) throws -> [String] {
    if table.references.isEmpty { return [] }
    return try String.fetchAll(
      db, sql: "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = ?::text::regclass",
      arguments: [table.name])
  }

  /// Whether profiles can be found by what points to them.
  static func isIdentifierIndexBuilt(in db: StoreConnection) throws -> Bool {
    try deferrableIndexes.filter { $0.table.name == "identifiers" }
      .allSatisfy { try hasIndex($0.index, on: $0.table, in: db) }
  }

  /// Whether touchpoints can be found by their key.
  static func isTouchpointIndexBuilt(in db: StoreConnection) throws -> Bool {
    try touchpointIndexes.allSatisfy { try hasIndex($0.index, on: $0.table, in: db) }
  }

  static func buildTouchpointIndex(in db: StoreConnection) throws {
    for (index, table) in touchpointIndexes { try db.execute(sql: SQLiteDDL.create(index, on: table)) }
  }

  private static let touchpointIndexes = deferrableIndexes.filter {
    $0.table.name == "touchpoints" && $0.index.isUnique
  }

  private static let deferrableIndexes = Schema.tables.flatMap { table in
    table.indexes.filter(\.isDeferrable).map { (index: $0, table: table) }
  }

  private static func hasIndex(
    _ index: IndexSpecification, on table: TableSpecification, in db: StoreConnection
  ) throws -> Bool {
    try Int.fetchOne(
      db, sql: "SELECT 1 FROM (\(db.indexNames)) AS there WHERE name = ?", arguments: [SQLiteDDL.name(index, table)]
    ) != nil
  }
}
