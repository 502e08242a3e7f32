import GRDB
import KithCore

/// Tells which records are stored already just as they are delivered, before anybody normalises them: of a full export
/// most are. Reads beside the writer, on a connection of its own; made for one run of one stream.
///
/// Records that were handed on in this run are never answered for, because what is stored of them may be about to
/// change. Nobody else writes the stream meanwhile: its source is leased.
public struct StoredVersions: Sendable {
  /// A stored row.
  public struct Row: Sendable {
    let table: RecordTable
    let id: Int64
  }

  /// What a delivered record is known by: its kind, its canonical key and the hash of all that was delivered, which is
  /// nil for what cannot be compared (a deletion).
  public struct Fingerprint: Sendable {
    public var kind: KithCore.Record.Kind
    public var key: String
    public var hash: Int64?

    public init(kind: KithCore.Record.Kind, key: String, hash: Int64?) {
      self.kind = kind
      self.key = key
      self.hash = hash
    }
  }

  private let store: HubStore
  /// Nil when nothing is to be found: the stream is new, or somebody was erased and each record must be looked at.
  private var streamID: Int64?
  private var handedOn: Set<PersonID> = []
  private var pace = Pace()

  /// Nothing is stored that a record could be equal to.
  public var isEmpty: Bool { streamID == nil }

  public init(store: HubStore, source: String, stream: String) throws(KithError) {
    self.store = store
    streamID = try store.read { db in
      let erased = try Int.fetchOne(db, sql: "SELECT 1 FROM suppressions LIMIT 1") != nil
      let id = try Int64.fetchOne(
        db,
        sql: """
          SELECT stream_id FROM streams AS st JOIN sources AS s USING (source_id) WHERE s.name = ? AND st.name = ?
          """, arguments: [source, stream])
      return try erased || id.map { try StreamWriter.isEmpty($0, in: db) } ?? true ? nil : id
    }
  }

  /// For each record its row when it is stored just like that, else nil.
  public mutating func rows(of records: [Fingerprint?]) throws(KithError) -> [Row?] {
    guard let streamID else { return [Row?](repeating: nil, count: records.count) }
    defer { forgetIfCrowded() }
    guard pace.isWorthwhile else {
      pace.skip()
      for case .some(let record) in records { handedOn.insert(Self.id(of: record)) }
      return [Row?](repeating: nil, count: records.count)
    }
    let handedOn = self.handedOn
    let (rows, sent) = try store.read { db in try Self.rows(of: records, streamID, handedOn, in: db) }
    self.handedOn.formUnion(sent)
    pace.learn(found: rows.count { $0 != nil }, of: rows.count)
    return rows
  }

  /// With very many changed records there is little to be saved, and remembering them takes memory.
  private mutating func forgetIfCrowded() {
    if handedOn.count <= store.memory.rememberedItems * 2 { return }
    streamID = nil
    handedOn = []
  }

  private static func rows(
    of records: [Fingerprint?], _ streamID: Int64, _ handedOn: Set<PersonID>, in db: Database
  ) throws -> (rows: [Row?], sent: Set<PersonID>) {
    let arena = BindArena()
    let tables = try RecordTable.allCases.map { try FastStatement($0.findSQL, in: db, arena: arena) }
    var sent: Set<PersonID> = []
    var rows: [Row?] = []
    rows.reserveCapacity(records.count)
    for record in records {
      let found = try record.flatMap { try row(of: $0, streamID, tables) }
      let id = record.map(id(of:))
      let isSettled = id.map { !handedOn.contains($0) && !sent.contains($0) } ?? false
      if found == nil || !isSettled, let id { sent.insert(id) }
      rows.append(isSettled ? found : nil)
    }
    return (rows, sent)
  }

  private static func row(
    of record: Fingerprint, _ streamID: Int64, _ tables: [FastStatement]
  ) throws -> Row? {
    let table = RecordTable(record.kind)
    let find = tables[table.rawValue]
    if record.hash == nil { return nil }
    find.begin().integer(streamID).text(record.key)
    defer { find.reset() }
    guard try find.step(), find.int64(1) == record.hash, find.int64(2) == 0 else { return nil }
    // A profile that was only met in records is not what a listing says.
    if table == .profiles, find.int64(3) != 1 { return nil }
    return Row(table: table, id: find.int64(0))
  }

  private static func id(of record: Fingerprint) -> PersonID {
    PersonID(record.key, seed: UInt64(RecordTable(record.kind).rawValue))
  }

  /// Looking costs about as much as a third of normalising: where little is found, only one batch in sixteen is tried.
  private struct Pace {
    private var waiting = 0

    var isWorthwhile: Bool { waiting == 0 }

    mutating func skip() { waiting = max(0, waiting - 1) }

    mutating func learn(found: Int, of count: Int) { if found * 4 < count { waiting = 15 } }
  }
}
