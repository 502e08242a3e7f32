import KithCore
import KithTesting
import Synchronization

/// A good connector that a test breaks: what it reads and what its check says go through the test's hands.
struct BrokenConnector: Connector {
  /// One reading, and the good source that would do it.
  struct Reading: Sendable {
    let source: any Source
    let request: ReadRequest
    let sink: any RecordSink
    /// The secrets of the settings, as they are.
    let secrets: [String]

    func read(into other: (any RecordSink)? = nil) async throws(KithError) {
      try await source.read(request, into: other ?? sink)
    }

    /// Reads, with every batch changed.
    func read(_ change: @escaping @Sendable (inout Batch) -> Void) async throws(KithError) {
      let sink = sink
      try await read(
        into: ChangingSink { batch throws(KithError) in
          var batch = batch
          change(&batch)
          try await sink.send(batch)
        })
    }
  }

  typealias Read = @Sendable (Reading) async throws(KithError) -> Void
  typealias Preview = @Sendable (_ seen: [PreviewedRecord], _ secrets: [String]) -> [PreviewedRecord]
  typealias Explain = @Sendable (_ said: StreamReading, _ checkpoint: Checkpoint?) throws(KithError) -> StreamReading
  typealias Check = @Sendable (_ found: [KithError], _ secrets: [String]) -> [KithError]

  let good: any Connector
  var read: Read = { reading throws(KithError) in try await reading.read() }
  var check: Check = { found, _ in found }
  var preview: Preview = { seen, _ in seen }
  var explain: Explain = { said, _ in said }

  /// Options that the good one has not.
  var options: [OptionSpecification] = []

  var specification: ConnectorSpecification {
    var specification = good.specification
    specification.options += options
    return specification
  }

  func open(_ settings: SourceSettings) throws(KithError) -> any Source {
    let secrets = settings.options.values.compactMap { value in
      if case .secret(let secret) = value { secret.reveal() } else { nil }
    }
    return BrokenSource(good: try good.open(settings), broken: self, secrets: secrets)
  }
}

private struct BrokenSource: CheckableSource, PreviewableSource, DiscoverableSource, ExplainableSource {
  let good: any Source
  let broken: BrokenConnector
  let secrets: [String]

  func read(_ request: ReadRequest, into sink: any RecordSink) async throws(KithError) {
    try await broken.read(BrokenConnector.Reading(source: good, request: request, sink: sink, secrets: secrets))
  }

  func check(stream: String) async -> [KithError] {
    broken.check(await (good as? any CheckableSource)?.check(stream: stream) ?? [], secrets)
  }

  func preview(stream: String, limit: Int) async throws(KithError) -> [PreviewedRecord] {
    broken.preview(try await (good as? any PreviewableSource)?.preview(stream: stream, limit: limit) ?? [], secrets)
  }

  func explain(stream: String, checkpoint: Checkpoint?) throws(KithError) -> StreamReading {
    let said = try (good as? any ExplainableSource)?.explain(stream: stream, checkpoint: checkpoint)
    return try broken.explain(said ?? StreamReading(.changes, position: nil), checkpoint)
  }

  func discover(stream: String) async throws(KithError) -> DiscoveredStream {
    try await (good as? any DiscoverableSource)?.discover(stream: stream) ?? DiscoveredStream(summary: "", fields: [])
  }
}

/// A sink that does as it is told.
struct ChangingSink: RecordSink {
  let body: @Sendable (Batch) async throws(KithError) -> Void

  init(_ body: @escaping @Sendable (Batch) async throws(KithError) -> Void) { self.body = body }

  func send(_ batch: Batch) async throws(KithError) { try await body(batch) }
}

/// A number that several readings share.
final class Counter: Sendable {
  private let state = Mutex(0)

  /// The number after it has grown by one.
  func next() -> Int {
    state.withLock { number in
      number += 1
      return number
    }
  }
}
