import GRDB
import KithCore

/// Brings a database to today's schema.
enum SchemaMigrations {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { db in
      for table in Schema.tables {
        for statement in SQLiteDDL.create(table) { try db.execute(sql: statement) }
      }
      for view in Schema.views { try db.execute(sql: SQLiteDDL.create(view)) }
      try writeDictionary(db)
    }
    // A new database has all of this from the start.
    migrator.registerMigration("v2") { db in
      try hashIdentifiers(db)
      try sealCheckpoints(db)
      try writeDictionary(db)
    }
    migrator.registerMigration("v3") { db in
      if try !db.tableExists("identity_models") {
        for table in Schema.tables where ["identity_models", "identity_changes"].contains(table.name) {
          for statement in SQLiteDDL.create(table) { try db.execute(sql: statement) }
        }
        for index in Schema.table("customer_lineage")?.indexes ?? [] {
          if let table = Schema.table("customer_lineage") { try db.execute(sql: SQLiteDDL.create(index, on: table)) }
        }
        // Matches say other things now: identity looks at everybody once more.
        try db.execute(sql: "INSERT OR IGNORE INTO resolve_queue SELECT profile_id FROM profiles")
      }
      try writeDictionary(db)
    }
    // The star: days of records, dimensions, facts.
    migrator.registerMigration("v4") { db in
      for name in ["customer_touchpoints", "customer_orders", "customer_survey_responses", "customer_tickets"] {
        try db.execute(sql: "DROP VIEW IF EXISTS \(name)")
      }
      for table in Schema.tables {
        if try !db.tableExists(table.name) {
          for statement in SQLiteDDL.create(table) { try db.execute(sql: statement) }
        }
        if let day = SQLiteDDL.dayColumn(table), let name = table.dayColumn, try !hasGenerated(name, in: table.name, db)
        {
          try db.execute(sql: "ALTER TABLE \(table.name) ADD COLUMN \(day)")
        }
      }
      try makeViews(db)
      try Schema.fillDimensions(StoreConnection(.sqlite(db)))
      try writeDictionary(db)
    }
    // Facts that only look up what is asked for.
    migrator.registerMigration("v5") { db in try makeViews(db) }
    // Runs know their tick.
    migrator.registerMigration("v6") { db in
      if try !has("scheduled_at", in: "runs", db) {
        try db.execute(sql: "ALTER TABLE runs ADD COLUMN scheduled_at DATETIME")
      }
      try writeDictionary(db)
    }
    // Sums by day, month and channel.
    migrator.registerMigration("v7") { db in
      if try !has("digital_weekdays", in: "customers", db) {
        try db.execute(sql: "ALTER TABLE customers ADD COLUMN digital_weekdays TEXT")
      }
      for table in Schema.tables {
        if try !db.tableExists(table.name) {
          for statement in SQLiteDDL.create(table) { try db.execute(sql: statement) }
        }
      }
      for index in Schema.table("customers")?.indexes ?? [] {
        if let table = Schema.table("customers") { try db.execute(sql: SQLiteDDL.create(index, on: table)) }
      }
      try HubStore.makeSums(in: StoreConnection(.sqlite(db)))
      try writeDictionary(db)
    }
    // Who may use the HTTP API.
    migrator.registerMigration("v8") { db in
      for table in Schema.tables where ["api_tokens", "api_requests"].contains(table.name) {
        if try db.tableExists(table.name) { continue }
        for statement in SQLiteDDL.create(table) { try db.execute(sql: statement) }
      }
      try writeDictionary(db)
    }
    // When people were last met waits in the queue for the end of a stream.
    migrator.registerMigration("v9") { db in
      if try !has("observed_at", in: "refresh_queue", db) {
        try db.execute(sql: "ALTER TABLE refresh_queue ADD COLUMN observed_at DATETIME")
      }
      try writeDictionary(db)
    }
    // Messages that tools send by themselves.
    migrator.registerMigration("v10") { db in
      if let table = Schema.table("webhook_deliveries"), try !db.tableExists(table.name) {
        for statement in SQLiteDDL.create(table) { try db.execute(sql: statement) }
      }
      try writeDictionary(db)
    }
    // What runs leave for those who look into them.
    migrator.registerMigration("v11") { db in
      for table in Schema.tables where operations.contains(table.name) {
        if try !db.tableExists(table.name) {
          for statement in SQLiteDDL.create(table) { try db.execute(sql: statement) }
        }
        for column in table.columns where try !has(column.name, in: table.name, db) {
          try db.execute(sql: "ALTER TABLE \(table.name) ADD COLUMN \(column.name) \(column.type.rawValue)")
        }
      }
      try writeDictionary(db)
    }
    // Tokens may be limited to sources and scopes.
    migrator.registerMigration("v12") { db in
      for column in ["sources", "scopes"] where try !has(column, in: "api_tokens", db) {
        try db.execute(sql: "ALTER TABLE api_tokens ADD COLUMN \(column) TEXT")
      }
      try writeDictionary(db)
    }
    // What is counted and not known.
    migrator.registerMigration("v13") { db in
      if let table = Schema.table("traffic"), try !db.tableExists(table.name) {
        for statement in SQLiteDDL.create(table) { try db.execute(sql: statement) }
      }
      try makeViews(db)
      try writeDictionary(db)
    }
    // What is shown of an identifier is kept where it is not the value itself.
    migrator.registerMigration("v14") { db in
      try freeDisplay(db)
      try writeDictionary(db)
    }
    return migrator
  }

  /// Tables that v11 brings up to date.
  private static let operations = [
    "runs", "run_streams", "run_checkpoints", "alerts", "alert_deliveries", "stream_fields",
    "field_changes",
  ]

  /// - Parameter place: where the database lies, for errors.
  static func migrate(_ database: some DatabaseWriter, place: String) throws {
    let migrator = migrator
    let (isNewer, isCurrent) = try database.read { db in
      (try migrator.hasBeenSuperseded(db), try migrator.hasCompletedMigrations(db))
    }
    if isNewer {
      throw KithError(
        .configuration, "the database was written by a newer Kith", place: place,
        allowed: "a database of this version or older",
        fix: "Install the newer Kith, or set hub.database to another file")
    }
    if !isCurrent { try migrator.migrate(database) }
  }

  /// Identifiers are found by a hash of what they are.
  private static func hashIdentifiers(_ db: Database) throws {
    guard let table = Schema.table("identifiers"), try !has("identifier_hash", in: "identifiers", db) else { return }
    try db.execute(sql: "ALTER TABLE identifiers RENAME TO former_identifiers")
    try db.execute(sql: "DROP INDEX IF EXISTS identifiers_by_kind_value_namespace")
    for statement in SQLiteDDL.create(table) { try db.execute(sql: statement) }
    let function = DatabaseFunction("identifier_hash", argumentCount: 3, pure: true) { values in
      guard let kind = Identifier.Kind(rawValue: UInt8(truncatingIfNeeded: Int64.fromDatabaseValue(values[0]) ?? 0)),
        let namespace = String.fromDatabaseValue(values[1]), let value = String.fromDatabaseValue(values[2])
      else { return nil }
      return CanonicalIdentifier(kind: kind, namespace: namespace, value: value, display: "", delivered: "")
        .identifierHash
    }
    db.add(function: function)
    defer { db.remove(function: function) }
    try db.execute(
      sql: """
        INSERT INTO identifiers (profile_id, identifier_hash, kind, namespace, value, display, delivered, links)
        SELECT profile_id, identifier_hash(kind, namespace, value), kind, namespace, value, NULLIF(display, value),
          NULLIF(delivered, display), links FROM former_identifiers;
        DROP TABLE former_identifiers;
        """)
  }

  /// A column may become optional only in a new table.
  private static func freeDisplay(_ db: Database) throws {
    guard let table = Schema.table("identifiers"),
      try db.columns(in: table.name).contains(where: { $0.name == "display" && $0.isNotNull })
    else { return }
    let columns = table.columns.map(\.name).joined(separator: ", ")
    let values = table.columns.map { $0.name == "display" ? "NULLIF(display, value)" : $0.name }
    for index in table.indexes { try db.execute(sql: "DROP INDEX IF EXISTS \(SQLiteDDL.name(index, table))") }
    try db.execute(sql: "ALTER TABLE identifiers RENAME TO former_identifiers")
    // The indexes come last: they are sorted once.
    let statements = SQLiteDDL.create(table)
    try db.execute(sql: statements[0])
    try db.execute(
      sql: """
        INSERT INTO identifiers (\(columns)) SELECT \(values.joined(separator: ", ")) FROM former_identifiers
        ORDER BY profile_id, identifier_hash;
        DROP TABLE former_identifiers;
        """)
    for statement in statements.dropFirst() { try db.execute(sql: statement) }
  }

  /// Checkpoints are tied to their data.
  private static func sealCheckpoints(_ db: Database) throws {
    guard try !has("seal", in: "checkpoints", db) else { return }
    try db.execute(
      sql: """
        ALTER TABLE checkpoints ADD COLUMN read INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE checkpoints ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
        UPDATE checkpoints SET read = IFNULL((
          SELECT s.read FROM run_streams s WHERE s.run_id = checkpoints.run_id AND s.stream_id = checkpoints.stream_id), 0);
        """)
    for row in try GRDB.Row.fetchAll(db, sql: "SELECT stream_id, checkpoint, run_id, read FROM checkpoints") {
      let seal = CheckpointSeal.value(stream: row[0], checkpoint: row[1], run: row[2], read: row[3])
      try db.execute(
        sql: "UPDATE checkpoints SET seal = ? WHERE stream_id = ?", arguments: [seal, row[0] as Int64])
    }
  }

  private static func makeViews(_ db: Database) throws {
    for view in Schema.views {
      try db.execute(sql: "DROP VIEW IF EXISTS \(view.name)")
      try db.execute(sql: SQLiteDDL.create(view))
    }
  }

  private static func has(_ column: String, in table: String, _ db: Database) throws -> Bool {
    try db.columns(in: table).contains { $0.name == column }
  }

  /// Generated columns are hidden from the usual list.
  private static func hasGenerated(_ column: String, in table: String, _ db: Database) throws -> Bool {
    try GRDB.Row.fetchAll(db, sql: "SELECT name FROM pragma_table_xinfo(?)", arguments: [table]).contains {
      $0[0] == column
    }
  }

  private static func writeDictionary(_ db: Database) throws {
    try Schema.writeDictionary(StoreConnection(.sqlite(db)))
  }
}

extension Schema {
  /// The dictionary derives from the specification; every migration ends with writing it anew.
  static func writeDictionary(_ db: StoreConnection) throws {
    try db.execute(sql: "DELETE FROM data_dictionary")
    let insert = try BulkInsert(
      into: "data_dictionary", ["table_name", "column_name", "type", "unit", "meaning"], rows: 32, ending: "", in: db,
      arena: BindArena())
    var entries = Schema.tables.map { (name: $0.name, type: "table", meaning: $0.meaning, columns: $0.columns) }
    entries += Schema.views.map {
      (name: $0.name, type: "view", meaning: $0.meaning, columns: Schema.viewColumns($0))
    }
    if !db.isRemote {
      entries.append(
        (
          name: "grdb_migrations", type: "table", meaning: "The changes of schema that this database has seen.",
          columns: [ColumnSpecification.column("identifier", .text, "Name of the change.")]
        ))
    }
    for entry in entries {
      try insert.insert([entry], { $1.text($0.name).text("").text($0.type).null().text($0.meaning) })
      try insert.insert(
        entry.columns,
        { $1.text(entry.name).text($0.name).text($0.type.rawValue).text($0.unit).text($0.meaning) })
    }
  }
}
