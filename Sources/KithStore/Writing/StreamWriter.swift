import KithCore

/// Writes one stream's batches, each whole in one transaction with its quarantine rows, checkpoint and counts.
///
/// Made for one run of one stream and used from one task at a time. After an error it refuses further batches, because
/// what it remembers of the stream may be ahead of what was rolled back: make a new one, which goes on from the
/// stored checkpoint.
public final class StreamWriter {
  /// What the writer remembers between batches. A class, because a copy of what it holds would be made otherwise
  /// whenever a batch begins to change it.
  final class Memory {
    var persons: PersonCache
    var seen = [SeenRows](repeating: SeenRows(), count: RecordTable.allCases.count)
    /// Whether a complete listing is under way that this writer has seen from its start.
    var isListing = false
    /// Whether most profiles of the last batch were new: then inserting without looking first is faster.
    var expectsNew: Bool
    /// Nothing of the stream was there when the writer began: whatever comes is new, unless it comes twice.
    var isFirstLoad: Bool
    /// The keys of the touchpoints that this writer stored while their index is put off; nil when there is one.
    var newKeys: NewKeys?

    init(isFirstLoad: Bool, newKeys: NewKeys?, personCapacity: Int) {
      self.isFirstLoad = isFirstLoad
      self.newKeys = newKeys
      expectsNew = isFirstLoad
      persons = PersonCache(capacity: personCapacity)
      persons.isComplete = isFirstLoad
    }
  }

  /// What does not change during a run.
  struct Context {
    let source: String
    let streamID: Int64
    let run: RunID
    let money: MoneySettings
    /// Hashes of the identifiers of erased persons.
    let suppressed: Set<Int64>
  }

  private let store: HubStore
  private let context: Context
  private let time: any TimeSource
  /// Nil while a batch is written, and for good after one that failed.
  private var memory: Memory?
  private var encoder: BatchEncoder

  public init(
    store: HubStore, source: String, stream: String, run: RunID, money: MoneySettings, time: any TimeSource
  ) throws(KithError) {
    self.store = store
    self.time = time
    encoder = BatchEncoder(money: money)
    (context, memory) = try store.write { db in
      try HubStore.deferIndexes(in: db)
      try HubStore.settleObservations(in: db)
      let streamID = try HubStore.streamID(stream, source: source, in: db)
      try db.execute(
        sql: "INSERT INTO run_streams (run_id, stream_id, status) VALUES (?, ?, 'running') ON CONFLICT DO NOTHING",
        arguments: [run.rawValue, streamID])
      try db.execute(
        sql: """
          INSERT INTO run_checkpoints (run_id, stream_id, checkpoint_before)
          SELECT ?, stream_id, \(HubStore.shortened("checkpoint")) FROM checkpoints WHERE stream_id = ?
          ON CONFLICT DO NOTHING
          """, arguments: [run.rawValue, streamID])
      let suppressed = try Int64.fetchSet(db, sql: "SELECT value_hash FROM suppressions")
      let context = Context(source: source, streamID: streamID, run: run, money: money, suppressed: suppressed)
      let isFirstLoad = try Self.isEmpty(streamID, in: db)
      let isFirstTouchpoint = try Int.fetchOne(db, sql: "SELECT 1 FROM touchpoints LIMIT 1") == nil
      let memory = Memory(
        isFirstLoad: isFirstLoad,
        newKeys: isFirstLoad && isFirstTouchpoint ? NewKeys(limit: store.memory.rememberedItems * 16) : nil,
        personCapacity: store.memory.rememberedItems)
      return (context, memory)
    }
  }

  /// Whether nothing of the stream is stored.
  static func isEmpty(_ streamID: Int64, in db: StoreConnection) throws -> Bool {
    for table in RecordTable.allCases where table.parent == "stream_id" {
      let sql = "SELECT 1 FROM \(table.name) WHERE stream_id = ? LIMIT 1"
      if try Int.fetchOne(db, sql: sql, arguments: [streamID]) != nil { return false }
    }
    return true
  }

  /// Stores a batch. When it returns, everything in it is on the disk; when it throws, nothing is.
  public func write(_ batch: StoreBatch) throws(KithError) -> RunCounts { try write([encoder.encode(batch)]) }

  /// Stores batches that the reading side has encoded, one after the other in one transaction.
  public func write(_ batches: [EncodedBatch]) throws(KithError) -> RunCounts {
    guard let before = memory else {
      throw KithError(
        .bug, "a batch was sent to a writer that had failed before", place: context.source,
        fix: "Make a new StreamWriter after an error")
    }
    memory = nil
    let now = time.now()
    let counts = try store.write { db in
      try HubStore.checkIsRunning(context.run, in: db)
      var counts = RunCounts()
      for batch in batches {
        counts += try batch.withView { view in
          try WriteSession(db, view, typed: batch.typed, context: context, memory: before, now: now).write(batch)
        }
      }
      return counts
    }
    memory = before
    store.engine.tidyUp()
    return counts
  }
}
