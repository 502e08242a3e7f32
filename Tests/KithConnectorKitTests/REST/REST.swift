import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Synchronization

/// Manifests and tools for tests, and how the one reads the other.
enum REST {
  /// A manifest of one stream `people`; `stream` is the rest of it, `more` what stands beside `streams`.
  static func manifest(_ url: String, _ stream: String, _ more: String = "") -> String {
    """
    name: sample
    title: Sample
    summary: For tests.
    options:
      token: {kind: secret, summary: A token.}
    base_url: \(url)
    authorisation: [{bearer: "${token}"}, {none: true}]
    \(more)
    streams:
      people:
        summary: A person.
        record: profile
        \(stream.replacingOccurrences(of: "\n", with: "\n    "))
        fields: {key: id, full_name: name, updated_at: {path: updated, map: {"0001-01-01*": "", "1970-01-01*": ""}}}
    """
  }

  /// Pages that are counted, and where their records lie.
  static let pages = """
    request: {path: /people, query: {page: "${page}", size: 100}}
    records: people
    """

  static func people(_ ids: ClosedRange<Int>, _ more: String = "") -> String {
    "{\"people\": [\(ids.map { "{\"id\": \($0), \"name\": \"P\($0)\"}" }.joined(separator: ","))]\(more)}"
  }

  /// Reads from a tool that answers request number n (from 1) as told.
  static func answers(
    _ stream: String, _ more: String = "", options: [String: OptionValue] = [:], time: InstantTime = InstantTime(),
    _ answer: @escaping @Sendable (Int, LoopbackServer.Request) -> LoopbackReply
  ) async throws -> (sink: CollectingSink, error: KithError?, server: LoopbackServer) {
    let count = Mutex(0)
    let server = try LoopbackServer { request in
      answer(
        count.withLock { count in
          count += 1
          return count
        }, request)
    }
    let source = try open(manifest(server.url, stream, more), options, time: time)
    let (sink, error) = await read(source)
    return (sink, error, server)
  }

  static func open(
    _ manifest: String, _ options: [String: OptionValue] = [:], time: any TimeSource = InstantTime(),
    baseDirectory: String = "/nonexistent", timeZone: String = "UTC", memory: MemoryBudget = .standard
  ) throws(KithError) -> any Source {
    var options = options
    options["allow_private_network"] = options["allow_private_network"] ?? .text("true")
    let connector = RESTConnector(manifest: manifest)
    let environment = HubEnvironment(
      baseDirectory: baseDirectory, timeZone: timeZone, country: "CH", currency: "CHF", time: time,
      memory: memory)
    return try connector.open(
      SourceSettings(
        name: "test", options: options,
        streams: connector.manifest.streamNames.map { StreamSettings(name: $0) }, environment: environment))
  }

  static func read(
    _ source: any Source, _ stream: String = "people", from checkpoint: Checkpoint? = nil, accepting: Int = .max
  ) async -> (sink: CollectingSink, error: KithError?) {
    let sink = CollectingSink(accepting: accepting)
    do throws(KithError) {
      try await source.read(ReadRequest(stream: stream, checkpoint: checkpoint), into: sink)
      return (sink, nil)
    } catch {
      return (sink, error)
    }
  }
}
