import GRDB
import KithCore

/// The tables that hold a stream's records.
enum RecordTable: Int, CaseIterable {
  case profiles, touchpoints, orders, orderLines, products, responses, tickets

  init(_ kind: KithCore.Record.Kind) {
    switch kind {
    case .profile: self = .profiles
    case .touchpoint: self = .touchpoints
    // A flat export's row cannot be named from outside: what is gone is its order.
    case .order, .orderLine: self = .orders
    case .product: self = .products
    case .response: self = .responses
    case .ticket: self = .tickets
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
    }
  }

  var id: String { Schema.table(name)?.primaryKey.first ?? "rowid" }

  /// What makes a key unique: the stream, or the order for lines.
  var parent: String { self == .orderLines ? "order_id" : "stream_id" }

  /// The columns that `insert` and `update` bind before the content, from parameter 3 on.
  private var fixed: [String] {
    switch self {
    case .profiles: ["hash", "run_id", "is_listed"]
    case .orderLines, .products: ["hash", "run_id"]
    default: ["hash", "run_id", "profile_id"]
    }
  }

  /// All other columns, in the order of the schema.
  private var content: [String] {
    let bound = Set([id, parent, "key", "is_deleted", "customer_id", "deleted_at"] + fixed)
    return (Schema.table(name)?.columns.map(\.name) ?? []).filter { !bound.contains($0) }
  }

  /// Parent ?1, key ?2, then the fixed columns and the content.
  var insertSQL: String {
    let columns = [parent, "key"] + fixed + content
    let values = columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    return "INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(values)) "
      + "ON CONFLICT (\(parent), key) DO NOTHING"
  }

  /// Row ?1; the other parameters have the same numbers as in `insertSQL` (?2 stays unused).
  var updateSQL: String {
    let columns = fixed + content
    let values = columns.indices.map { "\(columns[$0]) = ?\($0 + 3)" }.joined(separator: ", ")
    let revival = self == .profiles ? "is_deleted = 0, deleted_at = NULL" : "is_deleted = 0"
    return "UPDATE \(name) SET \(revival), \(values) WHERE \(id) = ?1"
  }

  /// Row, hash, deletion mark, and the profile (for profiles: whether the stream lists it).
  var findSQL: String {
    let last = self == .profiles ? "is_listed" : fixed.contains("profile_id") ? "profile_id" : "NULL"
    return "SELECT \(id), hash, is_deleted, \(last) FROM \(name) WHERE \(parent) = ?1 AND key = ?2"
  }

  /// Row ?1, run ?2, time ?3.
  var removeSQL: String {
    let time = self == .profiles ? ", deleted_at = ?3" : ""
    return "UPDATE \(name) SET is_deleted = 1, run_id = ?2\(time) WHERE \(id) = ?1 AND is_deleted = 0"
  }
}

/// A stored row as `find` sees it.
struct StoredRow {
  var id: Int64
  var hash: Int64
  var isDeleted: Bool
  /// The profile that it belongs to; for profiles 1 when the stream lists it.
  var owner: Int64?
}

/// The statements of one table of records.
final class RowStatements {
  let table: RecordTable
  let insert: FastStatement
  let update: FastStatement
  let remove: FastStatement
  private let find: FastStatement

  init(_ table: RecordTable, in db: Database, arena: BindArena) throws {
    let sql = RowStatements.sql[table.rawValue]
    self.table = table
    find = try FastStatement(sql.find, in: db, arena: arena)
    insert = try FastStatement(sql.insert, in: db, arena: arena)
    update = try FastStatement(sql.update, in: db, arena: arena)
    remove = try FastStatement(sql.remove, in: db, arena: arena)
  }

  /// The row of that key, within a stream (or, for lines, an order).
  @inline(__always)
  func row(_ parent: Int64, _ key: String) throws -> StoredRow? {
    find.begin().integer(parent).text(key)
    defer { find.reset() }
    guard try find.step() else { return nil }
    return StoredRow(
      id: find.int64(0), hash: find.int64(1), isDeleted: find.int64(2) != 0, owner: find.optionalInt64(3))
  }

  private static let sql = RecordTable.allCases.map {
    (find: $0.findSQL, insert: $0.insertSQL, update: $0.updateSQL, remove: $0.removeSQL)
  }
}
