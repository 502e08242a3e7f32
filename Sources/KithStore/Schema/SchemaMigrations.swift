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
    return migrator
  }

  static func migrate(_ pool: DatabasePool) throws {
    let migrator = migrator
    let (isNewer, isCurrent) = try pool.read { db in
      (try migrator.hasBeenSuperseded(db), try migrator.hasCompletedMigrations(db))
    }
    if isNewer {
      throw KithError(
        .configuration, "the database was written by a newer Kith", place: pool.path,
        allowed: "a database of this version or older",
        fix: "Install the newer Kith, or set hub.database to another file")
    }
    if !isCurrent { try migrator.migrate(pool) }
  }

  /// The dictionary derives from the specification; every migration ends with writing it anew.
  private static func writeDictionary(_ db: Database) throws {
    try db.execute(sql: "DELETE FROM data_dictionary")
    let insert = try db.makeStatement(
      sql: "INSERT INTO data_dictionary (table_name, column_name, type, unit, meaning) VALUES (?, ?, ?, ?, ?)")
    let tables = Schema.tables.map { (name: $0.name, type: "table", meaning: $0.meaning, columns: $0.columns) }
    let views = Schema.views.map {
      (name: $0.name, type: "view", meaning: $0.meaning, columns: Schema.viewColumns($0))
    }
    let bookkeeping = (
      name: "grdb_migrations", type: "table", meaning: "The changes of schema that this database has seen.",
      columns: [ColumnSpecification.column("identifier", .text, "Name of the change.")]
    )
    for entry in tables + views + [bookkeeping] {
      try insert.execute(arguments: [entry.name, "", entry.type, nil, entry.meaning])
      for column in entry.columns {
        try insert.execute(arguments: [entry.name, column.name, column.type.rawValue, column.unit, column.meaning])
      }
    }
  }
}
