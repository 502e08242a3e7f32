import Foundation
import KithConnectorKit
import KithCore
import KithEngine
import KithStore
import KithTesting
import Synchronization

@testable import KithServer

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A connector made of values; `gate` holds its reading until it is opened.
struct ListConnector: Connector {
  let specification: ConnectorSpecification
  let streams: [String: [Batch]]
  let isHeld: Bool

  init(_ name: String, _ streams: [String: [Batch]], isHeld: Bool = false) {
    self.streams = streams
    self.isHeld = isHeld
    specification = ConnectorSpecification(
      name: name, title: name, summary: "For tests.",
      streams: streams.keys.sorted().map { StreamSpecification(name: $0, summary: "") })
  }

  func open(_ settings: SourceSettings) throws(KithError) -> any Source { ListSource(connector: self) }
}

private struct ListSource: Source {
  let connector: ListConnector

  func read(_ request: ReadRequest, into sink: any RecordSink) async throws(KithError) {
    for batch in connector.streams[request.stream] ?? [] { try await sink.send(batch) }
    guard connector.isHeld else { return }
    do {
      try await Task.sleep(for: .seconds(3_600))
    } catch {
      throw KithError(.transient, "the run was stopped")
    }
  }
}

/// A hub in a folder of its own, served over loopback while a test runs.
final class ServedHub: Sendable {
  let folder: URL
  let hub: Hub
  let service: ScheduleService
  let server: APIServer
  let log = EventLog()
  private let tokens = Mutex<[Role: String]>([:])
  private let session: URLSession

