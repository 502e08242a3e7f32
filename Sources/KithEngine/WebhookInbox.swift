import KithCore
import KithNormalise
import KithStore

/// What became of a message that came in.
public enum WebhookOutcome: Sendable, Equatable {
  /// No source of this name takes messages.
  case unknown
  /// It is not signed as it should be, or too old.
  case refused
  /// It is on the disk, and will be read.
  case kept
  /// It came before.
  case known
}

/// Takes the messages that tools send by themselves, and reads them like the records of a list.
public struct WebhookInbox: Sendable {
  let hub: Hub
  private static let batchSize = 200

  public init(hub: Hub) { self.hub = hub }

  /// What checks the messages of a source; nil when none of this name takes any.
  public func reader(of source: String) throws(KithError) -> (any WebhookReader)? {
    guard let configured = hub.configuration.source(named: source),
      let connector = hub.connectors.connector(named: configured.connector) as? any WebhookConnector
    else { return nil }
    return try connector.webhooks(configured.settings)
  }

  /// Checks a message and keeps it. When this returns `kept`, whoever sent it may forget it.
  public func take(_ message: WebhookMessage, source: String) throws(KithError) -> WebhookOutcome {
    guard let reader = try reader(of: source) else { return .unknown }
    let now = hub.time.now()
    guard let receipt = reader.receipt(of: message, at: now) else { return .refused }
    let isNew = try hub.store.keepDelivery(
      source: source, key: receipt.key, topic: receipt.topic, body: message.body, at: now)
    return isNew ? .kept : .known
  }

  /// Reads what waits for a source, in a run of its own; nil when nothing waits, or another worker has the source: it
  /// reads what waits when its run ends.
  public func read(source name: String) throws(KithError) -> SourceReport? {
    guard try reader(of: name) != nil else { return nil }
    if try hub.store.waitingDeliveries(source: name, limit: 1).isEmpty { return nil }
    let source = try hub.source(named: name)
    guard let lease = try hub.store.leaseIfFree(source: name) else { return nil }
    defer { withExtendedLifetime(lease) {} }
    let run = try hub.store.startRun(
      source: name, connector: source.connector, mode: "webhook", at: hub.time.now())
    var failure: KithError?
    var streams: Set<String> = []
    do throws(KithError) {
      streams = try read(source: source, run: run)
    } catch {
      failure = error
    }
    let status: RunStatus = failure == nil ? .succeeded : .failed
    for stream in streams.sorted() {
      try hub.store.finishStream(run, source: name, stream: stream, status: .succeeded)
    }
    let counts = try hub.store.finishRun(run, status: status, error: failure, at: hub.time.now())
    return SourceReport(source: name, run: run, status: status, counts: counts, streams: [], error: failure)
  }

  /// Reads what waits, within a run; returns the streams that it was about.
  @discardableResult
  func read(source: SourceConfiguration, run: RunID) throws(KithError) -> Set<String> {
    guard let reader = try reader(of: source.name) else { return [] }
    var writers: [String: StreamWriter] = [:]
    var normaliser = Normaliser(hub.normaliseSettings)
    while true {
      let waiting = try hub.store.waitingDeliveries(source: source.name, limit: Self.batchSize)
      if waiting.isEmpty { return Set(writers.keys) }
      var batches: [String: StoreBatch] = [:]
      for delivery in waiting {
        let records = try reader.records(
          of: WebhookDelivery(receipt: WebhookReceipt(key: delivery.key, topic: delivery.topic), body: delivery.body))
        for record in records {
          switch record.outcome {
          case .record(let value):
            batches[record.stream, default: StoreBatch()].records.append(
              normaliser.record(value, source: source.name))
          case .reject(let reject): batches[record.stream, default: StoreBatch()].rejects.append(reject)
          }
        }
      }
      // Messages about nothing that is read here are done with as well.
      if batches.isEmpty, let first = source.settings.streams.first { batches[first.name] = StoreBatch() }
      let names = batches.keys.sorted()
      for name in names {
        guard var batch = batches[name] else { continue }
        // With the last stream: a process that ends before that reads all of them again, to the same end.
        if name == names.last { batch.readDeliveries = waiting.map(\.key) }
        let writer: StreamWriter
        if let known = writers[name] {
          writer = known
        } else {
          writer = try hub.writer(source: source.name, stream: name, run: run)
          writers[name] = writer
        }
        _ = try writer.write(batch)
      }
    }
  }
}
