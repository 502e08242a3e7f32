import KithCore

/// Inserts many rows with few statements. For SQLite a statement takes a group of rows: opening a table costs as much as
/// writing a small row. For PostgreSQL the rows go into a staging table by COPY, and from there in one statement.
struct BulkInsert {
  private let group: FastStatement
  private let single: FastStatement
  private let columns: Int
  private let rows: Int
  private let staging: PostgresStaging?

  /// - Parameters:
  ///   - rows: how many a statement for SQLite takes at most.
  ///   - ending: what follows the rows: what to do with those that are there. What it updates goes row by row.
  init(
    into table: String, _ columns: [String], rows: Int, ending: String, in db: StoreConnection, arena: BindArena
  ) throws {
    let head = "\(db.dialect.insert) \(table) (\(columns.joined(separator: ", "))) VALUES"
    let row = "(" + Array(repeating: "?", count: columns.count).joined(separator: ", ") + ")"
    single = try FastStatement("\(head) \(row) \(ending)", in: db, arena: arena)
    self.columns = columns.count
    if case .postgres(let connection) = db.backend {
      staging = PostgresStaging(table, columns, ending: ending, connection: connection)
      group = single
      self.rows = 1
      return
    }
    staging = nil
    // What `SQLDialect.insert` avoids SQLite does all the same for a group that updates.
    self.rows = ending.contains("DO UPDATE") ? 1 : rows
    let all = Array(repeating: row, count: self.rows).joined(separator: ", ")
    group = try FastStatement("\(head) \(all) \(ending)", in: db, arena: arena)
  }

  /// Inserts a row per element; `bind` binds the columns in order. `settled` gets each group of elements with the
  /// number of rows that it changed: fewer than elements when some of them were there already.
  func insert<Element>(
    _ elements: [Element], _ bind: (Element, FastStatement) -> Void,
    settled: (_ elements: ArraySlice<Element>, _ changes: Int) throws -> Void = { _, _ in }
  ) throws {
    if let staging, elements.count >= PostgresStaging.worthwhile {
      let changes = try staging.insert(elements.count) { index, line in
        bind(elements[index], single.begin())
        single.remote?.appendCopyLine(to: line)
      }
      return try settled(elements[...], changes)
    }
    var index = 0
    while rows > 1, elements.count - index >= rows {
      group.begin()
      for offset in 0..<rows {
        group.move(to: offset * columns + 1)
        bind(elements[index + offset], group)
      }
      try group.run()
      try settled(elements[index..<index + rows], group.changes)
      index += rows
    }
    while index < elements.count {
      bind(elements[index], single.begin())
      try single.run()
      try settled(elements[index..<index + 1], single.changes)
      index += 1
    }
  }
}
