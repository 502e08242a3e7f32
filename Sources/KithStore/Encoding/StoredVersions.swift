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
  private var handedOn: Set<KeyHash> = []
  private var pace = Pace()
  private var ahead = ReadAhead()

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
    let (handedOn, ahead) = (self.handedOn, self.ahead)
    let found = try store.read { db in
      var lookup = try Lookup(streamID: streamID, handedOn: handedOn, ahead: ahead, in: db)
      try lookup.find(records)
      return lookup
    }
    self.handedOn.formUnion(found.sent)
    self.ahead = found.ahead
    pace.learn(found: found.rows.count { $0 != nil }, of: found.rows.count)
    return found.rows
  }

  /// With very many changed records there is little to be saved, and remembering them takes memory.
  private mutating func forgetIfCrowded() {
    if handedOn.count <= store.memory.rememberedItems * 2 { return }
    streamID = nil
    handedOn = []
  }

  static func id(of record: Fingerprint) -> KeyHash {
    KeyHash(record.key, seed: UInt64(RecordTable(record.kind).rawValue))
  }

  /// Where little is found looking is wasted: only one batch in sixteen is tried.
  private struct Pace {
    private var waiting = 0

    var isWorthwhile: Bool { waiting == 0 }

    mutating func skip() { waiting = max(0, waiting - 1) }

    mutating func learn(found: Int, of count: Int) { if found * 4 < count { waiting = 15 } }
  }
}
