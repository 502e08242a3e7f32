import KithCore

/// A row that is not in its table yet.
struct PendingRow: BitwiseCopyable {
  let id: Int64
  /// The stream, or for lines the order.
  let parent: Int64
  let key: EncodedBatch.Text
  let hash: Int64
  /// The profile; `noProfile` for none.
  let profile: Int64
  let cells: EncodedBatch.Slice
  /// The place of the record that it comes from, with what hangs on it; negative when nothing does.
  let record: Int32

  static let noProfile = Int64.min

  var owner: Int64? { profile == PendingRow.noProfile ? nil : profile }
}

extension WriteSession {
  func writeRecord(_ record: EncodedBatch.Record, at index: Int) throws {
    // In a stream's first load nothing is there: the insert itself finds out when something is, after all.
    if memory.isFirstLoad { return try insert(record, at: index) }
    guard let stored = try storedRow(record.table, record.key) else {
      return try insert(record, at: index)
    }
    try write(record, over: stored)
  }

  private func insert(_ record: EncodedBatch.Record, at index: Int) throws {
    if record.table == .touchpoints { try noteTouchpoint(record.key) }
    counts.inserted += 1
    let profile = try profileID(of: view.person(of: record), at: record.at)
    if let profile { toRefresh.append(profile) }
    let row = PendingRow(
      id: takeID(record.table), parent: context.streamID, key: record.key, hash: record.hash,
      profile: profile ?? PendingRow.noProfile, cells: record.cells, record: Int32(index))
    pending[record.table.rawValue].append(row)
  }

  private func write(_ record: EncodedBatch.Record, over stored: StoredRow) throws {
    see(stored.id, in: record.table)
    if stored.hash == record.hash, !stored.isDeleted {
      counts.unchanged += 1
      return
    }
    counts.updated += 1
    let profile = try profileID(of: view.person(of: record), at: record.at)
    try update(stored, in: record.table, hash: record.hash, profile: profile, cells: record.cells)
    if record.table == .orders { try replaceLines(record, of: stored.id) }
    if record.derived >= 0 { try putDerived(view.derived[Int(record.derived)], profile: profile) }
  }

  /// Both the profile that loses a record and the one that gets it are queued.
  func update(
    _ stored: StoredRow, in table: RecordTable, hash: Int64, profile: Int64?, cells: EncodedBatch.Slice
  ) throws {
    let update = statements(table).update.begin().integer(stored.id)
    update.integer(hash).integer(context.run.rawValue)
    if table.hasProfile { update.integer(profile) }
    try update.cells(cells, width: table.contentWidth, in: view).run()
    sums.subtract(table, stored.summed)
    sums.add(table, cells, in: view)
    if let profile { toRefresh.append(profile) }
    if let old = stored.owner, old != profile { toRefresh.append(old) }
  }

  /// The touchpoint that an order, answer or ticket is. It is no record of its own, so it never counts.
  func putDerived(_ derived: EncodedBatch.Derived, profile: Int64?) throws {
    let hash = Self.hash(derived.hash, profile)
    if !memory.isFirstLoad, let stored = try storedRow(.touchpoints, derived.key) {
      if stored.hash != hash || stored.isDeleted {
        try update(stored, in: .touchpoints, hash: hash, profile: profile, cells: derived.cells)
      }
      return
    }
    try noteTouchpoint(derived.key)
    let row = PendingRow(
      id: takeID(.touchpoints), parent: context.streamID, key: derived.key, hash: hash,
      profile: profile ?? PendingRow.noProfile, cells: derived.cells, record: -1)
    pending[RecordTable.touchpoints.rawValue].append(row)
  }

  /// Of a touchpoint's content and whose it is.
  static func hash(_ content: Int64, _ profile: Int64?) -> Int64 {
    var hash = ContentHash()
    hash.combine(content)
    hash.combine(profile ?? 0)
    return hash.value
  }

  // MARK: rows that wait

  /// Brings everything that waits into the tables. Orders come before their lines and touchpoints.
  func flushRows() throws {
    try flushProfiles()
    try flushIdentifiers()
    let inOrder: [RecordTable] = [.orders, .products, .responses, .tickets, .traffic, .orderLines, .touchpoints]
    for table in inOrder { try flush(table) }
  }

  func flush(_ table: RecordTable) throws {
    var rows: [PendingRow] = []
    swap(&rows, &pending[table.rawValue])
    if rows.isEmpty { return }
    let width = table.contentWidth
    let hasProfile = table.hasProfile
    try statements(table).insert.insert(
      rows,
      { row, statement in
        statement.integer(row.id).integer(row.parent).text(row.key, in: view).integer(row.hash)
          .integer(context.run.rawValue)
        if hasProfile { statement.integer(row.owner) }
        statement.cells(row.cells, width: width, in: view)
      },
      settled: { rows, changes in
        if changes == rows.count {
          for row in rows { try settle(row, in: table) }
        } else {
          for row in rows { try settleOneByOne(row, in: table) }
        }
      })
  }

  /// The row is in its table: what hangs on it follows.
  private func settle(_ row: PendingRow, in table: RecordTable) throws {
    sums.add(table, row.cells, in: view)
    guard row.record >= 0 else {
      _ = memory.seen[table.rawValue].insert(row.id)
      return
    }
    see(row.id, in: table)
    let record = view.records[Int(row.record)]
    for line in view.lines[record.lines] where table == .orders { addLine(line, hash: line.hash, order: row.id) }
    if record.derived >= 0 {
      try putDerived(view.derived[Int(record.derived)], profile: row.owner)
    }
  }

  /// Some of a group's rows were there already, which nobody expected: it is found out which.
  private func settleOneByOne(_ row: PendingRow, in table: RecordTable) throws {
    guard let stored = try statements(table).row(row.parent, row.key, in: view) else {
      throw KithError(.bug, "a row is both there and not there", place: table.name, seen: view.string(row.key))
    }
    if stored.id == row.id { return try settle(row, in: table) }
    memory.isFirstLoad = false
    if row.record >= 0 {
      counts.inserted -= 1
      try write(view.records[Int(row.record)], over: stored)
    } else if table == .touchpoints, stored.hash != row.hash || stored.isDeleted {
      try update(stored, in: table, hash: row.hash, profile: row.owner, cells: row.cells)
    }
  }

  func addLine(_ line: EncodedBatch.Line, hash: Int64, order: Int64) {
    pending[RecordTable.orderLines.rawValue].append(
      PendingRow(
        id: takeID(.orderLines), parent: order, key: line.key, hash: hash, profile: PendingRow.noProfile,
        cells: line.cells, record: -1))
  }
}
