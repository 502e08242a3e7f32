import KithCore

/// Rows that are likely to be asked for next: full exports mostly come in the order in which they came before, and
/// reading on costs much less than finding each by its key.
struct ReadAhead: Sendable {
  /// By key: the row and its hash. Those that are deleted, or were only met in records, are not in it.
  private(set) var rows: [KeyHash: (id: Int64, hash: Int64)] = [:]
  private(set) var table = RecordTable.profiles
  /// The last row that was found by its key, 0 before the first.
  private var last: Int64 = 0

  static let size: Int64 = 4_096
  /// Rows found one after the other that lie as close as this are in order.
  private static let near: Int64 = 32

  /// Notes a row that had to be found by its key; true when those behind it are worth reading.
  mutating func isInOrder(_ id: Int64, in table: RecordTable) -> Bool {
    defer { (last, self.table) = (id, table) }
    return table == self.table && id > last && id - last <= Self.near
  }

  mutating func replace(_ rows: [KeyHash: (id: Int64, hash: Int64)]) { self.rows = rows }
}

extension StoredVersions {
  /// Looks up the records of one batch in one snapshot.
  struct Lookup {
    private(set) var rows: [Row?] = []
    /// Those that are handed on.
    private(set) var sent: Set<KeyHash> = []
    private(set) var ahead: ReadAhead
    private let streamID: Int64
    private let handedOn: Set<KeyHash>
    private let tables: [FastStatement]
    private let following: [FastStatement?]
    private let db: StoreConnection
    /// Over a network all keys of a batch are asked for at once.
    private let prefetch: Prefetch?

    init(streamID: Int64, handedOn: Set<KeyHash>, ahead: ReadAhead, in db: StoreConnection) throws {
      self.streamID = streamID
      self.handedOn = handedOn
      self.ahead = ahead
      let arena = BindArena()
      self.db = db
      prefetch = db.isRemote ? Prefetch() : nil
      tables = try RecordTable.allCases.map { try FastStatement($0.findSQL, in: db, arena: arena) }
      following = try RecordTable.allCases.map { table in
        try table.followingSQL.map { try FastStatement($0, in: db, arena: arena) }
      }
    }

    mutating func find(_ records: [Fingerprint?]) throws {
      rows.reserveCapacity(records.count)
      try askAhead(records)
      for record in records {
        guard let record else {
          rows.append(nil)
          continue
        }
        let id = StoredVersions.id(of: record)
        let isSettled = !handedOn.contains(id) && !sent.contains(id)
        let found = isSettled ? try row(of: record, id) : nil
        if found == nil { sent.insert(id) }
        rows.append(found)
      }
    }

    private func askAhead(_ records: [Fingerprint?]) throws {
      guard let prefetch else { return }
      var keys = [[String]](repeating: [], count: RecordTable.allCases.count)
      for case .some(let record) in records where record.hash != nil {
        let id = StoredVersions.id(of: record)
        if !handedOn.contains(id) { keys[RecordTable(record.kind).rawValue].append(record.key) }
      }
      for table in RecordTable.allCases {
        try prefetch.askForRows(table, keys[table.rawValue], stream: streamID, in: db)
      }
    }

    private mutating func row(of record: Fingerprint, _ id: KeyHash) throws -> Row? {
      guard let hash = record.hash else { return nil }
      let table = RecordTable(record.kind)
      if let prefetch {
        let stored = prefetch.takeRow(table, KeyHash(record.key)) ?? nil
        return stored.flatMap { Self.isSame($0, hash, table) ? Row(table: table, id: $0.id) : nil }
      }
      if table == ahead.table, let next = ahead.rows[id] {
        return next.hash == hash ? Row(table: table, id: next.id) : nil
      }
      let find = tables[table.rawValue]
      find.begin().integer(streamID).text(record.key)
      guard try find.step() else {
        find.reset()
        return nil
      }
      let stored = StoredRow(
        id: find.int64(0), hash: find.int64(1), isDeleted: find.int64(2) != 0, owner: find.optionalInt64(3))
      find.reset()
      if ahead.isInOrder(stored.id, in: table) { try readAhead(stored.id, in: table) }
      return Self.isSame(stored, hash, table) ? Row(table: table, id: stored.id) : nil
    }

    /// A profile that was only met in records is not what a listing says.
    private static func isSame(_ stored: StoredRow, _ hash: Int64, _ table: RecordTable) -> Bool {
      stored.hash == hash && !stored.isDeleted && (table != .profiles || stored.owner == 1)
    }

    private mutating func readAhead(_ id: Int64, in table: RecordTable) throws {
      guard let statement = following[table.rawValue] else { return }
      var rows: [KeyHash: (id: Int64, hash: Int64)] = [:]
      rows.reserveCapacity(Int(ReadAhead.size))
      statement.begin().integer(id).integer(id + ReadAhead.size).integer(streamID)
      while try statement.step() {
        let key = statement.withText(2) { KeyHash($0, seed: UInt64(table.rawValue)) }
        rows[key] = (statement.int64(0), statement.int64(1))
      }
      statement.reset()
      ahead.replace(rows)
    }
  }
}
