import KithCore

/// Fills the tables of a new hub row by row, in one transaction.
struct TableFilling {
  fileprivate let db: StoreConnection

  /// Puts the rows that `body` hands to its argument in place of those that are there; returns what `body` returns.
  func fill(
    _ table: TableSpecification,
    _ body: (([CopyLineReader.Field]) throws(KithError) -> Void) throws(KithError) -> TableHash
  ) throws(KithError) -> TableHash {
    try StoreErrors.mapping(table.name) {
      try db.execute(sql: "DELETE FROM \(table.name)")
      let names = table.columns.map(\.name).joined(separator: ", ")
      let places = table.columns.map { _ in "?" }.joined(separator: ", ")
      let statement = try db.statement("INSERT INTO \(table.name) (\(names)) VALUES (\(places))")
      return try body { row throws(KithError) in
        try StoreErrors.mapping(table.name) {
          statement.begin()
          for field in row {
            switch field {
            case .null: statement.null()
            case .integer(let value): statement.integer(value)
            case .number(let value): statement.real(value)
            case .text(let bytes): statement.text(String(decoding: bytes, as: UTF8.self))
            case .blob(let bytes): statement.blob(bytes)
            }
          }
          try statement.run()
        }
      }
    }
  }

  /// What the table holds now.
  func hash(_ table: TableSpecification) throws(KithError) -> TableHash {
    try TableSnapshot(db: db).hash(of: table)
  }
}

extension HubStore {
  /// Lets `body` fill a hub that has no sources yet; what it throws leaves the hub as it was.
  func fill<Result>(_ body: (TableFilling) throws(KithError) -> Result) throws(KithError) -> Result {
    try write { db in
      guard try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sources") == 0 else {
        throw KithError(
          .configuration, "the hub's database is not empty", place: location.description,
          fix: "Name a new file as hub.database in connectors.yml, or move this one away.")
      }
      let result = try body(TableFilling(db: db))
      // What it says of the tables is of this database.
      try Schema.writeDictionary(db)
      return result
    }
  }
}