  init(
    _ connectors: [ListConnector] = [.people], tool: RESTConnector? = nil, folder: URL? = nil,
    database: String = "kith.sqlite", schedule: String? = nil,
    certificate: ServerCertificate? = nil, requestsPerSecond: Double = 100_000,
    time: any TimeSource = TestTime("2026-11-01 12:00:00")
  ) throws {
    let folder =
      folder ?? FileManager.default.temporaryDirectory.appendingPathComponent("kith-api-\(UUID().uuidString)")
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var text = "hub: {database: \"\(database)\", country: CH, currency: CHF}\nsources:\n"
    for connector in connectors {
      let name = connector.specification.name
      text += "  - {name: \(name), connector: \(name), \(schedule.map { "schedule: \"\($0)\", " } ?? "")streams: {"
      text += connector.streams.keys.sorted().map { "\($0): {}" }.joined(separator: ", ") + "}}\n"
    }
    if let tool {
      text += "  - {name: tool, connector: \(tool.specification.name), options: {secret: \"env:SECRET\"}}\n"
    }
    let catalogue = ConnectorCatalogue(connectors + (tool.map { [$0] as [any Connector] } ?? []))
    var reader = ConfigurationReader(connectors: catalogue, time: time, environment: ["SECRET": "hunter2-hunter2"])
    let configuration = try reader.read(
      text: text, name: "connectors.yml", path: folder.path + "/connectors.yml", baseDirectory: folder.path)
    let hub = try Hub(configuration: configuration, connectors: catalogue, time: time)
    self.hub = hub
    let metrics = ServiceMetrics(startedAt: time.now())
    let log = log
    service = ScheduleService(
      hub, load: { hub }, clock: StillClock(time: time), mostAtOnce: 2, random: SystemRandomNumberGenerator(),
      log: { event in
        metrics.note(event)
        log.add("\(event)")
      })
    server = APIServer(
      service, metrics: metrics,
      settings: try ServerSettings(
        address: try ListenAddress("127.0.0.1:0"), certificate: certificate, requestsPerSecond: requestsPerSecond,
        idleSeconds: Self.patience),
      log: { log.add($0) })
    let configured = URLSessionConfiguration.ephemeral
    configured.urlCache = nil
    configured.requestCachePolicy = .reloadIgnoringLocalCacheData
    configured.timeoutIntervalForRequest = Double(Self.patience)
    session = URLSession(configuration: configured)
  }

  /// Seconds. Tests that keep all threads busy may run beside this one: only a hang may end a request, or a connection that
  /// waits for its next one.
  private static let patience: Int64 = 900

  /// Serves while `body` runs, and ends both parts afterwards.
  func serve(_ body: (ServedHub) async throws -> Void) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    async let scheduling: Void = service.run()
    async let serving: Void = server.run()
    await log.wait(for: "listening")
    var failure: (any Error)?
    do { try await body(self) } catch { failure = error }
    await server.stop()
    service.stop()
    try await serving
    try await scheduling
    if let failure { throw failure }
  }

  /// A token of that role, made when it is first asked for.
  func token(_ role: Role) throws -> String {
    try tokens.withLock { tokens in
      if let known = tokens[role] { return known }
      let token = try AccessToken.create(
        in: hub.store, name: "test \(role.rawValue)", role: role, expiresAt: nil, by: "test", at: hub.time.now()
      ).reveal()
      tokens[role] = token
      return token
    }
  }

  struct Reply {
    var status: Int
    var headers: [String: String]
    var body: Data

    var json: JSON { (try? JSONReader.read(Array(body))) ?? .null }
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// - Parameter token: nil for none.
  func send(
    _ method: String, _ path: String, token: String?, body: String? = nil, headers: [String: String] = [:]
  ) async throws -> Reply {
    guard let url = URL(string: "http://\(log.address)\(path)") else { throw URLError(.badURL) }
    var request = URLRequest(url: url)
    request.httpMethod = method
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    if let body {
      request.httpBody = Data(body.utf8)
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (data, response) = try await session.data(for: request)
    guard let http = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    var fields: [String: String] = [:]
    for (name, value) in http.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
    return Reply(status: http.statusCode, headers: fields, body: data)
  }

  func get(_ path: String, as role: Role = .admin, headers: [String: String] = [:]) async throws -> Reply {
    try await send("GET", path, token: try token(role), headers: headers)
  }

  func post(
    _ path: String, _ body: String? = nil, as role: Role = .admin, headers: [String: String] = [:]
  ) async throws -> Reply {
    try await send("POST", path, token: try token(role), body: body, headers: headers)
  }

  func sync() async throws {
    _ = try await SyncRunner(hub: hub).sync(SyncRequest()) { _ in }
    _ = try hub.identity.resolve()
  }
}

/// A clock that is looked at and never waited for.
private struct StillClock: WaitingTime {
  let time: any TimeSource

  func now() -> Timestamp { time.now() }

  func sleep(until moment: Timestamp) async throws(KithError) {
    do {
      try await Task.sleep(for: .seconds(3_600))
    } catch {
      throw KithError(.transient, "the wait was stopped")
    }
  }
}

/// What service and server told, and who waits for some of it.
final class EventLog: Sendable {
  private struct State {
    var lines: [String] = []
    var address = ""
    var waiting: [(words: String, CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  func add(_ line: String) {
    let woken = state.withLock { state in
      state.lines.append(line)
      let woken = state.waiting.filter { line.contains($0.words) }
      state.waiting.removeAll { line.contains($0.words) }
      return woken.map(\.1)
    }
    for one in woken { one.resume() }
  }

  func add(_ event: ServerEvent) {
    if case .listening(let address, _) = event { state.withLock { $0.address = address.description } }
    add("\(event)")
  }

  /// Waits until a line has the words.
  func wait(for words: String) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        let isThere = state.lines.contains { $0.contains(words) }
        if !isThere { state.waiting.append((words, continuation)) }
        return isThere
      }
      if isThere { continuation.resume() }
    }
  }

  var address: String { state.withLock { $0.address } }
  var text: String { state.withLock { $0.lines.joined(separator: "\n") } }
}

/// The databases that a hub may lie in.
enum Backend: String, CaseIterable {
  case sqlite, postgres

  var database: String {
    get throws {
      switch self {
      case .sqlite: "kith.sqlite"
      case .postgres: try PostgresServer.shared().schemaURL()
      }
    }
  }
}

extension ListConnector {
  /// A secret that must turn up nowhere but where it belongs.
  static let canary = "canary-8d1f"

  /// Two people who are the same at two places, others, and what they did.
  static let people = ListConnector(
    "crm",
    [
      "contacts": [
        Batch(
          records: [
            .profile(person("1", "Anna", "Meier", email: "anna.meier@example.com", phone: "079 555 01 23")),
            .profile(person("2", "Anna", "Meier", email: "anna.meier@example.com")),
            .profile(person("3", "Beat", "Keller", email: "beat@example.org", phone: "044 668 18 00")),
            .profile(person("4", "Chloé", "Dubois", email: "chloe@example.net")),
          ],
          rejects: [
            Reject(
              code: "date", reason: "\"\(canary)\" is no date", place: "contacts.csv, line 7",
              raw: Array("5,\(canary),31.02.1999".utf8))
          ], checkpoint: Checkpoint("line 7"))
      ],
      "visits": [
        Batch(
          records: (0..<40).map { number in
            .touchpoint(
              Touchpoint(
                key: "v\(number)", person: person("1", email: "anna.meier@example.com"), channel: .web,
                type: "page_viewed", occurredAt: Timestamp(seconds: 1_790_000_000 + Int64(number / 2) * 60)))
          })
      ],
    ])
}

func person(
  _ key: String, _ given: String? = nil, _ family: String? = nil, email: String? = nil, phone: String? = nil
) -> Profile {
  var profile = Profile(key: key, updatedAt: Timestamp(seconds: 1_700_000_000))
  if let given { profile.attributes.append(AttributeValue(.givenName, given)) }
  if let family { profile.attributes.append(AttributeValue(.familyName, family)) }
  if let email { profile.identifiers.append(Identifier(.email, email)) }
  if let phone { profile.identifiers.append(Identifier(.phone, phone)) }
  return profile
}
