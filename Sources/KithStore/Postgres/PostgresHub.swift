import KithCore

/// What a copy between databases comes to.
public struct CopyReport: Sendable {
  public struct Table: Sendable, Equatable {
    public var name: String
    public var rows: Int
    /// Rows that were not there before, or were another.
    public var changed: Int
    public var removed: Int
  }

  public var tables: [Table] = []
  /// NUL characters that PostgreSQL cannot hold: each became U+FFFD.
  public var replaced = 0
}

/// The tables of a hub in PostgreSQL.
public final class PostgresHub {
  private let connection: PostgresConnection
  private let schema: String
  private let tables: PostgresSchema
  private let place: String

  public init(_ url: PostgresURL) throws(KithError) {
    connection = try PostgresConnection(url)
    schema = url.schema
    tables = PostgresSchema(connection, url)
    place = url.description
  }

  // MARK: from a hub in SQLite

  /// Brings the tables up to what the hub holds now, in one transaction: who reads sees what was before or what is
  /// now. Only rows that changed are written. Each table is read back and compared before the end.
  public func take(_ store: HubStore) throws(KithError) -> CopyReport {
    try connection.transaction { () throws(KithError) in
      // One at a time: the lock ends with the transaction.
      try connection.run(tables.lock)
      if case .hub = try tables.state() {
        throw KithError(
          .configuration, "a hub works in this schema: a copy would write over it", place: place,
          fix: "Name another schema: ?schema=NAME.")
      }
      try connection.run("CREATE SCHEMA IF NOT EXISTS \(schema)")
      var report = CopyReport()
      try store.withSnapshot { snapshot throws(KithError) in
        for table in Schema.tables {
          try tables.prepare(table)
          report.tables.append(try take(table, snapshot, &report.replaced))
        }
      }
      try tables.finish()
      try tables.mark(.copy)
      return report
    }
  }

  private func take(
    _ table: TableSpecification, _ snapshot: TableSnapshot, _ replaced: inout Int
  ) throws(KithError) -> CopyReport.Table {
    let name = "\(schema).\(table.name)"
    let isEmpty = try connection.query("SELECT 1 FROM \(name) LIMIT 1").isEmpty
    if !isEmpty, let rows = try unchangedRows(table, snapshot) {
      return CopyReport.Table(name: table.name, rows: rows, changed: 0, removed: 0)
    }
    let target = isEmpty ? name : "incoming"
    if !isEmpty {
      try connection.run(
        "CREATE TEMP TABLE incoming (LIKE \(name)) ON COMMIT DROP; ALTER TABLE incoming ADD PRIMARY KEY (\(key(table)))"
      )
    }
    var lines = CopyLines(table.columns)
    try connection.copyIn("COPY \(target) (\(list(table))) FROM STDIN") { put throws(KithError) in
      try snapshot.rows(of: table) { row throws(KithError) in
        lines.add(row)
        if lines.bytes.count > PostgresHub.bufferSize {
          try put(lines.bytes.all)
          lines.bytes.removeAll()
        }
      }
      try put(lines.bytes.all)
    }
    replaced += lines.replaced
    var report = CopyReport.Table(name: table.name, rows: lines.hash.rows, changed: lines.hash.rows, removed: 0)
    if !isEmpty {
      (report.changed, report.removed) = try merge(table)
      try connection.run("DROP TABLE incoming")
    }
    try compare(table, lines.hash)
    return report
  }

  /// How many rows a table has that is there already as it should be; nil for any other. Reading it is less than sending it
  /// and comparing row by row.
  private func unchangedRows(_ table: TableSpecification, _ snapshot: TableSnapshot) throws(KithError) -> Int? {
    let there = try connection.number("SELECT count(*) FROM \(schema).\(table.name)")
    guard try snapshot.count(of: table) == there else { return nil }
    let wanted = try snapshot.hash(of: table)
    return try hash(table) { _ throws(KithError) in } == wanted ? wanted.rows : nil
  }

  private static let bufferSize = 1 << 16

  /// What is gone is deleted, what is new or other is written, the rest is left alone.
  private func merge(_ table: TableSpecification) throws(KithError) -> (changed: Int, removed: Int) {
    let name = "\(schema).\(table.name)"
    func each(_ columns: [String], of row: String) -> String {
      columns.map { "\(row).\"\($0)\"" }.joined(separator: ", ")
    }
    let isSame = "(\(each(table.primaryKey, of: "i"))) = (\(each(table.primaryKey, of: "t")))"
    let others = table.columns.map(\.name).filter { !table.primaryKey.contains($0) }
    let isOther =
      others.isEmpty ? "FALSE" : "ROW(\(each(others, of: "t"))) IS DISTINCT FROM ROW(\(each(others, of: "i")))"
    // What is other is written anew, not in place: two rows may have changed what must be unique for each other's.
    try connection.run(
      """
      CREATE TEMP TABLE other ON COMMIT DROP AS SELECT \(each(table.primaryKey, of: "t"))
      FROM \(name) t JOIN incoming i ON \(isSame) WHERE \(isOther);
      ALTER TABLE other ADD PRIMARY KEY (\(key(table)))
      """)
    let removed = try connection.changes(
      of: "DELETE FROM \(name) t WHERE NOT EXISTS (SELECT 1 FROM incoming i WHERE \(isSame))")
    try connection.run("DELETE FROM \(name) t USING other i WHERE \(isSame)")
    let changed = try connection.changes(
      of: """
        INSERT INTO \(name) (\(list(table))) SELECT \(list(table)) FROM incoming i
        WHERE NOT EXISTS (SELECT 1 FROM \(name) t WHERE \(isSame))
        """)
    try connection.run("DROP TABLE other")
    return (changed, removed)
  }

