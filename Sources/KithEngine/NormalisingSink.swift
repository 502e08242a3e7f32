import AsyncAlgorithms
import KithCore
import KithNormalise
import KithStore
import Synchronization

/// A batch on its way from the reading to the writing task.
struct NormalisedBatch: Sendable {
  var stored: EncodedBatch
  var progress: Int64
  var progressTotal: Int64?
  var notes: [String]
}

/// Normalises what a connector sends, encodes it and hands it to the writer, suspending while the writer is behind.
actor NormalisingSink: RecordSink {
  private let source: String
  private var normaliser: Normaliser
  private var encoder: BatchEncoder
  private let channel: AsyncChannel<NormalisedBatch>
  private let stop: StopSignal

  init(
    source: String, settings: NormaliseSettings, money: MoneySettings, channel: AsyncChannel<NormalisedBatch>,
    stop: StopSignal
  ) {
    self.source = source
    encoder = BatchEncoder(money: money)
    normaliser = Normaliser(settings)
    self.channel = channel
    self.stop = stop
  }

  func send(_ batch: Batch) async throws(KithError) {
    if Task.isCancelled || stop.isStopped {
      throw KithError(.transient, "the sync was stopped", fix: "The next run goes on from the last batch stored.")
    }
    for record in batch.records { encoder.add(normaliser.record(record, source: source)) }
    let stored = encoder.finish(rejects: batch.rejects, checkpoint: batch.checkpoint, snapshot: batch.snapshot)
    await channel.send(
      NormalisedBatch(
        stored: stored, progress: batch.progress, progressTotal: batch.progressTotal, notes: batch.notes))
  }
}

/// Tells the reading side that nobody stores any more.
final class StopSignal: Sendable {
  private let state = Mutex(false)

  var isStopped: Bool { state.withLock { $0 } }

  func stop() { state.withLock { $0 = true } }
}
