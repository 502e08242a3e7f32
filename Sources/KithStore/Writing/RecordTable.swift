import KithCore

/// The tables that hold a stream's records.
enum RecordTable: Int, CaseIterable {
  case profiles, touchpoints, orders, orderLines, products, responses, tickets, traffic

  init(_ kind: KithCore.Record.Kind) {
    switch kind {
    case .profile: self = .profiles
    case .touchpoint: self = .touchpoints
    // A flat export's row cannot be named from outside: what is gone is its order.
    case .order, .orderLine: self = .orders
    case .product: self = .products
    case .response: self = .responses
    case .ticket: self = .tickets
    case .traffic: self = .traffic
    }
  }

  var name: String {
    switch self {
    case .profiles: "profiles"
    case .touchpoints: "touchpoints"
    case .orders: "orders"
    case .orderLines: "order_lines"
    case .products: "products"
    case .responses: "survey_responses"
    case .tickets: "tickets"
    case .traffic: "traffic"
    }
  }

  var id: String { Schema.table(name)?.primaryKey.first ?? "rowid" }

  /// What makes a key unique: the stream, or the order for lines.
  var parent: String { self == .orderLines ? "order_id" : "stream_id" }

  var hasProfile: Bool {
    switch self {
    case .profiles, .orderLines, .products, .traffic: false
    case .touchpoints, .orders, .responses, .tickets: true
    }
  }

  /// The columns that come before the content, behind the row's number, its parent and its key.
  private var fixed: [String] {
    switch self {
    case .profiles: ["hash", "run_id", "is_listed"]
    case .orderLines, .products, .traffic: ["hash", "run_id"]
    default: ["hash", "run_id", "profile_id"]
    }
  }

  /// All other columns, in the order of the schema.
  var content: [String] {
    let bound = Set([id, parent, "key", "is_deleted", "customer_id", "deleted_at"] + fixed)
    return (Schema.table(name)?.columns.map(\.name) ?? []).filter { !bound.contains($0) }
  }

  /// The columns of an insert: row, parent, key, then the fixed ones and the content.
  fileprivate var columns: [String] { [id, parent, "key"] + fixed + content }

  /// How many columns the content has; of profiles only the attributes.
  var contentWidth: Int {
    self == .profiles ? Schema.storedAttributes.count + Schema.allAttributes.count : content.count
  }

  /// Row ?1; then the columns behind row, parent and key, in order.
  var updateSQL: String {
    let values = columns.dropFirst(3).enumerated().map { "\($1) = ?\($0 + 2)" }.joined(separator: ", ")
    let revival = self == .profiles ? "is_deleted = FALSE, deleted_at = NULL" : "is_deleted = FALSE"
    return "UPDATE \(name) SET \(revival), \(values) WHERE \(id) = ?1"
  }

  /// Row, hash, deletion mark, the profile (for profiles: whether the stream lists it), and what sums are made of.
  var foundColumns: String {
    let last = self == .profiles ? "is_listed" : fixed.contains("profile_id") ? "profile_id" : "NULL"
    return (["\(id), hash, is_deleted, \(last)"] + usedColumns).joined(separator: ", ")
  }

  var findSQL: String { "SELECT \(foundColumns) FROM \(name) WHERE \(parent) = ?1 AND key = ?2" }

  /// Row, hash and key of the rows of stream ?3 behind row ?1 and up to row ?2 that a listing may find unchanged; nil
  /// for lines, which have no key of their own.
  var followingSQL: String? {
    if self == .orderLines { return nil }
    let listed = self == .profiles ? " AND is_listed" : ""
    // The plus keeps SQLite from going through the index of the whole stream.
    return "SELECT \(id), hash, key FROM \(name) WHERE \(id) > ?1 AND \(id) <= ?2 AND +stream_id = ?3 "
      + "AND NOT is_deleted\(listed)"
  }

  /// Row ?1, run ?2, time ?3.
  var removeSQL: String {
    let time = self == .profiles ? ", deleted_at = ?3" : ""
    return "UPDATE \(name) SET is_deleted = TRUE, run_id = ?2\(time) WHERE \(id) = ?1 AND NOT is_deleted"
  }
}

/// A stored row as `find` sees it.
struct StoredRow {
  var id: Int64
  var hash: Int64
  var isDeleted: Bool
  /// The profile that it belongs to; for profiles 1 when the stream lists it.
  var owner: Int64?
  /// What it adds to sums; nil for a deleted row.
  var summed: [SumValue]?
}

extension StoredRow {
  /// From the `foundColumns` of a table, which begin at a column.
  init(_ row: FastStatement, from first: CInt, of table: RecordTable) {
    id = row.int64(first)
    hash = row.int64(first + 1)
    isDeleted = row.int64(first + 2) != 0
    owner = row.optionalInt64(first + 3)
    summed = isDeleted ? nil : table.usedValues(row, from: first + 4)
  }
}

/// The statements of one table of records.
final class RowStatements {
  let insert: BulkInsert
  let update: FastStatement
  let remove: FastStatement
  private let table: RecordTable
  private let find: FastStatement
  private let largestID: FastStatement

  /// Without an index of keys nothing may be looked up, and no key may be there twice.
  init(_ table: RecordTable, hasKeyIndex: Bool, in db: StoreConnection, arena: BindArena) throws {
    let sql = RowStatements.sql[table.rawValue]
    self.table = table
    find = try FastStatement(sql.find, in: db, arena: arena)
    insert = try BulkInsert(
      into: table.name, sql.columns, rows: 32, ending: hasKeyIndex ? sql.ending : "", in: db, arena: arena)
    update = try FastStatement(sql.update, in: db, arena: arena)
    remove = try FastStatement(sql.remove, in: db, arena: arena)
    largestID = try FastStatement("SELECT MAX(\(table.id)) FROM \(table.name)", in: db, arena: arena)
  }

  /// The first number that no row has; within a transaction nobody else gives numbers out.
  func nextID() throws -> Int64 {
    largestID.begin()
    defer { largestID.reset() }
    return try largestID.step() ? largestID.int64(0) + 1 : 1
  }

  /// The row of that key, within a stream (or, for lines, an order).
  @inline(__always)
  func row(_ parent: Int64, _ key: String) throws -> StoredRow? {
    find.begin().integer(parent).text(key)
    return try row()
  }

  @inline(__always)
  func row(_ parent: Int64, _ key: EncodedBatch.Text, in view: BatchView) throws -> StoredRow? {
    find.begin().integer(parent).text(key, in: view)
    return try row()
  }

  @inline(__always)
  private func row() throws -> StoredRow? {
    defer { find.reset() }
    guard try find.step() else { return nil }
    return StoredRow(find, from: 0, of: table)
  }

  private static let sql = RecordTable.allCases.map {
    (
      find: $0.findSQL, columns: $0.columns, ending: "ON CONFLICT (\($0.parent), key) DO NOTHING", update: $0.updateSQL,
      remove: $0.removeSQL
    )
  }
}
