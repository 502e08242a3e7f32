import AsyncAlgorithms
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
        return elsewhere(source, SourceLease.isTaken(source.name))
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
      return try finish(source, run, reports)
    } catch {
      return SourceReport(
        source: source.name, run: nil, status: .failed, counts: RunCounts(), streams: [], error: error)
    }
  }

  private func elsewhere(_ source: SourceConfiguration, _ error: KithError) -> SourceReport {
    SourceReport(
      source: source.name, run: nil, status: .failed, counts: RunCounts(), streams: [], error: error, isElsewhere: true)
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

  /// One stream: the connector parses and maps on one task, which normalises and encodes before it hands over; the
  /// writer stores on another. Few batches wait between them, so memory is that of a few whatever the stream's size.
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
      let channel = AsyncChannel<NormalisedBatch>()
      let stop = StopSignal()
      let versions = try StoredVersions(store: hub.store, source: source.name, stream: stream.name)
      let sink = NormalisingSink(
        source: source.name, settings: hub.normaliseSettings, money: hub.money,
        memory: hub.configuration.hub.memory, versions: versions, channel: channel, stop: stop,
        drift: FieldDrift(known), policy: source.drift)
      let context = WriteContext(source: source.name, stream: stream.name, run: run)
      async let written = write(channel, stop, context, onEvent)
      let failure = await Self.read(opened, reading, sink)
      await sink.flush()
      channel.finish()
      let outcome = await written
      report.counts = outcome.counts
      report.traffic = outcome.traffic
      report.notes = outcome.notes
      report.error = outcome.error ?? failure
      let drift = await sink.drift
      do throws(KithError) {
        try note(drift, source, run, &report)
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

  private static func read(_ source: any Source, _ request: ReadRequest, _ sink: NormalisingSink) async -> KithError? {
    do {
      try await source.read(request, into: sink)
      return nil
    } catch {
      return error
    }
  }

  /// Enough for the reading side to go on while a commit waits for the disk.
  private static let waitingBatches = 2

  private struct WriteContext: Sendable {
    var source: String
    var stream: String
    var run: RunID
  }

  /// Stores batches until the channel ends. A failure tells the sink to refuse more, so that the reading side ends.
  private func write(
    _ channel: AsyncChannel<NormalisedBatch>, _ stop: StopSignal, _ context: WriteContext,
    _ onEvent: @Sendable (SyncEvent) -> Void
  ) async -> (counts: RunCounts, traffic: RunTraffic, notes: [String], error: KithError?) {
    var counts = RunCounts()
    var traffic = RunTraffic()
    var notes: [String] = []
    do {
      let writer = try hub.writer(source: context.source, stream: context.stream, run: context.run)
      for await batch in channel.buffer(policy: .bounded(Self.waitingBatches)) {
        counts += try writer.write(batch.stored)
        notes += batch.notes
        traffic = RunTraffic(bytes: batch.progress > 0 ? batch.progress : nil, requests: batch.requests)
        onEvent(
          .progress(
            source: context.source, stream: context.stream, counts: counts, done: batch.progress,
            total: batch.progressTotal))
      }
      return (counts, traffic, notes, nil)
    } catch {
      stop.stop()
      channel.finish()
      return (counts, traffic, notes, error)
    }
  }
}
