import KithCore
import KithNormalise
import KithStore

/// What to sync.
public struct SyncRequest: Sendable {
  /// Names of sources; empty means all.
  public var sources: [String]
  /// Names of streams; empty means all of each source.
  public var streams: [String]
  /// Read everything again, whatever the checkpoints say.
  public var isFull: Bool
  /// The tick of a schedule that this is the run of.
  public var scheduledAt: Timestamp?

  public init(sources: [String] = [], streams: [String] = [], isFull: Bool = false, scheduledAt: Timestamp? = nil) {
    self.scheduledAt = scheduledAt
    self.sources = sources
    self.streams = streams
    self.isFull = isFull
  }
}

/// What happens during a sync, as it happens.
public enum SyncEvent: Sendable {
  case sourceStarted(source: String)
  case runStarted(RunID)
  /// `done` and `total` in the connector's units (bytes for files).
  case progress(source: String, stream: String, counts: RunCounts, done: Int64, total: Int64?)
  case streamFinished(StreamReport)
  case sourceFinished(SourceReport)
}

public struct StreamReport: Sendable {
  public var source: String
  public var stream: String
  public var counts: RunCounts
  public var traffic = RunTraffic()
  /// What the connector has to tell beyond the counts.
  public var notes: [String] = []
  public var error: KithError?
}

public struct SourceReport: Sendable {
  public var source: String
  public var run: RunID?
  public var status: RunStatus
  public var counts: RunCounts
  public var streams: [StreamReport]
  /// Why the source could not run at all.
  public var error: KithError?
  /// Another worker is running the source, or has run this tick.
  public var isElsewhere = false
  /// Besides, that worker has not begun a run of this tick yet.
  public var isUndecided = false

  /// All that went wrong.
  public var errors: [KithError] { ([error] + streams.map(\.error)).compactMap { $0 } }

  /// What decides what is done about the run: a refused credential before all else.
  public var worstError: KithError? { errors.first { $0.recovery == .authorisation } ?? errors.first }
}

/// Runs sources: reads, normalises and stores their streams, one after the other, each in its own run.
public struct SyncRunner: Sendable {
  let hub: Hub

  public init(hub: Hub) { self.hub = hub }

  /// Syncs what the request names; one source's failure never stops another. Throws only when the request names
  /// something that does not exist.
  public func sync(
    _ request: SyncRequest, onEvent: @escaping @Sendable (SyncEvent) -> Void
  ) async throws(KithError) -> [SourceReport] {
    let sources = try selected(request)
    var reports: [SourceReport] = []
    for source in sources {
      onEvent(.sourceStarted(source: source.name))
      let report = await run(source, request, onEvent)
      onEvent(.sourceFinished(report))
      reports.append(report)
    }
    return reports
  }

  private func selected(_ request: SyncRequest) throws(KithError) -> [SourceConfiguration] {
    let all = hub.configuration.sources
    let sources =
      try request.sources.isEmpty
      ? all
      : request.sources.map { name throws(KithError) in
        try hub.source(named: name)
      }
    let streams = Set(sources.flatMap { $0.settings.streams.map(\.name) })
    for stream in request.streams where !streams.contains(stream) {
      throw KithError(
        .configuration, "no source has such a stream", seen: stream, allowed: streams.sorted().joined(separator: ", "),
        fix: nearestWord(to: stream, among: streams.sorted()).map { "Did you mean \"\($0)\"?" })
    }
    return sources
  }

