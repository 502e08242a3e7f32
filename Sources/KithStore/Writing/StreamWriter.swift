import GRDB
import KithCore

/// Writes one stream's batches, each in one transaction with its quarantine rows, checkpoint and counts.
///
/// Made for one run of one stream and used from one task at a time. After an error it refuses further batches, because
/// what it remembers of the stream may be ahead of what was rolled back: make a new one, which goes on from the
/// stored checkpoint.
public final class StreamWriter {
  /// What the writer remembers between batches.
  struct Memory {
    var persons = PersonCache()
    var seen = [SeenRows](repeating: SeenRows(), count: RecordTable.allCases.count)
    /// Whether a complete listing is under way that this writer has seen from its start.
    var isListing = false
    /// Whether most profiles of the last batch were new: then inserting without looking first is faster.
    var expectsNew = true
  }

  /// What does not change during a run.
  struct Context {
    let source: String
    let streamID: Int64
    let run: RunID
    let baseCurrency: String
    /// What one unit of a currency is worth in the base currency.
    let rates: [String: Double]
    /// Hashes of the identifiers of erased persons.
    let suppressed: Set<Int64>
  }

  private let store: HubStore
  private let context: Context
  private let time: any TimeSource
  private var memory = Memory()
  private var isBroken = false

  /// - Parameters:
  ///   - rates: what one unit of a currency is worth in `baseCurrency`, by ISO 4217 code.
  public init(
    store: HubStore, source: String, stream: String, run: RunID, baseCurrency: String, rates: [String: Double] = [:],
    time: any TimeSource
  ) throws(KithError) {
    self.store = store
    self.time = time
    context = try store.write { db in
      try HubStore.deferIndexes(in: db)
      let streamID = try HubStore.streamID(stream, source: source, in: db)
      try db.execute(
        sql: "INSERT INTO run_streams (run_id, stream_id, status) VALUES (?, ?, 'running') ON CONFLICT DO NOTHING",
        arguments: [run.rawValue, streamID])
      let suppressed = try Int64.fetchSet(db, sql: "SELECT value_hash FROM suppressions")
      return Context(
        source: source, streamID: streamID, run: run, baseCurrency: baseCurrency, rates: rates, suppressed: suppressed)
    }
  }

  /// Stores a batch. When it returns, everything in it is on the disk; when it throws, nothing is.
  public func write(_ batch: StoreBatch) throws(KithError) -> RunCounts {
    if isBroken {
      throw KithError(
        .bug, "a batch was sent to a writer that had failed before", place: context.source,
        fix: "Make a new StreamWriter after an error")
    }
    isBroken = true
    let now = time.now()
    var memory = Memory()
    swap(&memory, &self.memory)
    let (counts, after) = try store.write { db in
      let session = try WriteSession(db, context: context, memory: memory, now: now)
      memory = Memory()
      return (try session.write(batch), session.memory)
    }
    self.memory = after
    isBroken = false
    store.checkpointIfLarge()
    return counts
  }
}
