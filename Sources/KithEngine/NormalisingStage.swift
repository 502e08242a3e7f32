import KithCore
import KithNormalise
import KithStore

/// A batch on its way from the reading to the writing task.
struct NormalisedBatch: Sendable {
  var stored: EncodedBatch
  var progress: Int64
  var progressTotal: Int64?
  var requests: Int?
  var notes: [String]
}

/// Takes what a connector sends, suspending the connector while what it sent before has not been looked at.
struct DeliverySink: RecordSink {
  let queue: BatchQueue<Batch>

  func send(_ batch: Batch) async throws(KithError) {
    if Task.isCancelled || queue.isFinished {
      throw KithError(.transient, "the sync was stopped", fix: "The next run goes on from the last batch stored.")
    }
    await queue.send(batch)
  }
}

/// Between a connector and the writer: normalises what was delivered and encodes it.
///
/// A batch in which little has changed waits for the next ones: of changes that are spread over a table every
/// transaction rewrites other pages, so that many small ones write the table many times over.
struct NormalisingStage: ~Copyable {
  private let source: String
  private var normaliser: Normaliser
  private var encoder: BatchEncoder
  private var versions: StoredVersions
  private var waiting = Batch()
  private let delivered: BatchQueue<Batch>
  private let normalised: BatchQueue<NormalisedBatch>
  /// What is seen of the stream's fields.
  private(set) var drift: FieldDrift
  private let policy: DriftPolicy

  /// So many changes fill a transaction, unless they take more memory than that, and so many records may wait for them.
  private static let enoughChanges = 8_192
  private static let enoughRecords = 65_536
  private let enoughBytes: Int

  init(
    source: String, settings: NormaliseSettings, money: MoneySettings, memory: MemoryBudget, versions: StoredVersions,
    drift: FieldDrift, policy: DriftPolicy, from delivered: BatchQueue<Batch>,
    to normalised: BatchQueue<NormalisedBatch>
  ) {
    self.drift = drift
    self.policy = policy
    self.source = source
    enoughBytes = memory.batchBytes
    self.versions = versions
    encoder = BatchEncoder(money: money)
    normaliser = Normaliser(settings)
    self.delivered = delivered
    self.normalised = normalised
  }

  /// Works until nothing comes any more, or nobody stores what comes; then both queues are ended. What the connector
  /// sent before it ended, however it did, is handed on.
  mutating func run() async -> KithError? {
    var failure: KithError?
    while failure == nil, case let batches = await delivered.next(), !batches.isEmpty {
      for batch in batches where failure == nil && !normalised.isFinished {
        do { try await add(batch) } catch { failure = error }
      }
      if normalised.isFinished { break }
    }
    delivered.abandon()
    await flush()
    normalised.finish()
    return failure
  }

  private mutating func add(_ batch: Batch) async throws(KithError) {
    if let fields = batch.fields { try look(at: fields) }
    // A listing begins with a batch and ends with one.
    if batch.snapshot == .begins || batch.snapshot == .whole { await flush() }
    if versions.isEmpty {
      for index in batch.records.indices { encoder.add(normaliser.record(batch.records[index], source: source)) }
    } else {
      try encodeChanged(batch.records)
    }
    waiting.rejects += batch.rejects
    waiting.checkpoint = batch.checkpoint ?? waiting.checkpoint
    if waiting.snapshot == .begins, batch.snapshot == .ends {
      waiting.snapshot = .whole
    } else if batch.snapshot != .none {
      waiting.snapshot = batch.snapshot
    }
    waiting.wholeDays += batch.wholeDays
    waiting.notes += batch.notes
    (waiting.progress, waiting.progressTotal) = (batch.progress, batch.progressTotal)
    waiting.requests = batch.requests ?? waiting.requests
    if isEnough { await flush() }
  }

  private mutating func look(at fields: FieldSample) throws(KithError) {
    drift.add(fields)
    guard policy == .stop else { return }
    let changes = drift.changes
    if changes.isEmpty { return }
    throw KithError(
      .configuration, "the fields have changed, and drift: stop is set for this source", place: source,
      seen: FieldDrift.words(changes), allowed: "the fields that are known",
      fix: "Look at them: kith drift \(source). If they are right: kith drift \(source) --accept, and sync again.")
  }

  private var isEnough: Bool {
    let changes = encoder.changeCount + waiting.rejects.count
    return versions.isEmpty || changes >= Self.enoughChanges || encoder.recordCount >= Self.enoughRecords
      || encoder.byteCount >= enoughBytes
      || waiting.snapshot == .ends || waiting.snapshot == .whole
  }

  private mutating func flush() async {
    var batch = Batch()
    swap(&batch, &waiting)
    let encoded = encoder.finish(
      rejects: batch.rejects, checkpoint: batch.checkpoint, snapshot: batch.snapshot, wholeDays: batch.wholeDays)
    if encoded.isEmpty, batch.notes.isEmpty { return }
    await normalised.send(
      NormalisedBatch(
        stored: encoded, progress: batch.progress, progressTotal: batch.progressTotal, requests: batch.requests,
        notes: batch.notes))
  }
}

extension NormalisingStage {
  /// Of records that are stored as they are delivered only their rows are handed on.
  private mutating func encodeChanged(_ records: [Record]) throws(KithError) {
    let hasher = normaliser.hasher
    let fingerprints = records.map { Self.fingerprint($0, hasher) }
    let stored = try versions.rows(of: fingerprints)
    for index in records.indices {
      if let row = stored[index] {
        encoder.addUnchanged(row)
      } else if let hash = fingerprints[index]?.hash {
        encoder.add(normaliser.record(records[index], source: source, hash: hash))
      } else {
        encoder.add(normaliser.record(records[index], source: source))
      }
    }
  }

  /// What a record is known by in the store. Rows of a flat export are part of something larger, and a deletion is
  /// nothing that is stored.
  private static func fingerprint(_ record: Record, _ hasher: ContentHasher) -> StoredVersions.Fingerprint? {
    if case .orderLine = record { return nil }
    guard let key = Normaliser.key(of: record) else { return nil }
    if case .deletion = record { return StoredVersions.Fingerprint(kind: record.kind, key: key, hash: nil) }
    return StoredVersions.Fingerprint(kind: record.kind, key: key, hash: hasher.hash(of: record))
  }
}