  private func run(
    _ source: SourceConfiguration, _ request: SyncRequest, _ onEvent: @escaping @Sendable (SyncEvent) -> Void
  ) async -> SourceReport {
    do {
      guard let lease = try hub.store.leaseIfFree(source: source.name) else {
        let isOpen = try request.scheduledAt.map { tick throws(KithError) in
          try hub.store.isOpen(tick: tick, of: source.name)
        }
        return elsewhere(source, SourceLease.isTaken(source.name), isUndecided: isOpen ?? false)
      }
      defer { withExtendedLifetime(lease) {} }
      let started = try hub.store.startRun(
        source: source.name, connector: source.connector, mode: request.isFull ? "full" : "incremental",
        scheduledAt: request.scheduledAt, at: hub.time.now())
      guard let run = started else {
        return elsewhere(source, KithError(.transient, "another worker has run this tick", place: source.name))
      }
      onEvent(.runStarted(run))
      let opened: any Source
      do throws(KithError) {
        opened = try hub.open(source)
      } catch {
        return try finish(source, run, [], error)
      }
      var reports: [StreamReport] = []
      for stream in source.settings.streams where request.streams.isEmpty || request.streams.contains(stream.name) {
        let report = await self.run(stream, of: source, opened, run, request, onEvent)
        onEvent(.streamFinished(report))
        reports.append(report)
      }
      if !Task.isCancelled { readMessages(of: source, run, &reports) }
      return try finish(source, run, reports)
    } catch {
      return SourceReport(
        source: source.name, run: nil, status: .failed, counts: RunCounts(), streams: [], error: error)
    }
  }

  /// What came in by itself meanwhile: as long as a run goes on, nobody else reads it. Its streams are those of the run.
  private func readMessages(of source: SourceConfiguration, _ run: RunID, _ reports: inout [StreamReport]) {
    do throws(KithError) {
      let streams = try WebhookInbox(hub: hub).read(source: source, run: run)
      let own = reports.map(\.stream)
      for stream in streams.sorted() where !own.contains(stream) {
        try hub.store.finishStream(run, source: source.name, stream: stream, status: .succeeded)
      }
    } catch {
      guard let first = reports.indices.first else { return }
      // The messages wait for the next run.
      reports[first].notes.append("Messages that came in could not be read: \(error)")
      reports[first].error = reports[first].error ?? error
    }
  }

  private func elsewhere(
    _ source: SourceConfiguration, _ error: KithError, isUndecided: Bool = false
  ) -> SourceReport {
    SourceReport(
      source: source.name, run: nil, status: .failed, counts: RunCounts(), streams: [], error: error, isElsewhere: true,
      isUndecided: isUndecided)
  }

  private func finish(
    _ source: SourceConfiguration, _ run: RunID, _ streams: [StreamReport], _ error: KithError? = nil
  ) throws(KithError) -> SourceReport {
    var report = SourceReport(
      source: source.name, run: run, status: .succeeded, counts: RunCounts(), streams: streams, error: error)
    if let count = report.errors.isEmpty ? nil : streams.count(where: { $0.error == nil }) {
      report.status = count == 0 ? .failed : .partial
    }
    for stream in streams {
      try hub.store.finishStream(
        run, source: source.name, stream: stream.stream, status: stream.error == nil ? .succeeded : .failed,
        error: stream.error, traffic: stream.traffic)
    }
    report.counts = try hub.store.finishRun(
      run, status: report.status, error: report.worstError, at: hub.time.now())
    return report
  }

  /// Enough for the reading side to go on while a commit waits for the disk, and for batches to share a transaction
  /// while the writer is behind, which saves waiting for the disk and writing the same pages again.
  private static let waitingForWriter = 2
  /// What was delivered takes several times the memory of its encoded form.
  private static let waitingDelivered = 1

