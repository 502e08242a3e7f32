import GRDB
import GRDBSQLite
import KithCore

/// A connection to the hub's database, SQLite or PostgreSQL, as a transaction's body gets it. The store's SQL is
/// understood by both; `dialect` gives the words that differ.
final class StoreConnection {
  enum Backend {
    case sqlite(Database)
    case postgres(PostgresConnection)
  }

  let backend: Backend

  init(_ backend: Backend) { self.backend = backend }

  var dialect: SQLDialect {
    switch backend {
    case .sqlite: .sqlite
    case .postgres: .postgres
    }
  }

  /// Whether each statement waits for an answer over a network.
  var isRemote: Bool { dialect == .postgres }

  /// Runs statements that return no rows: several only without arguments.
  func execute(sql: String, arguments: StoreArguments = []) throws {
    if !arguments.values.isEmpty {
      let statement = try statement(sql)
      try statement.begin().bind(arguments)
      return try statement.run()
    }
    switch backend {
    case .sqlite(let db): try db.execute(sql: sql)
    case .postgres(let connection): try connection.run(PostgresSQL(sql).text)
    }
  }

  /// How many rows the last statement changed.
  var changesCount: Int {
    get throws {
      switch backend {
      case .sqlite(let db): db.changesCount
      case .postgres(let connection): try connection.lastChanges()
      }
    }
  }

  /// A statement with memory of its own for what is bound.
  ///
  /// - Parameter hasManyRows: rows are to come as they are asked for, and not all at once.
  func statement(_ sql: String, hasManyRows: Bool = false) throws -> FastStatement {
    try FastStatement(sql, in: self, arena: BindArena(), hasManyRows: hasManyRows)
  }

  /// Runs `body` and takes back what it did.
  func rolledBack(_ body: () throws -> Void) throws {
    switch backend {
    case .sqlite(let db):
      try db.inSavepoint {
        try body()
        return .rollback
      }
    case .postgres(let connection):
      try connection.run("SAVEPOINT preview")
      try body()
      try connection.run("ROLLBACK TO SAVEPOINT preview")
    }
  }

  /// Runs statements that need a table for themselves; false when somebody has it, and nothing was done.
  func executeUnlessLocked(_ statements: [String]) throws -> Bool {
    guard case .postgres(let connection) = backend else {
      for statement in statements { try execute(sql: statement) }
      return true
    }
    return try connection.runUnlessLocked(statements)
  }

  /// Tells the planner how large a table has become; SQLite goes by the order of joins instead. One that the server looks
  /// at by itself just now is left to it: the server would let go only after a second.
  func analyze(_ table: String) throws {
    if case .postgres(let connection) = backend { try connection.run("ANALYZE (SKIP_LOCKED) \(table)") }
  }

  /// The names of all indexes, as SQL.
  var indexNames: String {
    dialect == .sqlite
      ? "SELECT name FROM sqlite_master WHERE type = 'index'"
      : "SELECT indexname AS name FROM pg_indexes WHERE schemaname = current_schema()"
  }

  /// Makes a table that lives as long as the connection, unless it is there.
  func createTemporary(_ table: TableSpecification) throws {
    switch backend {
    case .sqlite(let db):
      for statement in SQLiteDDL.create(table, isTemporary: true) { try db.execute(sql: statement) }
    case .postgres(let connection):
      for statement in PostgresDDL.createTemporary(table) { try connection.run(statement) }
    }
  }
}
