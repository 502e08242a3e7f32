import KithCore
import KithNormalise
import KithStore

/// What a replay did, for one stream.
public struct ReplayReport: Sendable {
  public var source: String
  public var stream: String
  public var tried: Int
  /// Entries whose records are in the hub now.
  public var replayed: Int
  /// Why the stream could not be replayed, or not to the end.
  public var error: KithError?
}

/// Reads quarantined records again with today's configuration, without the source.
public struct QuarantineReplayer: Sendable {
  let hub: Hub
  private static let batchSize = 500

  public init(hub: Hub) { self.hub = hub }

  /// Replays the waiting entries that fit, stream by stream; `ids` narrows them further.
  public func replay(source: String?, stream: String?, ids: Set<Int64> = []) async throws(KithError) -> [ReplayReport] {
    let filter = QuarantineFilter(source: source, stream: stream, status: .waiting)
    var streams: [(source: String, stream: String)] = []
    for count in try hub.store.quarantineCounts(filter)
    where !streams.contains(where: { $0.source == count.source && $0.stream == count.stream }) {
      streams.append((count.source, count.stream))
    }
    var reports: [ReplayReport] = []
    for (source, stream) in streams.sorted(by: { ($0.source, $0.stream) < ($1.source, $1.stream) }) {
      var report = ReplayReport(source: source, stream: stream, tried: 0, replayed: 0, error: nil)
      do {
        try await replay(&report, ids)
      } catch {
        report.error = error
      }
      if report.tried > 0 || report.error != nil { reports.append(report) }
    }
    return reports
  }

  private func replay(_ report: inout ReplayReport, _ ids: Set<Int64>) async throws(KithError) {
    let configured = try hub.source(named: report.source)
    _ = try hub.stream(named: report.stream, of: configured)
    guard let source = try hub.open(configured) as? any ReplayableSource else {
      throw KithError(
        .configuration, "this connector cannot replay records", seen: configured.connector,
        fix: "Sync the source with --full instead.")
    }
    let lease = try hub.store.acquireLease(source: configured.name)
    defer { withExtendedLifetime(lease) {} }
    let run = try hub.store.startRun(
      source: configured.name, connector: configured.connector, mode: "replay", at: hub.time.now())
    var failure: KithError?
    do {
      try await replayBatches(&report, ids, source, run)
    } catch {
      failure = error
    }
    let status: RunStatus = failure == nil ? .succeeded : .failed
    try hub.store.finishStream(run, source: report.source, stream: report.stream, status: status, error: failure)
    _ = try hub.store.finishRun(run, status: status, error: failure, at: hub.time.now())
    if let failure { throw failure }
  }

  private func replayBatches(
    _ report: inout ReplayReport, _ ids: Set<Int64>, _ source: any ReplayableSource, _ run: RunID
  ) async throws(KithError) {
    let writer = try hub.writer(source: report.source, stream: report.stream, run: run)
    var normaliser = Normaliser(hub.normaliseSettings)
    let filter = QuarantineFilter(source: report.source, stream: report.stream, status: .waiting)
    var last: Int64 = 0
    while true {
      let page = try hub.store.quarantine(filter, limit: Self.batchSize, after: last)
      guard let end = page.last else { return }
      last = end.id
      let entries = page.filter { ids.isEmpty || ids.contains($0.id) }
      guard !entries.isEmpty else { continue }
      let outcomes = try await source.replay(stream: report.stream, rejects: entries.map(\.reject))
      guard outcomes.count == entries.count else {
        throw KithError(
          .bug, "the connector answered a replay with another number of records", seen: "\(outcomes.count)",
          allowed: "\(entries.count)")
      }
      var batch = StoreBatch()
      for (entry, outcome) in zip(entries, outcomes) {
        switch outcome {
        case .record(let record):
          batch.records.append(normaliser.record(record, source: report.source))
          batch.resolvedQuarantine.append(entry.id)
        case .reject(let reject):
          batch.quarantineUpdates.append(QuarantineUpdate(id: entry.id, reject: reject))
        }
      }
      report.tried += entries.count
      report.replayed += batch.resolvedQuarantine.count
      _ = try writer.write(batch)
    }
  }
}