  /// One stream: the connector parses and maps on one task, the next normalises and encodes, the writer stores on a
  /// third. On two cores whichever has the most to do is helped by the others' waiting.
  private func run(
    _ stream: StreamSettings, of source: SourceConfiguration, _ opened: any Source, _ run: RunID,
    _ request: SyncRequest, _ onEvent: @escaping @Sendable (SyncEvent) -> Void
  ) async -> StreamReport {
    var report = StreamReport(source: source.name, stream: stream.name, counts: RunCounts())
    do {
      let checkpoint = request.isFull ? nil : try hub.store.checkpoint(source: source.name, stream: stream.name)
      let known = try hub.store.fields(source: source.name, stream: stream.name)
      let reading = ReadRequest(
        stream: stream.name, checkpoint: checkpoint, mode: request.isFull ? .full : .incremental,
        expected: source.drift == .quarantine ? FieldDrift.expected(known) : nil)
      let delivered = BatchQueue<Batch>(limit: Self.waitingDelivered)
      let normalised = BatchQueue<NormalisedBatch>(limit: Self.waitingForWriter)
      let versions = try StoredVersions(store: hub.store, source: source.name, stream: stream.name)
      let context = WriteContext(source: source.name, stream: stream.name, run: run)
      async let written = write(normalised, context, onEvent)
      async let lookedAt = normalise(source, versions, FieldDrift(known), from: delivered, to: normalised)
      let failure = await Self.read(opened, reading, DeliverySink(queue: delivered))
      delivered.finish()
      let looked = await lookedAt
      let outcome = await written
      report.counts = outcome.counts
      report.traffic = outcome.traffic
      report.notes = outcome.notes
      report.error = outcome.error ?? looked.error ?? failure
      do throws(KithError) {
        try note(looked.drift, source, run, &report)
      } catch {
        report.error = report.error ?? error
      }
    } catch {
      report.error = error
    }
    return report
  }

  /// Keeps what was seen of the fields. What a policy holds back is not known until somebody accepts it.
  private func note(
    _ drift: FieldDrift, _ source: SourceConfiguration, _ run: RunID, _ report: inout StreamReport
  ) throws(KithError) {
    guard let fields = drift.fields else { return }
    let changes = drift.changes
    let isHeld = source.drift != .accept && !changes.isEmpty
    if !changes.isEmpty {
      report.notes.append(
        "the fields have changed: \(FieldDrift.words(changes)); kith drift \(source.name)\(isHeld ? ", and --accept" : "")"
      )
    }
    try hub.store.noteFields(
      run, source: source.name, stream: report.stream, changes: changes, fields: isHeld ? nil : fields,
      at: hub.time.now())
  }

  private static func read(_ source: any Source, _ request: ReadRequest, _ sink: DeliverySink) async -> KithError? {
    do {
      try await source.read(request, into: sink)
      return nil
    } catch {
      return error
    }
  }

  private func normalise(
    _ source: SourceConfiguration, _ versions: StoredVersions, _ drift: FieldDrift, from delivered: BatchQueue<Batch>,
    to normalised: BatchQueue<NormalisedBatch>
  ) async -> (error: KithError?, drift: FieldDrift) {
    var stage = NormalisingStage(
      source: source.name, settings: hub.normaliseSettings, money: hub.money, memory: hub.configuration.hub.memory,
      versions: versions, drift: drift, policy: source.drift, from: delivered, to: normalised)
    let error = await stage.run()
    return (error, stage.drift)
  }

  private struct WriteContext: Sendable {
    var source: String
    var stream: String
    var run: RunID
  }

  /// Stores batches until the queue ends. A failure ends it, so that the reading side ends.
  private func write(
    _ queue: BatchQueue<NormalisedBatch>, _ context: WriteContext,
    _ onEvent: @Sendable (SyncEvent) -> Void
  ) async -> (counts: RunCounts, traffic: RunTraffic, notes: [String], error: KithError?) {
    var counts = RunCounts()
    var traffic = RunTraffic()
    var notes: [String] = []
    do {
      let writer = try hub.writer(source: context.source, stream: context.stream, run: context.run)
      while case let batches = await queue.next(), let last = batches.last {
        counts += try writer.write(batches.map(\.stored))
        for batch in batches { notes += batch.notes }
        traffic = RunTraffic(bytes: last.progress > 0 ? last.progress : nil, requests: last.requests)
        onEvent(
          .progress(
            source: context.source, stream: context.stream, counts: counts, done: last.progress,
            total: last.progressTotal))
      }
      return (counts, traffic, notes, nil)
    } catch {
      queue.abandon()
      return (counts, traffic, notes, error)
    }
  }
}
