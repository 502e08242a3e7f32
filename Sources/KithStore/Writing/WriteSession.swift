import KithCore

/// One batch of a stream's writer, in a transaction that others may share: its statements, what it counts, and which
/// profiles it queues.
///
/// New rows are kept until there are enough for a statement that inserts many, or until something needs to see them.
final class WriteSession {
  let db: StoreConnection
  let context: StreamWriter.Context
  let now: Timestamp
  let view: BatchView
  let typed: [CanonicalRecord]
  let arena = BindArena()
  private var tables: [RowStatements]
  let parts: ProfileStatements
  let orderSQL: OrderStatements
  let memory: StreamWriter.Memory
  var counts = RunCounts()
  var toResolve: [Int64] = []
  var toRefresh: [Int64] = []
  let sums: SumChanges
  var dirtyPersons: [KeyHash] = []
  /// New rows of each table, and of profiles.
  var pending = [[PendingRow]](repeating: [], count: RecordTable.allCases.count)
  var pendingProfiles: [PendingProfile] = []
  /// How many of them the stream lists by itself.
  var pendingListed = 0
  /// Identifiers of new or rewritten profiles, by their place in the batch.
  var newIdentifiers: [(profile: Int64, identifier: Int)] = []
  /// The next free number of each table.
  private var nextIDs: [Int64]
  var flatOrders: [String: FlatOrderState] = [:]
  let prefetch = Prefetch()
  /// Known once somebody has asked.
  var identifierIndexExists: Bool?

  init(
    _ db: StoreConnection, _ view: BatchView, typed: [CanonicalRecord], context: StreamWriter.Context,
    memory: StreamWriter.Memory, now: Timestamp
  ) throws {
    self.db = db
    self.view = view
    self.typed = typed
    self.context = context
    self.memory = memory
    self.now = now
    sums = SumChanges(source: context.source)
    let arena = arena
    // Another process may have built it, and whoever does not know all keys needs it.
    if try HubStore.isTouchpointIndexBuilt(in: db) {
      memory.newKeys = nil
    } else if memory.newKeys == nil {
      try HubStore.buildTouchpointIndex(in: db)
    }
    let isIndexed = memory.newKeys == nil
    tables = try RecordTable.allCases.map { table in
      try RowStatements(table, hasKeyIndex: table != .touchpoints || isIndexed, in: db, arena: arena)
    }
    parts = try ProfileStatements(db, arena: arena)
    orderSQL = try OrderStatements(db, arena: arena)
    nextIDs = try tables.map { try $0.nextID() }
  }

  func statements(_ table: RecordTable) -> RowStatements { tables[table.rawValue] }

  /// The stored row of a record's key, within the stream.
  func storedRow(_ table: RecordTable, _ key: EncodedBatch.Text) throws -> StoredRow? {
    if db.isRemote {
      let address = UnsafeRawPointer(view.address(key.offset))
      let hash = KeyHash(UnsafeRawBufferPointer(start: address, count: Int(key.count)))
      if let known = prefetch.takeRow(table, hash) { return known }
    }
    return try statements(table).row(context.streamID, key, in: view)
  }

  func replaceTouchpointStatements() throws {
    tables[RecordTable.touchpoints.rawValue] = try RowStatements(.touchpoints, hasKeyIndex: true, in: db, arena: arena)
  }

  func takeID(_ table: RecordTable) -> Int64 {
    defer { nextIDs[table.rawValue] += 1 }
    return nextIDs[table.rawValue]
  }

  func write(_ batch: EncodedBatch) throws -> RunCounts {
    if batch.snapshot == .begins || batch.snapshot == .whole {
      memory.isListing = true
      memory.seen = [SeenRows](repeating: SeenRows(), count: RecordTable.allCases.count)
    }
    for row in batch.unchanged {
      counts.read += 1
      counts.unchanged += 1
      see(row.id, in: row.table)
    }
    try askAhead()
    for index in view.records.indices { try write(view.records[index], at: index) }
    try flushFlatOrders()
    try flushRows()
    try flushPersons()
    try writeRejects(batch)
    try markDeliveries(batch)
    if batch.snapshot == .ends || batch.snapshot == .whole {
      if memory.isListing {
        try removeUnseen()
        try flushRows()
      }
      memory.isListing = false
    }
    // In a stream's first load there is nothing from before.
    for days in batch.wholeDays where !memory.isFirstLoad { try removeUnseenTraffic(of: days) }
    memory.persons.makeRoom()
    memory.expectsNew = counts.inserted * 10 > counts.read * 9
    try sums.flush(into: db, arena: arena)
    try flushQueues()
    try writeCounts()
    try writeCheckpoint(batch.checkpoint)
    return counts
  }

  private func write(_ record: EncodedBatch.Record, at index: Int) throws {
    counts.read += 1
    if record.isReplaced {
      counts.unchanged += 1
      counts.duplicates += 1
    } else if !context.suppressed.isEmpty, isSuppressed(record) {
      counts.suppressed += 1
    } else if record.typed >= 0 {
      try writeTyped(record)
    } else if record.table == .profiles {
      try writeProfile(record)
    } else {
      try writeRecord(record, at: index)
    }
  }

  private func writeTyped(_ record: EncodedBatch.Record) throws {
    switch typed[Int(record.typed)].record {
    case .orderLine(let row): try writeFlatLine(row, record)
    case .deletion(let deletion):
      // What was delivered before must be in the tables first.
      try flushFlatOrders()
      try flushRows()
      try remove(deletion)
    default: throw KithError(.bug, "a record was kept in a form that the writer does not know", place: context.source)
    }
  }

  private func isSuppressed(_ record: EncodedBatch.Record) -> Bool {
    guard let person = view.person(of: record) else { return false }
    return view.identifiers[person.identifiers].contains { context.suppressed.contains($0.hash) }
  }

  /// Notes that a row was delivered; one that comes twice in a listing is a duplicate.
  func see(_ id: Int64, in table: RecordTable) {
    if !memory.seen[table.rawValue].insert(id) { counts.duplicates += 1 }
  }

  private func flushQueues() throws {
    try HubStore.enqueue(toResolve, in: "resolve_queue", db, arena: arena)
    try HubStore.enqueue(toRefresh, in: "refresh_queue", db, arena: arena)
  }

  private func writeCheckpoint(_ checkpoint: Checkpoint?) throws {
    guard let checkpoint else { return }
    let read = try Int64.fetchOne(
      db, sql: "SELECT read FROM run_streams WHERE run_id = ? AND stream_id = ?",
      arguments: [context.run.rawValue, context.streamID])
    let seal = CheckpointSeal.value(
      stream: context.streamID, checkpoint: checkpoint.text, run: context.run.rawValue, read: read ?? 0)
    try db.execute(
      sql: """
        INSERT INTO checkpoints (stream_id, checkpoint, run_id, updated_at, read, seal) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (stream_id) DO UPDATE SET checkpoint = excluded.checkpoint, run_id = excluded.run_id,
          updated_at = excluded.updated_at, read = excluded.read, seal = excluded.seal
        """, arguments: [context.streamID, checkpoint.text, context.run.rawValue, now.sqlText, read, seal])
  }

  private func writeCounts() throws {
    guard counts.isBalanced else {
      throw KithError(.bug, "the counts of a batch do not add up", place: context.source, seen: "\(counts)")
    }
    let sums = counts.columns.map { "\($0.name) = \($0.name) + \($0.value)" }.joined(separator: ", ")
    try db.execute(
      sql: "UPDATE run_streams SET \(sums) WHERE run_id = ? AND stream_id = ?",
      arguments: [context.run.rawValue, context.streamID])
  }
}
