import KithCore

/// A published table or view, as `kith export` lists it.
public struct PublishedTable: Sendable, Equatable {
  public var name: String
  public var meaning: String
  public var rowCount: Int
}

/// A value as it stands in a table.
public enum TableValue: Sendable, Equatable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
}

/// One row of a table on its way out. Valid only within the call that hands it out.
public struct TableRow {
  public let columns: [ColumnSpecification]
  fileprivate let statement: FastStatement

  public var values: [TableValue] { columns.indices.map(value) }

  public func value(_ column: Int) -> TableValue { statement.value(CInt(column)) }

  /// The value; a text is handed to `textIn` instead, without being copied, and comes back empty.
  public func value(_ column: Int, textIn body: (UnsafeRawBufferPointer) -> Void) -> TableValue {
    guard statement.isText(CInt(column)) else { return value(column) }
    statement.withText(CInt(column), body)
    return .text("")
  }

  @inline(__always) public func isNull(_ column: Int) -> Bool { statement.isNull(CInt(column)) }

  /// 0 where there is no number.
  @inline(__always) public func int64(_ column: Int) -> Int64 { statement.int64(CInt(column)) }

  /// 0 where there is no number.
  @inline(__always) public func double(_ column: Int) -> Double { statement.double(CInt(column)) }

  /// The bytes of a blob; valid inside `body`.
  @inline(__always) public func withBlob<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    statement.withBlob(CInt(column), body)
  }

  /// The text's bytes, or those of a number as a text; valid inside `body`.
  @inline(__always) public func withText<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    statement.withText(CInt(column), body)
  }
}

/// All tables as they were at one moment.
struct TableSnapshot {
  let db: StoreConnection

  func count(of table: TableSpecification) throws(KithError) -> Int {
    try StoreErrors.mapping(table.name) { try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM \(table.name)") ?? 0 }
  }

  /// What a table holds.
  func hash(of table: TableSpecification) throws(KithError) -> TableHash {
    var lines = CopyLines(table.columns)
    try rows(of: table) { row throws(KithError) in
      lines.add(row)
      lines.bytes.removeAll()
    }
    return lines.hash
  }

  /// Every row of a table, in no order.
  func rows(of table: TableSpecification, _ body: (TableRow) throws(KithError) -> Void) throws(KithError) {
    try StoreErrors.mapping(table.name) {
      let columns = table.columns.map(\.name).joined(separator: ", ")
      let statement = try db.statement("SELECT \(columns) FROM \(table.name)", hasManyRows: true)
      defer { statement.reset() }
      statement.begin()
      let row = TableRow(columns: table.columns, statement: statement)
      while try statement.step() { try body(row) }
    }
  }
}

/// Which rows of a table, and in which order.
public struct RowSelection: Sendable {
  /// Nil for all.
  public var columns: [String]?
  public var limit: Int?
  /// Only rows whose `timeColumn` is not before it.
  public var since: Timestamp?
  /// By the table's `timeColumn`, rows without one first; by the primary key otherwise.
  public var isByTime: Bool

  public init(columns: [String]? = nil, limit: Int? = nil, since: Timestamp? = nil, isByTime: Bool = false) {
    self.columns = columns
    self.limit = limit
    self.since = since
    self.isByTime = isByTime
  }
}

extension HubStore {
  /// Lets `body` read all tables as they are now, whoever writes meanwhile.
  func withSnapshot(_ body: (TableSnapshot) throws(KithError) -> Void) throws(KithError) {
    try read { db in try body(TableSnapshot(db: db)) }
  }

  /// The published tables and views with their number of rows.
  public func tables() throws(KithError) -> [PublishedTable] {
    try read { db in
      try Self.published.map { table in
        PublishedTable(
          name: table.name, meaning: table.meaning,
          rowCount: try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM \(table.name)") ?? 0)
      }
    }
  }

  /// The columns of a published table, in order.
  public static func columns(of table: String) throws(KithError) -> [ColumnSpecification] {
    if let found = published.first(where: { $0.name == table }) { return found.columns }
    let names = published.map(\.name)
    throw KithError(
      .configuration, "there is no such table", place: "export", seen: table, allowed: names.joined(separator: ", "),
      fix: nearestWord(to: table, among: names).map { "Did you mean \($0)?" } ?? "Choose one of the tables above")
  }

  /// The column that tells when a row of a published table is from; nil where there is none.
  public static func timeColumn(of table: String) throws(KithError) -> String? {
    _ = try columns(of: table)
    return specification(table)?.timeColumn
  }

  /// That of a view is the one of the table behind it.
  private static func specification(_ name: String) -> TableSpecification? {
    Schema.table(name) ?? Schema.views.first { $0.name == name }.flatMap { Schema.table($0.table) }
  }

  /// Throws what `rows` would throw of a selection that cannot be.
  public func check(_ table: String, _ selection: RowSelection) throws(KithError) {
    _ = try Self.pick(selection.columns, from: Self.columns(of: table), table: table)
    if selection.since == nil, !selection.isByTime { return }
    guard try Self.timeColumn(of: table) == nil else { return }
    let others = Self.published.map(\.name).filter { Self.specification($0)?.timeColumn != nil }
    throw KithError(
      .configuration, "the table has no time to go by", place: "export", seen: table,
      allowed: others.joined(separator: ", "))
  }

  /// Streams a published table, row by row, from one consistent snapshot: memory does not grow with it.
  public func rows(
    of table: String, _ selection: RowSelection = RowSelection(), _ body: (TableRow) throws(KithError) -> Void
  ) throws(KithError) {
    try check(table, selection)
    let columns = try Self.pick(selection.columns, from: Self.columns(of: table), table: table)
    let time = Self.specification(table)?.timeColumn ?? ""
    let key = Self.specification(table)?.primaryKey ?? []
    // Of a table of days the whole day counts.
    let isByDay = Self.specification(table)?.columns.contains { $0.name == time && $0.type == .date } ?? false
    let condition = selection.since.map { "WHERE \(time) >= '\(isByDay ? $0.date.iso : $0.sqlText)'" } ?? ""
    let sql = """
      SELECT \(columns.map(\.name).joined(separator: ", ")) FROM \(table) \(condition)
      ORDER BY \(((selection.isByTime ? [time] : []) + key).joined(separator: ", ")) \(selection.limit.map { "LIMIT \($0)" } ?? "")
      """
    try read { db in
      let statement = try db.statement(sql, hasManyRows: true)
      defer { statement.reset() }
      statement.begin()
      let row = TableRow(columns: columns, statement: statement)
      while try statement.step() { try body(row) }
    }
  }

  static let published: [(name: String, meaning: String, columns: [ColumnSpecification])] =
    Schema.tables.filter(\.isPublished).map { ($0.name, $0.meaning, $0.columns) }
    + Schema.views.map { ($0.name, $0.meaning, Schema.viewColumns($0)) }

  private static func pick(
    _ names: [String]?, from columns: [ColumnSpecification], table: String
  ) throws(KithError) -> [ColumnSpecification] {
    guard let names else { return columns }
    var picked: [ColumnSpecification] = []
    for name in names {
      guard let column = columns.first(where: { $0.name == name }) else {
        let known = columns.map(\.name)
        throw KithError(
          .configuration, "there is no such column", place: table, seen: name, allowed: known.joined(separator: ", "),
          fix: nearestWord(to: name, among: known).map { "Did you mean \($0)?" } ?? "Choose one of the columns above")
      }
      picked.append(column)
    }
    return picked
  }
}
