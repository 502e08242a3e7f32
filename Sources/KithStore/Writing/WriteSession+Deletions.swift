import GRDB
import KithCore

extension WriteSession {
  /// The tool says that a record is gone. A record that the hub never had, or no longer has, is unchanged.
  func remove(_ deletion: Deletion) throws {
    try indexTouchpoints()
    let table = RecordTable(deletion.kind)
    if table == .profiles { memory.persons.forget(KeyHash(deletion.key)) }
    guard let stored = try statements(table).row(context.streamID, deletion.key), !stored.isDeleted else {
      counts.unchanged += 1
      return
    }
    try remove(stored.id, from: table, key: deletion.key, owner: stored.owner)
    counts.deleted += 1
  }

  /// Marks a row deleted, with all that hangs on it, and queues its profile.
  private func remove(_ id: Int64, from table: RecordTable, key: String, owner: Int64?) throws {
    let remove = statements(table).remove.begin().integer(id).integer(context.run.rawValue)
    if table == .profiles { remove.time(now) }
    try remove.run()
    switch table {
    case .profiles:
      toResolve.append(id)
      return
    case .orders:
      try orderSQL.removeLines.begin().integer(id).integer(context.run.rawValue).run()
      try removeDerived("order:" + key)
    case .responses: try removeDerived("response:" + key)
    case .tickets: try removeDerived("ticket:" + key)
    case .touchpoints, .products, .orderLines: break
    }
    if let owner { toRefresh.append(owner) }
  }

  private func removeDerived(_ key: String) throws {
    guard let stored = try statements(.touchpoints).row(context.streamID, key) else { return }
    try statements(.touchpoints).remove.begin().integer(stored.id).integer(context.run.rawValue).run()
  }

  /// At the end of a complete listing: what was not in it is gone at the source.
  func removeUnseen() throws {
    try indexTouchpoints()
    let orders = try removeUnseenLines()
    for table in RecordTable.allCases where table != .orderLines {
      while case let rows = try unseen(in: table), !rows.isEmpty {
        for row in rows {
          // Orders that went with their lines are counted by the lines.
          if table != .orders || !orders.contains(row.id) {
            counts.read += 1
            counts.deleted += 1
          }
          try remove(row.id, from: table, key: row.key, owner: table == .profiles ? nil : row.owner)
        }
      }
    }
  }

  /// Rows that are looked up at once: a listing that lacks a million of them takes no more memory than this many.
  private static let pageSize = 20_000

  /// Removes unseen lines of flat orders, puts the orders that keep others together again, and returns the rest.
  private func removeUnseenLines() throws -> Set<Int64> {
    var without: Set<Int64> = []
    while case let gone = try unseenLines(), !gone.isEmpty {
      for row in gone { try removeUnseenLine(row, &without) }
      try flushFlatOrders()
    }
    return without
  }

  private func unseenLines() throws -> [Row] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT l.order_line_id, l.order_id, o.key FROM orders AS o JOIN order_lines AS l USING (order_id)
        WHERE o.stream_id = ? AND o.header_line IS NOT NULL AND l.is_deleted = 0
        """, arguments: [context.streamID], limit: Self.pageSize,
      where: { !memory.seen[RecordTable.orderLines.rawValue].contains($0[0]) })
  }

  private func removeUnseenLine(_ row: Row, _ without: inout Set<Int64>) throws {
    let (line, order, key): (Int64, Int64, String) = (row[0], row[1], row[2])
    try statements(.orderLines).remove.begin().integer(line).integer(context.run.rawValue).run()
    counts.read += 1
    counts.deleted += 1
    without.insert(order)
    if memory.seen[RecordTable.orders.rawValue].contains(order), var state = try loadFlatOrder(key) {
      state.isTouched = true
      flatOrders[key] = state
    }
  }

  private func unseen(in table: RecordTable) throws -> [(id: Int64, key: String, owner: Int64?)] {
    let owner = table == .profiles || table == .products ? "NULL" : "profile_id"
    // Persons met in records, and touchpoints made from them, are not listed: their records are.
    let condition =
      switch table {
      case .profiles: "AND is_listed = 1"
      case .touchpoints: "AND origin = 'touchpoint'"
      default: ""
      }
    let rows = try Row.fetchAll(
      db,
      sql: "SELECT \(table.id), key, \(owner) FROM \(table.name) WHERE stream_id = ? AND is_deleted = 0 \(condition)",
      arguments: [context.streamID], limit: Self.pageSize,
      where: { !memory.seen[table.rawValue].contains($0[0]) })
    return rows.map { (id: $0[0], key: $0[1], owner: $0[2]) }
  }
}

extension Row {
  /// The first rows that pass, so that memory grows neither with the table nor with what is found in it.
  fileprivate static func fetchAll(
    _ db: Database, sql: String, arguments: StatementArguments, limit: Int, where isIncluded: (Row) -> Bool
  ) throws -> [Row] {
    var rows: [Row] = []
    let cursor = try Row.fetchCursor(db, sql: sql, arguments: arguments)
    while rows.count < limit, let row = try cursor.next() {
      if isIncluded(row) { rows.append(row.copy()) }
    }
    return rows
  }
}
