import GRDB
import KithCore

/// One transaction of a stream's writer: its statements, what it counts, and which profiles it queues.
final class WriteSession {
  let db: Database
  let context: StreamWriter.Context
  let now: Timestamp
  let arena = BindArena()
  let tables: [RowStatements]
  let parts: ProfileStatements
  let orderSQL: OrderStatements
  var memory: StreamWriter.Memory
  var counts = RunCounts()
  var toResolve: [Int64] = []
  var toRefresh: [Int64] = []
  var dirtyPersons: [String] = []
  /// Identifiers of listed profiles, written together at the end of the batch.
  var newIdentifiers: [(profile: Int64, identifier: CanonicalIdentifier)] = []
  var flatOrders: [String: FlatOrderState] = [:]
  /// Known once somebody has asked.
  var identifierIndexExists: Bool?

  init(_ db: Database, context: StreamWriter.Context, memory: StreamWriter.Memory, now: Timestamp) throws {
    self.db = db
    self.context = context
    self.memory = memory
    self.now = now
    let arena = arena
    tables = try RecordTable.allCases.map { try RowStatements($0, in: db, arena: arena) }
    parts = try ProfileStatements(db, arena: arena)
    orderSQL = try OrderStatements(db, arena: arena)
  }

  func statements(_ table: RecordTable) -> RowStatements { tables[table.rawValue] }

  func write(_ batch: StoreBatch) throws -> RunCounts {
    if batch.snapshot == .begins || batch.snapshot == .whole {
      memory.isListing = true
      memory.seen = [SeenRows](repeating: SeenRows(), count: RecordTable.allCases.count)
    }
    try batch.records.withUnsafeBufferPointer { try write($0) }
    try flushFlatOrders()
    try flushIdentifiers()
    try flushPersons()
    try writeRejects(batch)
    if batch.snapshot == .ends || batch.snapshot == .whole {
      if memory.isListing { try removeUnseen() }
      memory.isListing = false
    }
    try flushQueues()
    try writeCheckpoint(batch.checkpoint)
    try writeCounts()
    return counts
  }

  /// Records are read in place: copying one costs as much as looking it up.
  private func write(_ records: UnsafeBufferPointer<CanonicalRecord>) throws {
    let losers = RecordKey.losers(in: records)
    for index in records.indices {
      counts.read += 1
      if !losers.isEmpty, losers.contains(index) {
        counts.unchanged += 1
        counts.duplicates += 1
      } else if !context.suppressed.isEmpty, isSuppressed(records[index]) {
        counts.suppressed += 1
      } else if case .profile = records[index].record, let person = records[index].person {
        try writeProfile(person, hash: records[index].hash)
      } else {
        try write(records[index])
      }
    }
  }

  private func write(_ record: CanonicalRecord) throws {
    switch record.record {
    case .profile(let profile):
      try writeProfile(CanonicalProfile(key: profile.key, kind: profile.kind), hash: record.hash)
    case .touchpoint(let touchpoint): try writeTouchpoint(touchpoint, record)
    case .order(let order): try writeOrder(order, record)
    case .orderLine(let row): try writeFlatLine(row, record)
    case .product(let product): try writeProduct(product, record)
    case .response(let response): try writeResponse(response, record)
    case .ticket(let ticket): try writeTicket(ticket, record)
    case .deletion(let deletion): try remove(deletion)
    }
  }

  private func isSuppressed(_ record: CanonicalRecord) -> Bool {
    record.person?.identifiers.contains { context.suppressed.contains(HubStore.suppressionHash(of: $0)) } ?? false
  }

  /// Notes that a row was delivered; one that comes twice in a listing is a duplicate.
  func see(_ id: Int64, in table: RecordTable) {
    if !memory.seen[table.rawValue].insert(id) { counts.duplicates += 1 }
  }

  /// Queues in bulk and in order: rows of one page are written together.
  private func flushQueues() throws {
    for (queue, profiles) in [("resolve_queue", toResolve), ("refresh_queue", toRefresh)] where !profiles.isEmpty {
      let insert = try BulkInsert(
        "INSERT INTO \(queue) (profile_id) VALUES", columns: 1, rows: 64, ending: "ON CONFLICT DO NOTHING", in: db,
        arena: arena)
      try insert.insert(profiles.sorted()) { $1.integer($0) }
    }
  }

  private func writeCheckpoint(_ checkpoint: Checkpoint?) throws {
    guard let checkpoint else { return }
    try db.execute(
      sql: """
        INSERT INTO checkpoints (stream_id, checkpoint, run_id, updated_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (stream_id) DO UPDATE SET checkpoint = excluded.checkpoint, run_id = excluded.run_id,
          updated_at = excluded.updated_at
        """, arguments: [context.streamID, checkpoint.text, context.run.rawValue, now.sqlText])
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

extension HubStore {
  /// What stands in `suppressions` for an identifier.
  static func suppressionHash(of identifier: CanonicalIdentifier) -> Int64 {
    var hash = ContentHash()
    hash.combine(Int64(identifier.kind.rawValue))
    hash.combine(identifier.namespace)
    hash.combine(identifier.value)
    return hash.value
  }
}

/// What makes two records of a batch the same one.
private struct RecordKey: Hashable {
  let table: Int
  let key: String
  let line: String?

  init(_ record: CanonicalRecord) {
    switch record.record {
    case .profile(let profile): self.init(.profiles, profile.key)
    case .touchpoint(let touchpoint): self.init(.touchpoints, touchpoint.key)
    case .order(let order): self.init(.orders, order.key)
    case .orderLine(let row): self.init(row.line == nil ? .orders : .orderLines, row.order.key, line: row.line?.key)
    case .product(let product): self.init(.products, product.key)
    case .response(let response): self.init(.responses, response.key)
    case .ticket(let ticket): self.init(.tickets, ticket.key)
    case .deletion(let deletion): self.init(RecordTable(deletion.kind), deletion.key)
    }
  }

  private init(_ table: RecordTable, _ key: String, line: String? = nil) {
    self.table = table.rawValue
    self.key = key
    self.line = line
  }

  /// The positions of records that a later one of the same key replaces.
  static func losers(in records: UnsafeBufferPointer<CanonicalRecord>) -> Set<Int> {
    var met = Set<RecordKey>(minimumCapacity: records.count)
    var losers: Set<Int> = []
    for index in records.indices.reversed() {
      let isLast =
        if case .profile = records[index].record, let key = records[index].person?.key {
          met.insert(RecordKey(.profiles, key)).inserted
        } else {
          met.insert(RecordKey(records[index])).inserted
        }
      if !isLast { losers.insert(index) }
    }
    return losers
  }
}
