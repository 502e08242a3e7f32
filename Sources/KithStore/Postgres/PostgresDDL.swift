extension ColumnType {
  /// The type in PostgreSQL.
  public var postgresName: String { PostgresDDL.type(self) }
}

/// SQL for PostgreSQL out of the specifications.
enum PostgresDDL {
  static func type(_ type: ColumnType) -> String {
    switch type {
    case .integer: "bigint"
    case .real: "double precision"
    case .text: "text"
    case .date: "date"
    case .dateTime: "timestamptz"
    // Four digits, as many as any currency has.
    case .money: "numeric(18,4)"
    case .quantity: "numeric"
    case .boolean: "boolean"
    case .blob: "bytea"
    }
  }

  /// Columns with their types, as CREATE TABLE has them.
  private static func columns(_ table: TableSpecification) -> String {
    table.columns.map { column in
      var line = definition(column)
      if !column.isNullable { line += " NOT NULL" }
      return line
    }.joined(separator: ", ")
  }

  /// A column's name, type and default. Texts are in the order of their characters' numbers, as in SQLite: what is the
  /// smaller of two must not depend on where a hub lies.
  static func definition(_ column: ColumnSpecification) -> String {
    var line = "\"\(column.name)\" \(type(column.type))"
    if column.type == .text { line += " COLLATE \"C\"" }
    if let value = column.defaultValue {
      line += " DEFAULT \(column.type == .boolean ? value == "0" ? "FALSE" : "TRUE" : value)"
    }
    return line
  }

  static func createTemporary(_ table: TableSpecification) -> [String] {
    let create =
      "CREATE TEMP TABLE IF NOT EXISTS \(table.name) (\(columns(table)), PRIMARY KEY (\(quoted(table.primaryKey))))"
    return [create]
      + table.indexes.map {
        "CREATE INDEX IF NOT EXISTS \(SQLiteDDL.name($0, table)) ON pg_temp.\(table.name) (\(quoted($0.columns)))"
      }
  }

  static func create(_ table: TableSpecification, in schema: String) -> String {
    "CREATE TABLE IF NOT EXISTS \(schema).\(table.name) (\(columns(table)), "
      + "PRIMARY KEY (\(quoted(table.primaryKey))))"
  }

  static func indexes(_ table: TableSpecification, in schema: String) -> [String] {
    table.indexes.map { index in
      let name = SQLiteDDL.name(index, table)
      let condition = index.condition.map { " WHERE \($0)" } ?? ""
      return
        "CREATE \(index.isUnique ? "UNIQUE " : "")INDEX IF NOT EXISTS \(name) ON \(schema).\(table.name) (\(quoted(index.columns)))\(condition)"
    }
  }

  /// Foreign keys that a tool can discover, checked at the end of a transaction.
  static func foreignKeys(_ table: TableSpecification, in schema: String) -> [(name: String, sql: String)] {
    table.references.sorted { $0.key < $1.key }.compactMap { column, target in
      guard let key = Schema.table(target)?.primaryKey.first else { return nil }
      let name = "\(table.name)_\(column)_fkey"
      return (
        name,
        """
        ALTER TABLE \(schema).\(table.name) ADD CONSTRAINT \(name) FOREIGN KEY ("\(column)")
        REFERENCES \(schema).\(target) ("\(key)") DEFERRABLE INITIALLY DEFERRED
        """
      )
    }
  }

  static func comments(_ table: TableSpecification, in schema: String) -> [String] {
    ["COMMENT ON TABLE \(schema).\(table.name) IS \(literal(table.meaning))"]
      + table.columns.map { column in
        let unit = column.unit.map { " Unit: \($0)." } ?? ""
        return "COMMENT ON COLUMN \(schema).\(table.name).\"\(column.name)\" IS \(literal(column.meaning + unit))"
      }
  }

  static func create(_ view: ViewSpecification, in schema: String) -> [String] {
    let table = Schema.table(view.table)
    let own = (table?.columns ?? []).map { "t.\"\($0.name)\"" }.joined(separator: ", ")
    var day = ""
    if let name = table?.dayColumn, let time = table?.timeColumn {
      day = "(t.\"\(time)\" AT TIME ZONE 'UTC')::date AS \(name), "
    }
    let sql = """
      CREATE OR REPLACE VIEW \(schema).\(view.name) AS
      SELECT \(view.hasCustomer ? "p.customer_id, " : "")s.name AS source, \(day)\(view.parent == nil ? "" : "o.currency, ")\(own)
      \(view.joins { "\(schema).\($0)" })
      WHERE NOT t.is_deleted\(view.parent == nil ? "" : " AND NOT o.is_deleted")
      """
    return [sql, "COMMENT ON VIEW \(schema).\(view.name) IS \(literal(view.meaning))"]
      + Schema.viewColumns(view).map {
        "COMMENT ON COLUMN \(schema).\(view.name).\"\($0.name)\" IS \(literal($0.meaning))"
      }
  }

  static func quoted(_ names: [String]) -> String { names.map { "\"\($0)\"" }.joined(separator: ", ") }

  static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