  /// Reads a table back.
  private func compare(_ table: TableSpecification, _ expected: TableHash) throws(KithError) {
    let found = try hash(table) { _ throws(KithError) in }
    if found == expected { return }
    throw KithError(
      .bug, "the copy is not what was copied", place: "\(place), table \(table.name)",
      seen: "\(found.rows) rows with hash \(String(found.value, radix: 16))",
      allowed: "\(expected.rows) rows with hash \(String(expected.value, radix: 16))",
      fix: "Nothing was changed. Look for triggers on the table, and report it otherwise.")
  }

  private func hash(
    _ table: TableSpecification, _ body: ([CopyLineReader.Field]) throws(KithError) -> Void
  ) throws(KithError) -> TableHash {
    var reader = CopyLineReader(table.columns)
    let columns = CopyLineReader.list(table.columns)
    try connection.copyOut("COPY (SELECT \(columns) FROM \(schema).\(table.name)) TO STDOUT") {
      line throws(KithError) in
      try body(try reader.row(line))
    }
    return reader.hash
  }

  private func list(_ table: TableSpecification) -> String { PostgresDDL.quoted(table.columns.map(\.name)) }
  private func key(_ table: TableSpecification) -> String { PostgresDDL.quoted(table.primaryKey) }

  // MARK: into a hub in SQLite

  /// Fills a hub that has no sources yet with what is here. Each table is read back and compared before the end.
  public func give(to store: HubStore) throws(KithError) -> CopyReport {
    try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    defer { try? connection.run("COMMIT") }
    try checkTables()
    return try store.fill { filling throws(KithError) in
      var report = CopyReport()
      for table in Schema.tables {
        let given = try filling.fill(table) { put throws(KithError) in
          try self.hash(table) { row throws(KithError) in try put(row) }
        }
        let taken = try filling.hash(table)
        guard given == taken else {
          throw KithError(
            .bug, "the copy is not what was copied", place: "table \(table.name)",
            seen: "\(taken.rows) rows with hash \(String(taken.value, radix: 16))",
            allowed: "\(given.rows) rows with hash \(String(given.value, radix: 16))", fix: "Nothing was changed.")
        }
        report.tables.append(
          CopyReport.Table(name: table.name, rows: given.rows, changed: given.rows, removed: 0))
      }
      return report
    }
  }

  private func checkTables() throws(KithError) {
    for table in Schema.tables {
      let rows = try connection.query(
        """
        SELECT column_name FROM information_schema.columns
        WHERE table_schema = '\(schema)' AND table_name = '\(table.name)'
        """)
      let there = Set(rows.compactMap { $0.first ?? nil })
      if there.isEmpty {
        throw KithError(
          .configuration, "there is no hub in this schema", place: place, seen: "no table \(table.name)",
          fix: "`kith copy --to` makes one.")
      }
      let missing = table.columns.map(\.name).filter { !there.contains($0) }
      if let column = missing.first {
        throw KithError(
          .configuration, "the hub there is of another version of Kith", place: place,
          seen: "\(table.name) without \(column)", fix: "Copy it anew from where it came, with this version.")
      }
    }
  }

  // MARK: who may read

  /// Lets a role read, and nothing else. The role is made when there is none.
  ///
  /// - Parameter hasContacts: the published tables as they are; otherwise views of them without contact data, in a
  ///   schema of their own.
  /// - Returns: the schema to read, and whether the role is new.
  public func grant(_ role: String, hasContacts: Bool) throws(KithError) -> (schema: String, isNew: Bool) {
    guard PostgresURL.isName(role) else {
      throw KithError(
        .configuration, "the role is no name", seen: role,
        allowed: "up to 50 of a-z, 0-9 and _, beginning with a letter")
    }
    return try connection.transaction { () throws(KithError) in
      try checkTables()
      let isNew = try connection.query("SELECT 1 FROM pg_roles WHERE rolname = '\(role)'").isEmpty
      if isNew { try connection.run("CREATE ROLE \(role) LOGIN") }
      try connection.run("ALTER ROLE \(role) SET default_transaction_read_only = on")
      if hasContacts {
        let names = (Schema.tables.filter(\.isPublished).map(\.name) + Schema.views.map(\.name))
          .map { "\(schema).\($0)" }.joined(separator: ", ")
        try connection.run("GRANT USAGE ON SCHEMA \(schema) TO \(role); GRANT SELECT ON \(names) TO \(role)")
        return (schema, isNew)
      }
      try connection.run("CREATE SCHEMA IF NOT EXISTS \(tables.readersSchema)")
      try tables.makeReadersViews()
      // A role that saw more before sees no more than this now.
      try connection.run(
        """
        REVOKE ALL ON ALL TABLES IN SCHEMA \(schema) FROM \(role); REVOKE ALL ON SCHEMA \(schema) FROM \(role);
        GRANT USAGE ON SCHEMA \(tables.readersSchema) TO \(role);
        GRANT SELECT ON ALL TABLES IN SCHEMA \(tables.readersSchema) TO \(role)
        """)
      return (tables.readersSchema, isNew)
    }
  }
}
