import GRDB
import KithCore

import struct Foundation.Data

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
  public let values: [TableValue]
}

extension HubStore {
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

  /// Streams a published table, row by row, from one consistent snapshot: memory does not grow with it. Rows come in
  /// the order of the primary key; `columns` nil means all of them.
  public func rows(
    of table: String, columns names: [String]? = nil, limit: Int? = nil,
    _ body: (TableRow) throws(KithError) -> Void
  ) throws(KithError) {
    let all = try Self.columns(of: table)
    let columns = try Self.pick(names, from: all, table: table)
    let key =
      Schema.table(table)?.primaryKey ?? Schema.views.first { $0.name == table }
      .flatMap { Schema.table($0.table)?.primaryKey } ?? []
    let sql = """
      SELECT \(columns.map(\.name).joined(separator: ", ")) FROM \(table)
      ORDER BY \(key.joined(separator: ", ")) LIMIT \(limit ?? -1)
      """
    try read { db in
      let cursor = try Row.fetchCursor(db, sql: sql)
      while let row = try cursor.next() {
        try body(TableRow(columns: columns, values: columns.indices.map { TableValue(row[$0] as DatabaseValue) }))
      }
    }
  }

  private static let published: [(name: String, meaning: String, columns: [ColumnSpecification])] =
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

extension TableValue {
  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .blob([UInt8](data))
    }
  }
}
