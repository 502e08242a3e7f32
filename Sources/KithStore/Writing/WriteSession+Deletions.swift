import KithCore

extension WriteSession {
  /// The tool says that a record is gone. A record that the hub never had, or no longer has, is unchanged.
  func remove(_ deletion: Deletion) throws {
    try indexTouchpoints()
    let table = RecordTable(deletion.kind)
    if table == .profiles { memory.persons.forget(KeyHash(deletion.key)) }
    prefetch.forget(table, KeyHash(deletion.key))
    guard let stored = try statements(table).row(context.streamID, deletion.key), !stored.isDeleted else {
      counts.unchanged += 1
      return
    }
    sums.subtract(table, stored.summed)
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
      try removeLines(of: id)
      try removeDerived("order:" + key)
    case .responses: try removeDerived("response:" + key)
    case .tickets: try removeDerived("ticket:" + key)
    case .touchpoints, .products, .orderLines, .traffic: break
    }
    if let owner { toRefresh.append(owner) }
  }

  private func removeDerived(_ key: String) throws {
    prefetch.forget(.touchpoints, KeyHash(key))
    guard let stored = try statements(.touchpoints).row(context.streamID, key) else { return }
    try statements(.touchpoints).remove.begin().integer(stored.id).integer(context.run.rawValue).run()
    sums.subtract(.touchpoints, stored.summed)
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
          sums.subtract(table, row.summed)
          try remove(row.id, from: table, key: row.key, owner: table == .profiles ? nil : row.owner)
        }
      }
    }
  }

  /// Of days whose traffic was delivered whole: rows that this run did not bring. What comes late is counted under
  /// another origin than it was at first.
  func removeUnseenTraffic(of days: ClosedRange<CalendarDate>) throws {
    let condition = "AND date BETWEEN '\(days.lowerBound.iso)' AND '\(days.upperBound.iso)'"
    while case let rows = try unseen(in: .traffic, condition), !rows.isEmpty {
      for row in rows {
        counts.read += 1
        counts.deleted += 1
        try remove(row.id, from: .traffic, key: row.key, owner: nil)
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

  private func unseenLines() throws -> [UnseenRow] {
    try unseenRows(
      of: .orderLines,
      """
      SELECT l.order_line_id, o.key, l.order_id, \(Self.used(.orderLines, of: "l")) FROM orders AS o JOIN order_lines AS l USING (order_id)
      WHERE o.stream_id = ? AND o.header_line IS NOT NULL AND NOT l.is_deleted
      """)
  }

  private func removeUnseenLine(_ row: UnseenRow, _ without: inout Set<Int64>) throws {
    let order = row.owner ?? 0
    try statements(.orderLines).remove.begin().integer(row.id).integer(context.run.rawValue).run()
    sums.subtract(.orderLines, row.summed)
    counts.read += 1
    counts.deleted += 1
    without.insert(order)
    if memory.seen[RecordTable.orders.rawValue].contains(order), var state = try loadFlatOrder(row.key) {
      state.isTouched = true
      flatOrders[row.key] = state
    }
  }

  /// A row that a listing lacks, with its profile (for lines: its order) and what it adds to sums.
  private typealias UnseenRow = (id: Int64, key: String, owner: Int64?, summed: [SumValue])

  private static func used(_ table: RecordTable, of alias: String) -> String {
    table.usedColumns.map { "\(alias).\($0)" }.joined(separator: ", ")
  }

  private func unseen(in table: RecordTable) throws -> [UnseenRow] {
    // Persons met in records, and touchpoints made from them, are not listed: their records are.
    let condition =
      switch table {
      case .profiles: "AND is_listed"
      case .touchpoints: "AND origin = 'touchpoint'"
      default: ""
      }
    return try unseen(in: table, condition)
  }

  private func unseen(in table: RecordTable, _ condition: String) throws -> [UnseenRow] {
    let owner = table.hasProfile ? "profile_id" : "NULL"
    return try unseenRows(
      of: table,
      """
      SELECT \((["\(table.id), key, \(owner)"] + table.usedColumns).joined(separator: ", ")) FROM \(table.name)
      WHERE stream_id = ? AND NOT is_deleted \(condition)
      """)
  }

  /// The first rows that were not seen, so that memory grows neither with the table nor with what is found in it.
  private func unseenRows(of table: RecordTable, _ sql: String) throws -> [UnseenRow] {
    let statement = try db.statement(sql, hasManyRows: true)
    defer { statement.reset() }
    statement.begin().integer(context.streamID)
    var rows: [UnseenRow] = []
    while rows.count < Self.pageSize, try statement.step() {
      let id = statement.int64(0)
      if memory.seen[table.rawValue].contains(id) { continue }
      rows.append(
        (
          id: id, key: statement.optionalText(1) ?? "", owner: statement.optionalInt64(2),
          summed: table.usedValues(statement, from: 3)
        ))
    }
    return rows
  }
}
